"""Every point at which the bot is killed, in the order of the loop.

Of a pair around one COMMIT the first is left out (`[1:]`) where it is no other moment than the point before it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from tests.crash import acts
from tests.crash.acts import TASK, Act
from tests.crash.places import ANYTHING, Call, Commit, Place, Wire
from tests.crash.points import Point
from tests.crash.scenes import Scene

WRITES = r"/(Tasks|Notes)$|/Accounts/\d+$"
LOOKS = r"/\d+/(Tasks|Notes)$"

_APPROVED = "A press is kept whole or not at all, and an approval that is kept is written once."
_CLAIMED = "A claimed write is looked for before anything is sent again."
_SENT = "A request of unknown fate is found by its marker, and never sent blindly."
_RECORDED = "An outcome is recorded once and told on the card."
_CARD = "A card that was not brought up to date is, by the next life."
_LOOKED = "Looking for a write may be repeated at will."
_ABSENT = "What is proven absent is sent again once, however often the proof is repeated."
_MORNING = "An owner's morning goes on where it stopped, and no message of it stands twice."
_SYNC = "A page that was kept is not found twice, one that was not is read again."
_ENGINE = "The engine's records and the bot's own rows may disagree by one step, and nothing is done twice."
_ANSWER = "A question that was acknowledged is answered, once."
_INBOX = "A request is kept before it is acknowledged, and handled again until its listener has ended."

When = Literal["before", "after"]
Having = Mapping[str, str]


def _commit(verb: Literal["insert", "update"], table: str, when: When, having: Having) -> Commit:
    return Commit(verb=verb, table=table, having=tuple(having.items()), when=when)


def _both(
    name: str,
    verb: Literal["insert", "update"],
    table: str,
    act: Act,
    proves: str,
    *,
    scene: Scene = Scene.MORNING,
    passages: int = 1,
    skips: int = 0,
    settings: Mapping[str, object] | None = None,
    state: str = "",
    having: Having | None = None,
) -> tuple[Point, Point]:
    """The two sides of one COMMIT, of a transaction with a statement that sets this state, or these values."""

    def side(suffix: str, when: When) -> Point:
        return Point(
            name=f"{name}.{suffix}",
            place=_commit(verb, table, when, having or ({"state": state} if state else {})),
            act=act,
            proves=proves,
            scene=scene,
            passages=passages,
            skips=skips,
            settings=settings or {},
        )

    return side("committing", "before"), side("committed", "after")


def _at(name: str, place: Place, act: Act, proves: str, *, scene: Scene = Scene.MORNING, passages: int = 1) -> Point:
    return Point(name=name, place=place, act=act, proves=proves, scene=scene, passages=passages)


def _write(when: Literal["received", "lost", "late", "committed", "half"]) -> Wire:
    return Wire(service="zoho", path=WRITES, when=when)


def _slack(method: str, when: Literal["received", "lost", "committed"]) -> Wire:
    return Wire(service="slack", path=rf"/{method}$", when=when)


_POST, _UPDATE = r"chat\.postMessage", r"chat\.update"

INBOX: tuple[Point, ...] = (
    *_both("inbox.keep", "insert", "inbox", acts.approving, _INBOX),
    *_both("inbox.done", "update", "inbox", acts.approving, _INBOX),
    Point(name="inbox.replay.taken", place=_commit("insert", "inbox", "after", {}), act=acts.asking,
          then=_commit("update", "inbox", "after", {"attempts": "2"}), proves=_INBOX),
    *_both("question.keep", "insert", "inbox", acts.asking, _ANSWER)[1:],
    *_both("answer.intend", "insert", "message", acts.asking, _ANSWER)[1:],
    _at("answer.received", _slack(_POST, "received"), acts.asking, _ANSWER),
    _at("answer.lost", _slack(_POST, "lost"), acts.asking, _ANSWER),
    _at("answer.committed", _slack(_POST, "committed"), acts.asking, _ANSWER),
    *_both("answer.record", "update", "message", acts.asking, _ANSWER, state="posted")[1:],
    *_both("review.prepare", "insert", "brief", acts.commanding, _ANSWER),
    _at("review.message.committed", _slack(_POST, "committed"), acts.commanding, _ANSWER),
)  # fmt: skip

DECIDING: tuple[Point, ...] = (
    *_both("approve", "update", "proposal", acts.approving, _APPROVED, state="ready"),
    *_both("adjust", "update", "proposal", acts.adjusting,
           "An adjusted version takes the place of the old one, or nothing happened.", state="superseded"),
    *_both("reject", "update", "proposal", acts.rejecting, "A rejection is kept whole or not at all.", state="rejected"),
    *_both("endorse", "insert", "brief", acts.endorsing,
           "The first of two approvals is kept, releases nothing, and asks the second person once.",
           settings={"second_approver_tools": TASK}),
    *_both("batch", "update", "proposal", acts.batching,
           "What was approved together is approved whole in the end, and reported once.", passages=2, state="ready"),
    *_both("batch.report", "insert", "brief", acts.batching, "A batch is reported once.")[1:],
    *_both("drift", "insert", "proposal", acts.drifting,
           "Where the CRM has moved, a new version asks again, once, and nothing is written."),
    *_both("expiry", "update", "proposal", acts.expiring, "What nobody decided expires once, and nothing is written.",
           state="expired"),
    *_both("remind", "insert", "brief", acts.reminding, "Who has not decided is reminded once.")[1:],
    *_both("offer", "insert", "brief", acts.offering, "The manager is asked once.")[1:],
)  # fmt: skip

WRITING: tuple[Point, ...] = (
    *_both("write.claim", "update", "proposal", acts.approving, _CLAIMED, state="sending"),
    _at("write.request.leaving", Call(service="zoho", path=WRITES, when="leaving"), acts.approving_new, _CLAIMED),
    _at("write.server.received", _write("received"), acts.approving_new, _SENT),
    _at("write.server.lost", _write("lost"), acts.approving_new,
        "A request that never arrived is sent again once the settle time is over."),
    _at("write.server.late", _write("late"), acts.approving_new,
        "A request that is carried out only after the next life has begun is not sent again."),
    _at("write.server.committed", _write("committed"), acts.approving_new, _SENT),
    _at("write.answer.half", _write("half"), acts.approving_new, _SENT),
    _at("write.answer.received", Call(service="zoho", path=WRITES, when="answered"), acts.approving_new, _SENT),
    *_both("write.outcome", "update", "proposal", acts.approving, _RECORDED, state="done"),
    *_both("write.unknown", "update", "proposal", acts.losing_the_answer, _SENT, state="unknown"),
    _at("card.refresh.leaving", Call(service="slack", path=f"^{_UPDATE}$", when="leaving"), acts.approving, _CARD, passages=2),
    _at("card.refresh.received", _slack(_UPDATE, "received"), acts.approving, _CARD, passages=2),
    _at("card.refresh.lost", _slack(_UPDATE, "lost"), acts.approving, _CARD, passages=2),
    _at("card.refresh.answered", Call(service="slack", path=f"^{_UPDATE}$", when="answered"), acts.approving, _CARD, passages=2),
    _at("reconcile.looking", Call(service="zoho", method="GET", path=LOOKS, when="leaving"), acts.reconciling, _LOOKED),
    _at("reconcile.looked", Call(service="zoho", method="GET", path=LOOKS, when="answered"), acts.reconciling, _LOOKED),
    *_both("reconcile.found", "update", "proposal", acts.reconciling, _RECORDED, state="done"),
    *_both("reconcile.absent", "update", "proposal", acts.proving_absent, _ABSENT, skips=1, state="ready"),
    *_both("park", "update", "proposal", acts.parking, "What cannot be told is left to an operator, and the card says so.",
           having={"parked_at": ANYTHING}),
    *_both("undo", "update", "proposal", acts.undoing, "An undo is an approval like any other.", state="ready")[1:],
    _at("undo.server.committed", Wire(service="zoho", method="DELETE", path=r"/(Tasks|Notes)", when="committed"), acts.undoing,
        "What was removed is not removed again, and not taken for lost."),
    *_both("undo.outcome", "update", "proposal", acts.undoing, _RECORDED, state="undone"),
    *_both("anchor", "insert", "audit", acts.anchoring, "The trail verifies against what is stored outside, whatever dies.",
           having={"action": "audit.anchored"}),
)  # fmt: skip


def _mornings(
    name: str, verb: Literal["insert", "update"], table: str, passages: int, state: str = ""
) -> tuple[Point, ...]:
    return _both(name, verb, table, acts.morning, _MORNING, scene=Scene.NIGHT, passages=passages, state=state)


MORNING: tuple[Point, ...] = (
    *_mornings("morning.claim", "insert", "brief", 2)[1:],
    *_mornings("morning.prepare", "insert", "proposal", 2),
    *_mornings("morning.intend", "insert", "message", 2)[1:],
    *_mornings("morning.message.send", "update", "message", 2, state="sending"),
    *(_at(f"morning.message.{when}", _slack(_POST, when), acts.morning, _MORNING, scene=Scene.NIGHT, passages=2)
      for when in ("received", "lost", "committed")),
    _at("morning.message.answered", Call(service="slack", path=f"^{_POST}$", when="answered"), acts.morning, _MORNING,
        scene=Scene.NIGHT, passages=2),
    *_mornings("morning.message.record", "update", "message", 2, state="posted")[1:],
    *_mornings("morning.mark", "update", "brief", 2, state="posted"),
    *_both("engine.work.kept", "insert", "workflow_status", acts.morning, _ENGINE, scene=Scene.NIGHT, passages=2)[1:],
    *_both("engine.step.recorded", "insert", "operation_outputs", acts.morning, _ENGINE, scene=Scene.NIGHT, passages=6),
    *_both("engine.work.ended", "insert", "workflow_output", acts.morning, _ENGINE, scene=Scene.NIGHT, passages=2),
    *_both("sync.page", "insert", "change", acts.syncing, _SYNC, scene=Scene.EVENING),
    *_both("sync.watermark", "insert", "watermark", acts.syncing, _SYNC, scene=Scene.EVENING, passages=5),
)  # fmt: skip

POINTS: tuple[Point, ...] = (*INBOX, *DECIDING, *WRITING, *MORNING)
