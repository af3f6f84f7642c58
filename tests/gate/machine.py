"""The gate as a state machine: whatever people, clocks, other users of the CRM and the network do in whatever order, only
what a person who may decide it approved, as shown, is written, and once.

Single steps are in `steps.py`; here are short stories, so that what needs several steps in a row happens often enough.
"""

from __future__ import annotations

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.gate.steps import KINDS, TROUBLES, Steps


class GateMachine(Steps):
    """Explored by `exploring.explore`."""

    shown = Steps.shown

    @rule(target=shown, kind=KINDS, seconds=st.sampled_from((-1, 0, 1)), who=st.sampled_from(("anna", "mia")))
    def presses_at_the_last_moment(self, kind: str, seconds: int, who: str) -> str:
        lineage = self.proposed(kind)
        self.time_comes_to_the_end_of(lineage, seconds)
        self.presses_approve(lineage, who, fresh=True, twice=False)
        return lineage

    @rule(target=shown, kind=KINDS, who=st.sampled_from(("anna", "mia")))
    def presses_again_what_was_decided(self, kind: str, who: str) -> str:
        lineage = self.proposed(kind)
        self.rejects(lineage, who)
        self.presses_approve(lineage, who, fresh=True, twice=True)
        return lineage

    @rule(target=shown, kind=KINDS, who=st.sampled_from(("anna", "mia", "bob")), late=st.booleans())
    def rejects_and_brings_back(self, kind: str, who: str, late: bool) -> str:
        lineage = self.proposed(kind)
        if kind == "stakes":
            self.presses_approve(lineage, "anna", fresh=True, twice=False)
        self.rejects(lineage, "mia")
        if late:
            self.time_comes_to_the_end_of(lineage, 0)
        self.brings_back(lineage, who, fresh=True, twice=True)
        self.presses_approve(lineage, "anna", fresh=True, twice=True)
        self.the_worker_sweeps("none", 0, 0)
        self.brings_back(lineage, "anna", fresh=False, twice=False)
        return lineage

    @rule(target=shown, kind=KINDS)
    def undoes_and_brings_back(self, kind: str) -> str:
        lineage = self.proposed(kind)
        self.presses_approve(lineage, "anna", fresh=True, twice=False)
        self.the_worker_sweeps("none", 0, 0)
        self.undoes(lineage, "anna", False)
        self.the_worker_sweeps("none", 0, 0)
        self.brings_back(lineage, "anna", fresh=True, twice=False)
        self.presses_approve(lineage, "anna", fresh=True, twice=False)
        self.the_worker_sweeps("none", 0, 0)
        return lineage

    @rule(target=shown, kind=KINDS, who=st.sampled_from(("anna", "mia")))
    def presses_the_version_before(self, kind: str, who: str) -> str:
        lineage = self.proposed(kind)
        self.adjusts(lineage, who, to_outsider=False)
        self.presses_approve(lineage, who, fresh=False, twice=False)
        return lineage

    @rule(target=shown, kind=KINDS, who=st.sampled_from(("anna", "mia")))
    def asks_for_what_may_not_be(self, kind: str, who: str) -> str:
        lineage = self.proposed(kind)
        self.adjusts(lineage, who, to_outsider=True)
        return lineage

    @rule(target=shown, kind=KINDS, second=st.sampled_from(("anna", "mia")), adjusted=st.booleans())
    def two_approve(self, kind: str, second: str, adjusted: bool) -> str:
        lineage = self.proposed(kind)
        self.presses_approve(lineage, "anna", fresh=True, twice=False)
        if adjusted:
            self.adjusts(lineage, "anna", to_outsider=False)
        self.presses_approve(lineage, second, fresh=True, twice=False)
        self.the_worker_sweeps("none", 0, 0)
        return lineage

    @rule(target=shown, kind=KINDS, trouble=TROUBLES, lag=st.sampled_from((0, 60)))
    def approves_and_it_goes_wrong(self, kind: str, trouble: str, lag: int) -> str:
        lineage = self.proposed(kind)
        self.presses_approve(lineage, "anna", fresh=True, twice=True)
        self.the_worker_sweeps(trouble, lag, 0)
        self.desk.clock.advance(timedelta(seconds=6))
        self.the_worker_sweeps("none", lag, 0)
        self.the_worker_sweeps("none", lag, 1)
        return lineage

    @rule(target=shown, kind=KINDS, when=st.sampled_from(("before", "after")), lag=st.sampled_from((0, 60)))
    def approves_and_the_process_dies(self, kind: str, when: str, lag: int) -> str:
        lineage = self.proposed(kind)
        self.presses_approve(lineage, "anna", fresh=True, twice=False)
        self.the_worker_sweeps(f"killed_{when}", lag, 0)
        self.the_worker_sweeps("none", lag, 1)
        return lineage

    @rule(target=shown, kind=KINDS, lag=st.sampled_from((0, 60)))
    def approves_and_the_answer_is_lost(self, kind: str, lag: int) -> str:
        lineage = self.proposed(kind)
        self.presses_approve(lineage, "anna", fresh=True, twice=False)
        self.the_worker_sweeps("drop_after", lag, 0)
        self.desk.clock.advance(timedelta(seconds=6))
        self.the_worker_sweeps("none", lag, 0)
        self.the_worker_sweeps("none", lag, 5)
        return lineage

    @rule(
        target=shown,
        kind=KINDS,
        day=st.sampled_from(("2026-09-30", "2026-12-31")),
        filed=st.sampled_from(("Partner", "Customer")),
    )
    def approves_and_the_crm_moves_on(self, kind: str, day: str, filed: str) -> str:
        lineage = self.proposed(kind)
        self.presses_approve(lineage, "anna", fresh=True, twice=False)
        self.deal_moves(day)
        self.account_is_edited(filed)
        self.the_worker_sweeps("none", 0, 0)
        return lineage

    @rule(target=shown, kind=KINDS, touched=st.booleans(), late=st.booleans(), who=st.sampled_from(("anna", "bob")))
    def approves_and_undoes(self, kind: str, touched: bool, late: bool, who: str) -> str:
        lineage = self.proposed(kind)
        self.presses_approve(lineage, "anna", fresh=True, twice=False)
        self.the_worker_sweeps("none", 0, 0)
        if late:
            self.time_passes("later")
        self.undoes(lineage, who, touched)
        self.the_worker_sweeps("none", 0, 0)
        return lineage

    @rule(target=shown, kind=KINDS, late=st.booleans())
    def the_delegate_presses(self, kind: str, late: bool) -> str:
        lineage = self.proposed(kind)
        self.anna_goes_away(1)
        if late:
            self.desk.clock.advance(timedelta(hours=1))
        self.presses_approve(lineage, "cora", fresh=True, twice=False)
        return lineage

    @rule(target=shown, kind=KINDS)
    def it_is_brought_before_the_administrator(self, kind: str) -> str:
        """Who has not said yet that it is her."""
        lineage = self.proposed(kind)
        self.presses_approve(lineage, "ada", fresh=True, twice=False)
        return lineage

    @rule(target=shown, kind=KINDS, when=st.sampled_from(("before", "after")))
    def the_account_changes_hands_for_a_while(self, kind: str, when: str) -> str:
        lineage = self.proposed(kind)
        if when == "after":
            self.presses_approve(lineage, "anna", fresh=True, twice=False)
        self.account_changes_hands("bob")
        if when == "before":
            self.presses_approve(lineage, "anna", fresh=True, twice=False)
        self.the_worker_sweeps("none", 0, 0)
        self.account_changes_hands("anna")
        return lineage
