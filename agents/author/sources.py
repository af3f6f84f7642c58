"""Turn tool results into sources that an answer may cite. Ids come from the data's structure, never from free text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from agents.model.question import Used
from agents.model.toolbox import DESK_READS, MEMORY_READS
from store.domain.crm.accounts import Kind
from store.domain.grounding.answer import Origin, SourceText
from store.domain.memory.passage import MemoryKind
from store.domain.text.wording import day_and_year, plural

_HEAD = re.compile(r'<data-(?P<mark>[0-9a-f]{1,64}) tool="[^"\n]{0,200}" left_out="\d{1,9}">\n')
_GAP = re.compile(r"\s*,\s*")
_LISTS: Mapping[str, Kind] = {
    "zoho_get_accounts": Kind.ACCOUNT,
    "zoho_search_accounts": Kind.ACCOUNT,
    "zoho_get_deals": Kind.DEAL,
    "zoho_list_open_deals": Kind.DEAL,
    "zoho_get_activities": Kind.ACTIVITY,
    "zoho_get_notes": Kind.NOTE,
}
_DETAILS: Mapping[str, Kind] = {
    "open_deals": Kind.DEAL,
    "contacts": Kind.CONTACT,
    "activities": Kind.ACTIVITY,
    "notes": Kind.NOTE,
}
_DECIDED = frozenset({MemoryKind.RECOMMENDATION, MemoryKind.DECISION, MemoryKind.OUTCOME})
HISTORY = "zoho_get_history"
_NAMES = ("name", "subject", "title")
Item = Mapping[str, Any]


def sources_of(used: Sequence[Used]) -> dict[str, SourceText]:
    """Sources by id. A failed tool adds none."""
    found: dict[str, SourceText] = {}
    for each in sorted(used, key=lambda each: each.tool == HISTORY):
        if not each.is_error:
            names = {one.record_id: one.name for source in found.values() for one in source.origins}
            found.update((source.id, source) for source in _of_tool(each, names))
    return found


def _of_tool(used: Used, names: Mapping[str, str]) -> Iterator[SourceText]:
    value = _value(used.text)
    account = str(used.arguments.get("account_id") or "")
    if used.tool in MEMORY_READS:
        yield from (_passage(each) for each in _items(value, "items") if "text" in each)
        if isinstance(value, Mapping) and "items" not in value:
            yield _whole(used.tool, value, account)
    elif used.tool == "zoho_get_account_details":
        yield from _of_account(value if isinstance(value, Mapping) else {})
    elif used.tool in DESK_READS:
        yield from (_desk_line(each, account) for each in _items(value, "items"))
    elif used.tool == HISTORY:
        yield from _moves(_items(value, "items"), used.arguments, names)
    elif used.tool in _LISTS:
        yield from (_record(_LISTS[used.tool], each) for each in _items(value, "items"))
    elif isinstance(value, Mapping):
        yield _whole(used.tool, value, account)


def _of_account(details: Item) -> Iterator[SourceText]:
    account = details.get("account")
    if not isinstance(account, Mapping) or not account.get("id"):
        return
    name = str(account.get("name") or "")
    figures = {key: value for key, value in details.items() if isinstance(value, int)}
    counts = {f"number of {key}": len(_items(details, key)) for key in _DETAILS}
    open_deals = plural(len(_items(details, "open_deals")), "open deal")
    yield _record(Kind.ACCOUNT, {**account, **figures, **counts, "there are": open_deals})
    for key, kind in _DETAILS.items():
        for each in _items(details, key):
            yield _record(kind, {**each, "account": name})


def _desk_line(item: Item, account: str) -> SourceText:
    """A line that code made: it may be repeated as it is."""
    origins = (
        Origin(kind=Kind(each["kind"]), record_id=str(each.get("record_id") or ""), name=_name(each))
        for each in _items(item, "records")
        if each.get("kind") in set(Kind)
    )
    return SourceText(
        id=str(item.get("id") or ""),
        text=str(item.get("text") or ""),
        origins=tuple(origins),
        label="Desk",
        account_id=account,
    )


def _record(kind: Kind, item: Item) -> SourceText:
    record_id, name = str(item.get("id") or ""), _name(item)
    origins = [Origin(kind=kind, record_id=record_id, name=name)]
    if kind is Kind.NOTE and item.get("account_id"):  # a note has no page of its own
        account = str(item.get("account") or "the account")
        origins = [Origin(kind=Kind.ACCOUNT, record_id=str(item["account_id"]), name=account)]
    return SourceText(
        id=record_id,
        text=_text(item),
        origins=tuple(origins),
        label=kind.capitalize(),
        account_id=record_id if kind is Kind.ACCOUNT else str(item.get("account_id") or ""),
        free=kind is Kind.NOTE,
    )


def _passage(item: Item) -> SourceText:
    kind = str(item.get("kind") or "")
    origin = next(
        (
            Origin(kind=of, record_id=str(item[key]), name=name)
            for key, of, name in (
                ("deal_id", Kind.DEAL, "the deal"),
                ("account_id", Kind.ACCOUNT, "the account"),
            )
            if item.get(key)
        ),
        None,
    )
    return SourceText(
        id=str(item.get("id") or ""),
        text=_text({key: item.get(key) for key in ("title", "text", "at", "author")}),
        origins=(origin,) if origin else (),
        label=f"{kind.capitalize()}{_of_day(item.get('at'))}",
        account_id=str(item.get("account_id") or ""),
        decided=kind in _DECIDED,
        free=kind not in _DECIDED,
    )


def _of_day(at: object) -> str:
    """` of 2 Jun 2026`; nothing without a day."""
    try:
        return f" of {day_and_year(date.fromisoformat(str(at)[:10]))}"
    except ValueError:
        return ""


def _moves(entries: Sequence[Item], asked: Item, names: Mapping[str, str]) -> Iterator[SourceText]:
    """A record's changed values, each a source: `Stage of “Renewal”: Proposal → Negotiation on 2026-11-12`."""
    kind, record_id = str(asked.get("kind") or ""), str(asked.get("record_id") or "")
    name = names.get(record_id) or f"the {kind}"
    origins = (Origin(kind=Kind(kind), record_id=record_id, name=name),) if kind in set(Kind) and record_id else ()
    for number, each in enumerate(entries):
        label, before, after = (str(each.get(part) or "") for part in ("label", "before", "after"))
        moved = f"{before} → {after}" if before else after
        text = f"{label} of “{name}”: {moved} on {str(each.get('at'))[:10]}"
        yield SourceText(id=f"{HISTORY}:{record_id}:{number}", text=text, origins=origins, label="History")


