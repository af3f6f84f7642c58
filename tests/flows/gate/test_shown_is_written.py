"""What a card shows is what Zoho gets, character by character, and names are text whatever they look like."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from integrations.sandbox.history import Company, CrmEvent
from tests.flows.company import ACME, BOREALIS, FIRST_NIGHT, SLIPPING, company
from tests.flows.stage import ANNAS, NIGHT, Stage, stage

TYPED = "می‌خواهم · क्‍ष · 👨‍👩‍👧 · ❤️ · 10² · 2½ % · ﬁne · ＡＢ · ①"


def renamed(names: Mapping[str, str]) -> Company:
    """The company with other names of accounts and deals, by id."""
    made, fields = company(), {"Accounts": "Account_Name", "Deals": "Deal_Name"}

    def anew(each: CrmEvent) -> CrmEvent:
        field = fields.get(each.module, "")
        is_named = each.id in names and field in each.fields
        return replace(each, fields={**each.fields, field: names[each.id]}) if is_named else each

    return replace(made, events=tuple(map(anew, made.events)))


async def test_what_someone_types_reaches_zoho_as_it_was_typed(morning: Stage) -> None:
    proposal = await morning.proposal(ACME)
    await morning.open_modal("adjust_proposal", proposal)
    await morning.slack.submit(ANNAS, {"subject": {"subject": f"Ask {TYPED}"}, "description": {"description": TYPED}})
    await morning.handled()
    assert repr(f"Ask {TYPED}")[1:-1] in morning.shown(ANNAS)
    await morning.approve(await morning.proposal(ACME))
    await morning.sweep()
    (written,) = [entry.fields for entry in morning.zoho.ledger]
    assert written["Subject"] == f"Ask {TYPED}"
    assert str(written["Description"]).startswith(TYPED)


async def test_hidden_text_that_someone_pastes_is_neither_shown_nor_written(morning: Stage) -> None:
    proposal = await morning.proposal(ACME)
    await morning.open_modal("adjust_proposal", proposal)
    pasted = "Call\u200d \u202eSam\u200c\ufe0f now\U000e0041\U000e0042"
    await morning.slack.submit(ANNAS, {"subject": {"subject": pasted}})
    await morning.handled()
    await morning.approve(await morning.proposal(ACME))
    await morning.sweep()
    assert [entry.fields["Subject"] for entry in morning.zoho.ledger] == ["Call Sam now"]


@pytest.mark.parametrize("name", ["Discount 2½ % for 10² pallets", "ﬁnance ＡＢＣ ①", "5 ㎡ ™ ª"])
async def test_a_deals_name_is_shown_as_it_stands(name: str, sqlite_url: str, tmp_path: Path) -> None:
    async with stage(sqlite_url, tmp_path, of=renamed({SLIPPING: name})) as made:
        assert await made.look(FIRST_NIGHT)
        assert await made.look(NIGHT)
        await made.morning()
        assert f"“{name}” slipped 32 days" in made.shown(ANNAS)


async def test_shortcodes_mentions_and_foreign_directions_in_names_stay_text(sqlite_url: str, tmp_path: Path) -> None:
    names = {ACME: "1:100:1 :white_check_mark: <!channel> @here", BOREALIS: "שלום \u202eevil ltd"}
    async with stage(sqlite_url, tmp_path, of=renamed(names)) as made:
        assert await made.look(FIRST_NIGHT)
        assert await made.look(NIGHT)
        await made.morning()
        shown = made.shown(ANNAS)
    assert re.findall(r":(?:100|white_check_mark):", shown) == []
    assert "1∶100:1 ∶white_check_mark: &lt;!channel&gt; @here" in shown
    assert "\u2068שלום evil ltd\u2069" in shown or "\\u2068שלום evil ltd\\u2069" in shown
    assert "'emoji': True" not in shown
