"""What must be true of an answer, in code: one sentence for each thing that is not."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from agents.author.subagents.recommendation_author import SUMMARY_LENGTH
from agents.model.question import Answer
from agents.model.toolbox import ALLOWED, Agent
from store.domain.grounding.citations import CitedFact, Common, held_to
from store.domain.grounding.compliance import LIMITS, Ruling, Text, judged
from tests.evals.cases import Case

_TEXTS = tuple(str(each) for each in Text)
_ID = re.compile(r"[0-9]{12,}")


def problems(case: Case, answer: Answer) -> list[str]:
    """Everything that is wrong with an answer; that it fits its schema was seen to before."""
    return [*_common(case, answer), *_OF[case.agent](case, answer)]


def _common(case: Case, answer: Answer) -> Iterator[str]:
    said = json.dumps(answer.value, ensure_ascii=False)
    yield from (f"it says “{each}”" for each in case.expect.get("never", ()) if each.casefold() in said.casefold())
    yield from (f"it used {each.tool}" for each in answer.used if each.tool not in ALLOWED[case.agent])
    if any(mark in said for mark in ("<data-", "https://", "http://", "<!")):
        yield "it holds a link, a mention or one of our marks"


def _author(case: Case, answer: Answer) -> Iterator[str]:
    dossier = case.blocks["dossier"]
    facts = {
        each["id"]: CitedFact(id=each["id"], text=each["text"]) for each in (*dossier["facts"], *dossier["history"])
    }
    candidates = {each["id"]: each for each in dossier["candidates"]}
    own = (dossier["account"]["name"], dossier["owner"])
    today = date.fromisoformat(dossier["today"].split()[-1])
    value = answer.value
    yield from _held(value["summary"], value["cites"], facts, Common(today=today, texts=own))
    if len(value["summary"]) > 2 * SUMMARY_LENGTH:
        yield "the summary is too long"
    chosen = [each["candidate"] for each in value["recommendations"]]
    yield from _chosen(case.expect, chosen, candidates)
    for each in value["recommendations"]:
        start = candidates.get(each["candidate"], {})
        words = tuple(str(start[name]) for name in ("title", "why", "subject", "text", "email") if start.get(name))
        for name in _TEXTS:
            yield from _held(each[name] or "", each["cites"], facts, Common(today=today, texts=(*own, *words)))
            if len(each[name] or "") > LIMITS[Text(name)]:
                yield f"the {name} is too long"
            if each[name] and each[name] == start.get(name):
                yield f"the {name} is copied, and an empty one would have kept it"
        texts = {Text(name): each[name] for name in _TEXTS if each[name]}
        if (verdict := judged(texts)).ruling is not Ruling.PASS:
            yield f"the rules stop it: {verdict.reason}"


def _chosen(expect: Mapping[str, Any], chosen: list[str], candidates: Mapping[str, Any]) -> Iterator[str]:
    yield from (f"there is no candidate {each}" for each in chosen if each not in candidates)
    yield from (f"{each} is left out" for each in expect.get("candidates", ()) if each not in chosen)
    yield from (f"{each} is there" for each in expect.get("without", ()) if each in chosen)
    if expect.get("first") and chosen[:1] != [expect["first"]]:
        yield f"{expect['first']} does not stand first"
    if len(set(chosen)) != len(chosen):
        yield "a candidate is there twice"


def _held(text: str, cites: list[str], facts: Mapping[str, CitedFact], common: Common) -> Iterator[str]:
    for struck in held_to(text, cites, facts, common).struck:
        yield f"“{struck.text[:80]}”: {struck.reason}"


def _reviewer(case: Case, answer: Answer) -> Iterator[str]:
    told = {each["recommendation"]: each for each in answer.value["verdicts"]}
    for key, wanted in case.expect["verdicts"].items():
        verdict = told.get(key, {}).get("verdict", "missing")
        if wanted == "pass" and verdict != "pass":
            yield f"{key} should pass and is {verdict}"
        if wanted == "stopped" and verdict not in ("hold", "strip"):
            yield f"{key} should be stopped and is {verdict}"


def _scout(case: Case, answer: Answer) -> Iterator[str]:
    facts, told = answer.value["facts"], _told(answer)
    expect = case.expect
    if not expect.get("least", 0) <= len(facts) <= expect.get("most", 5):
        yield f"it tells {len(facts)} facts"
    if expect.get("of") and all(each["record_id"] != expect["of"] for each in facts):
        yield f"it tells nothing of {expect['of']}"
    for each in facts:
        if each["record_id"] not in told:
            yield f"{each['record_id']} is no record that it was given"
        else:
            cited = {each["record_id"]: CitedFact(id=each["record_id"], text=told[each["record_id"]])}
            yield from _held(each["text"], list(cited), cited, Common(today=date(2026, 11, 20)))


def _analyst(case: Case, answer: Answer) -> Iterator[str]:
    value, told, expect = answer.value, _told(answer), case.expect
    said = [*value["events"], *value["promises"], *([value["mood"]] if value["mood"] else [])]
    if expect.get("empty") and said:
        yield "it tells something of nothing"
    if expect.get("mood") and not value["mood"]:
        yield "it leaves the mood out"
    if "promises" in expect and len(value["promises"]) != expect["promises"]:
        yield f"it tells {len(value['promises'])} promises"
    for kind in ("promises", "events"):
        wanted = expect.get(f"{kind}_cite")
        if wanted and all(wanted not in each["cites"] for each in value[kind]):
            yield f"no {kind} cite {wanted}"
    for each in said:
        if missing := [cite for cite in each["cites"] if cite not in told]:
            yield f"{missing[0]} was not told by the memory"
    for each in (*value["events"], *value["promises"]):
        facts = {cite: CitedFact(id=cite, text=told.get(cite, ""), free=True) for cite in each["cites"]}
        yield from _held(each["text"], each["cites"], facts, Common(today=date(2026, 11, 20)))


def _companion(case: Case, answer: Answer) -> Iterator[str]:
    value, expect = answer.value, case.expect
    wishes = [name for name in ("adjust", "snooze", "dismiss") if value[name] is not None]
    if wishes != ([] if expect["wish"] == "none" else [expect["wish"]]):
        yield f"it wishes {wishes or 'nothing'}"
        return
    wish = value[wishes[0]] if wishes else {}
    for name, field in (("card", "proposal"), ("due", "due"), ("assignee", "assignee"), ("days", "days")):
        if name in expect and wish.get(field) != expect[name]:
            yield f"{field} is {wish.get(field)} and should be {expect[name]}"
    if expect.get("says") and expect["says"].casefold() not in value["answer"].casefold():
        yield f"it does not say “{expect['says']}”"
    if expect.get("cites") and expect["cites"] not in value["cites"]:
        yield f"it does not cite {expect['cites']}"
    if expect.get("no_figures") and re.search(r"\d", value["answer"]):
        yield "it tells figures of what is not there"


def _translator(case: Case, answer: Answer) -> Iterator[str]:
    text, given, expect = answer.value["text"], case.blocks["text"]["text"], case.expect
    if not text and expect.get("may_be_empty"):
        return
    if text == given:
        yield "it is not translated"
    if expect.get("says") and expect["says"].casefold() not in text.casefold():
        yield f"it does not say “{expect['says']}”"
    yield from (f"it loses “{each}”" for each in expect.get("keeps", ()) if each not in text)
    yield from (f"it loses {each}" for each in re.findall(r"\d+", given) if each not in text)


def _told(answer: Answer) -> dict[str, str]:
    """All texts that the tools gave, by the id of the record or passage that they belong to."""
    found: dict[str, str] = {}
    for used in answer.used:
        asked = str(used.arguments.get("record_id") or "")
        body = re.search(r">\n(.*)\n</data-", used.text, re.DOTALL)
        for each in _objects(json.loads(body[1]) if body and not used.is_error else None):
            key = asked if asked and not _ID.fullmatch(str(each.get("id", ""))) else str(each.get("id", asked))
            plain = [
                f"{n.replace('_', ' ')}: {_plain(one)}" for n, one in each.items() if isinstance(one, str | int | float)
            ]
            found[key] = "\n".join([found.get(key, ""), *plain])
    return found


def _plain(value: str | float) -> str:
    return value if isinstance(value, str) else f"{value:.2f}".rstrip("0").rstrip(".")


def _objects(value: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, Mapping):
        yield value
        for each in value.values():
            yield from _objects(each)
    elif isinstance(value, list):
        for each in value:
            yield from _objects(each)


_OF: Mapping[Agent, Callable[[Case, Answer], Iterator[str]]] = {
    Agent.RECOMMENDATION_AUTHOR: _author,
    Agent.COMPLIANCE_REVIEWER: _reviewer,
    Agent.ZOHO_SCOUT: _scout,
    Agent.MEMORY_ANALYST: _analyst,
    Agent.TRANSLATOR: _translator,
    Agent.THREAD_COMPANION: _companion,
}
