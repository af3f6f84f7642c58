"""The Undo modal."""

from __future__ import annotations

from bot.views.undo_write import undo_modal, undo_refused
from store.domain.crm.basis import Difference
from tests.bot import samples

TASK = samples.undo_of(samples.written(1, samples.advice(samples.task())), number=9)
RATING = samples.undo_of(samples.written(1, samples.advice(samples.update())), number=9)


def test_it_tells_what_stands_there_now_and_what_afterwards_and_until_when() -> None:
    text = str(undo_modal(TASK, (samples.LEAVING,), samples.READER)["blocks"])
    assert "For account “Acme GmbH”" in text
    assert "*Before:* task Call Eva Sommer about the renewal\\n*After:* removed" in text
    assert "The task goes to Zoho's recycle bin. Possible until 08:15, unless someone changes it." in text


def test_of_an_update_it_tells_each_field_before_and_after() -> None:
    moves = (
        Difference(label="Rating", shown="Active", present=None),
        Difference(label="Account type", shown="Customer", present="Prospect"),
    )
    text = str(undo_modal(RATING, moves, samples.READER)["blocks"])
    assert "Rating: Active → empty\\nAccount type: Customer → Prospect" in text
    assert "The account gets its previous values back." in text


def test_a_refusal_shows_what_was_changed_since_and_asks_for_nothing() -> None:
    view = undo_refused(
        "Changed since.", (Difference(label="Rating", shown="Active", present="Shut Down"),), samples.READER
    )
    assert "submit" not in view
    assert "Changed since." in str(view["blocks"])
    assert "*Written → now in Zoho*\\n• Rating: Active → Shut Down" in str(view["blocks"])