def _whole(tool: str, value: Item, account: str) -> SourceText:
    """A result other than a list of records: figures, a history, a graph."""
    origins = (Origin(kind=Kind.ACCOUNT, record_id=account, name="the account"),) if account else ()
    return SourceText(id=f"{tool}:{account}", text=_text(value), origins=origins, label="Figures")


def _name(item: Item) -> str:
    return next((str(item[key]) for key in _NAMES if item.get(key)), "")


def _text(item: Item) -> str:
    """One `name: value` a line, ids left out."""
    lines: list[str] = []
    for key, value in _leaves(item):
        if value not in (None, "") and key != "id" and not key.endswith(("_id", "cursor")):
            lines.append(f"{key.replace('_', ' ')}: {value}")
    return "\n".join(lines)


def _leaves(value: Any, key: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for name, each in value.items():
            yield from _leaves(each, str(name))
    elif isinstance(value, list):
        for each in value:
            yield from _leaves(each, key)
    else:
        yield key, value


def _items(value: Any, name: str) -> list[Item]:
    rows = value.get(name) if isinstance(value, Mapping) else None
    return [each for each in rows if isinstance(each, Mapping)] if isinstance(rows, list) else []


def _value(text: str) -> Any:
    """The data between the marks; from a truncated list, only the complete items."""
    head = _HEAD.search(text)
    end = text.rfind(f"\n</data-{head['mark']}>", head.end()) if head else -1
    body = text[head.end() : end] if head and end >= 0 else ""
    try:
        return json.loads(body)
    except ValueError:
        return {"items": _whole_items(body)}


def _whole_items(body: str) -> list[Any]:
    start = body.find("[")
    decoder, items = json.JSONDecoder(), []
    place = start + 1
    while start >= 0:
        try:
            item, place = decoder.raw_decode(body, place)
        except ValueError:
            break
        items.append(item)
        if (gap := _GAP.match(body, place)) is None:
            break
        place = gap.end()
    return items
