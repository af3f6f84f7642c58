"""The demo's cards in words, for someone who looks at the command's output alone: a few, each with its explanation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from integrations.sandbox.history import Company
from store.domain.attention.ledger import Place
from store.domain.brief.brief import Brief, Card
from store.domain.brief.confidence import in_words
from store.domain.text.wording import one_line, plural

_CARDS = 5
_WORDS = 160  # characters


def cards_in_words(briefs: Iterable[tuple[str, Brief]]) -> list[str]:
    """Return the first cards that ask for a decision, of different advice if there is any: the fact, the advice and how sure it is.
    `briefs` come with their owners' names."""
    asking = [
        (owner, card)
        for owner, brief in briefs
        for card in brief.cards
        if card.place is Place.ASK and card.recommendations
    ]
    chosen = sorted(enumerate(asking), key=lambda each: (_earlier_alike(each[0], asking), each[0]))[:_CARDS]
    lines = [f"{len(chosen)} of {plural(len(asking), 'card')} that ask for a decision:"] if chosen else []
    return [*lines, *(line for _, (owner, card) in chosen for line in _card(owner, card))]


def where_to_look(*, checks: int = 0, left_out: int = 0, own: bool = False) -> Iterator[str]:
    """Yield what someone who runs this for the first time should look at next; `own` says that the data are theirs."""
    yield "Look next:"
    if checks or left_out:
        found = " and ".join(
            [f"{plural(left_out, 'fault')} left out"] * bool(left_out)
            + [f"{plural(checks, 'thing')} to check"] * bool(checks)
        )
        yield f"  at the report above: {found}; mend the mapping or the files"
    if own:
        yield "  at these cards with the records in your own system: is each sentence true, is its owner right?"
    yield "  at the page: the same command without --check; Why? on a card shows its evidence"


def whom_to_act_as(company: Company) -> str:
    """Return a line for a person who opened the page; it names an administrator if there is one."""
    admin = next((each.full_name for each in company.users if each.active and each.profile == "Administrator"), "")
    return "Act there as anyone" + (f", such as {one_line(admin, limit=60)}, administrator." if admin else ".")


def _earlier_alike(position: int, asking: Sequence[tuple[str, Card]]) -> int:
    """Return how many cards before this one advise the same kind of thing."""
    kinds = [card.recommendations[0].signals or (card.recommendations[0].action,) for _, card in asking[: position + 1]]
    return kinds[:-1].count(kinds[-1])


def _card(owner: str, card: Card) -> Iterator[str]:
    advice = card.recommendations[0]
    yield f"  {one_line(owner, limit=60)} · {one_line(card.account_name, limit=80)}"
    seen = "; ".join(statement.text.rstrip(".") for statement in card.statements[:2])
    yield f"    Seen: {one_line(seen, limit=_WORDS)}"
    yield f"    Advice: {one_line(advice.title, limit=_WORDS)}"
    yield f"    Because: {one_line(advice.rationale, limit=_WORDS)}"
    yield f"    {one_line(in_words(advice.confidence), limit=_WORDS)}"
