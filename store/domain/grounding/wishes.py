"""Check whether a person asked for a model's reading of their message: rules over the person's own words, which no one
else's text reaches.

A model says which recommendation is meant and what to do with it. It may be following a note it read, so it is believed
only as far as the message itself confirms it: the verb, the day, the person, every new word. A wrong refusal costs the
person another sentence; a wrong acceptance would put other people's words before them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta

from store.domain.grounding.days import ClaimedDay, days_in
from store.domain.text.redaction import clean
from store.domain.text.shorthand import spelled_out

_ASKING = re.compile(
    r"^\W*(?:(?:why|what|when|who|how|where)[’']?s|why|what|when|who|whom|whose|how|which|where|did|does|was|were|is|are"
    r"|has|had|(?:do|have) (?:we|they|you|i))\b",
    re.IGNORECASE,
)
_SNOOZE = re.compile(
    r"\b(?:skip|snooze|pause|park|hide|leave|put\b.{0,60}?\b(?:off|aside|away)|postpone|not now|later|can wait"
    r"|remind me(?! (?:what|who|how|when|why|which|of)\b)(?!.{0,60}\bto (?!(?:decide|look|think|check|come|go)\b)[a-z])"
    r"|come back|bring\b.{0,60}?\bback|sleep|hold off|rest)\b",
    re.IGNORECASE,
)
# The whole brief is not a card: its times are a setting.
_BRIEF = re.compile(
    r"\b(?:pause|stop|snooze|skip|hold|suspend|park)(?: (?:my|the|all|these|your|this|morning|daily))* (?:briefs?|messages?)\b",
    re.IGNORECASE,
)
_DISMISS = re.compile(
    r"\b(?:dismiss|drop|forget|scrap|bin|cancel|reject|remove|ignore|kill|delete|decline)\b|\bnot (?:this|that) one\b"
    r"|\b(?:don[’']t|do not|no longer) (?:want|need)\b|\b(?:not|no longer) (?:relevant|needed|necessary|interested)\b"
    r"|\b(?:off|from) (?:the|my) list\b|\balready (?:done|did|have)\b|\bpointless\b|\bno need\b",
    re.IGNORECASE,
)
_ADJUST = re.compile(
    r"\b(?:make|move|shift|push|change|give|assign|hand|set|reschedule|rename|call|title|bring|pass|let|put|due|instead|reword"
    r"|write|say|add|mention|delegate|adjust|edit|update|turn)\b|->|=>|→",
    re.IGNORECASE,
)
_MANAGER = re.compile(r"\b(?:manager|boss|lead|supervisor|superior|head)\b", re.IGNORECASE)
_OWNER = re.compile(r"\b(?:me|myself|mine|owner|i[’']ll|i will)\b", re.IGNORECASE)
_APPROVE = re.compile(
    r"\b(?:approv(?:e|ed|ing)|go ahead|do it|lgtm|ship it|send it|book (?:it|them|everything)|execute|carry (?:it|this) out"
    r"|write it (?:to|in(?:to)?) (?:zoho|the crm)|sign (?:it )?off|green ?light)\b|[👍✅🆗]"
    r"|^\W*(?:I )?(?:hereby )?confirm(?:ed)?\b",
    re.IGNORECASE,
)
# To end a snooze or a rejection, and to take back what was said last.
_BRING_BACK = re.compile(
    r"\b(?:bring|get|fetch|want|have)\b.{0,60}?\bback\b|\bun-?(?:snooze|dismiss|reject|hide|park)\b|\bwake\b.{0,60}?\bup\b"
    r"|\b(?:reopen|restore|revive|reactivate)\b|\bask me\b.{0,40}?\bagain now\b",
    re.IGNORECASE,
)
_UNDO = re.compile(
    r"\b(?:undo|revert)\b|\b(?:take|roll)\b.{0,30}?\bback\b|\bchanged my mind\b|\bput (?:it|that|them) back\b"
    r"|\bthat was (?:a mistake|wrong)\b",
    re.IGNORECASE,
)
# After a change, these mean the change.
_NOT_THAT = re.compile(
    r"^\W*(?:oh |no,? |oops,? |wait,? |please |pls )*(?:cancel|scratch|forget|ignore|not) (?:that|it|this)\W*$",
    re.IGNORECASE,
)
_OBJECT = re.compile(
    r"^\W*(?:please |pls |can you |could you )*(?:skip|snooze|park|pause|hide|leave|postpone|move|shift|push|drop|dismiss|kill"
    r"|reject|ignore|forget|remove|delete|put off|hand|give|make) (?:the |my )?(?P<name>[^\W\d_]{3,})",
    re.IGNORECASE,
)
_BECAUSE = re.compile(r"\b(?:because|since|as|cuz|bc)\b|[“\"]", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]{2,}")
_SPAN = re.compile(
    r"\b(?P<count>\d{1,3}|an?|one|two|three|four|five|six|seven|eight|ten|twelve|(?:a )?couple of)"
    r"[ -](?P<unit>day|week|fortnight|month|year)s?\b",
    re.IGNORECASE,
)
_COUNTS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
           "ten": 10, "twelve": 12, "a couple of": 2, "couple of": 2}  # fmt: skip
_UNITS = {"day": (1, 1), "week": (7, 7), "fortnight": (14, 14), "month": (28, 31), "year": (365, 366)}
_NEXT_WEEK = re.compile(r"\bnext week\b", re.IGNORECASE)
_END_OF_WEEK = re.compile(r"\bend of (?:(?P<next>next)|the|this) week\b", re.IGNORECASE)
# Until the account changes, with no day.
_UNTIL_CHANGE = re.compile(
    r"\buntil (?:something|anything|there is|there's|they|it|things?|the)\b.{0,40}?\b(?:happens?|changes?|moves?|news?"
    r"|answers?|repl(?:y|ies))\b",
    re.IGNORECASE,
)
_FEAST = re.compile(r"\bafter (?:the )?(?P<feast>christmas|xmas|holidays|new year|easter)\b", re.IGNORECASE)
_FEASTS = {"chr": (12, 27), "xma": (12, 27), "hol": (1, 2), "new": (1, 2)}
_EMPTY = frozenset(
    re.findall(
        r"\w+",
        "the this that one with for and our your their his her its about from into have has was were will would please make move"
        " give skip drop card next week weeks days day month tuesday monday wednesday thursday friday saturday sunday"
        " manager account deal why what when show tell get call write send ask find not now off put",
    )
)


def days_asked(message: str, today: date) -> int | None:
    """For how many days the message puts something off; None if it names no time to come within a year."""
    message = spelled_out(message)
    if span := _SPAN.search(message):
        count = span["count"].casefold()
        return (int(count) if count.isdigit() else _COUNTS.get(count, 0)) * _UNITS[span["unit"].casefold()][0]
    if feast := _FEAST.search(message):
        if feast["feast"].casefold() == "easter":
            return next((day - today).days for day in map(_after_easter, (today.year, today.year + 1)) if day > today)
        after = _FEASTS[feast["feast"].casefold()[:3]]
        ends = [date(year, *after) for year in (today.year, today.year + 1)]
        return next((day - today).days for day in ends if day > today)
    if end := _END_OF_WEEK.search(message):
        return 4 - today.weekday() + (7 if end["next"] else 0)
    named = days_in(message, today)
    if not named and _NEXT_WEEK.search(message):
        return 7 - today.weekday()
    days = range(1, 366) if named else range(1, 2)
    return next((step for step in days if _is_named(message, today + timedelta(days=step), today, named)), None)


def asks_to_snooze(message: str, days: int, today: date) -> bool:
    """Whether the message snoozes something for this long."""
    message = spelled_out(message)
    if not asks_to_put_off(message):
        return False
    span = _SPAN.search(message)
    if span:
        count = span["count"].casefold()
        number = int(count) if count.isdigit() else _COUNTS.get(count, 0)
        least, most = _UNITS[span["unit"].casefold()]
        return number * least <= days <= number * most
    return days == days_asked(message, today) or names_day(message, today + timedelta(days=days), today)


def asks_until_change(message: str) -> bool:
    """Whether it snoozes something until its account changes."""
    return asks_to_put_off(message) and _UNTIL_CHANGE.search(spelled_out(message)) is not None


def _after_easter(year: int) -> date:
    """The day after Easter Monday, by Gauss's rule as Lichtenberg mended it."""
    moon = 15 + (3 * (year // 100) + 3) // 4 - (8 * (year // 100) + 13) // 25
    sun = 2 - (3 * (year // 100) + 3) // 4
    golden = (19 * (year % 19) + moon) % 30
    limit = golden // 29 + (golden // 28 - golden // 29) * (year % 19 // 11)
    march = 21 + golden - limit
    sunday = 7 - (year + year // 4 + sun) % 7
    return date(year, 3, 1) + timedelta(days=march + 7 - (march - sunday) % 7 - 1 + 2)


def asks_to_put_off(message: str) -> bool:
    """Whether it snoozes anything, for any time."""
    return not _ASKING.search(message) and not _BRIEF.search(message) and _SNOOZE.search(message) is not None


def asks_to_dismiss(message: str) -> bool:
    return not _ASKING.search(message) and _DISMISS.search(message) is not None


def asks_to_bring_back(message: str, today: date) -> bool:
    """Whether it ends a snooze or a rejection now. With a day to come it snoozes: “bring it back on Friday”."""
    return (
        not _ASKING.search(message) and _BRING_BACK.search(message) is not None and days_asked(message, today) is None
    )


def asks_to_undo(message: str, *, after_change: bool) -> bool:
    """Whether it takes back what was done last; `after_change` if the answer before reported a change."""
    if _ASKING.search(message):
        return False
    return _UNDO.search(message) is not None or (after_change and _NOT_THAT.search(message) is not None)


def object_of(message: str) -> str:
    """The word right after the verb of a wish: “norpeak” in “skip norpeak for two weeks”; "" if there is none."""
    found = _OBJECT.search(message)
    return found["name"] if found else ""


def without_reason(message: str) -> str:
    """The part that says what to do, before the reason and any wording."""
    return _BECAUSE.split(message, maxsplit=1)[0]


def asks_to_adjust(message: str) -> bool:
    return not _ASKING.search(message) and _ADJUST.search(message) is not None


def asks_to_approve(message: str) -> bool:
    """Whether it reads like a decision. That only leads to a hint at the buttons."""
    return not _ASKING.search(message) and _APPROVE.search(message) is not None


def asks_anything(message: str) -> bool:
    return "?" in message or _ASKING.search(message) is not None or len(message.split()) > 2


def is_why(message: str) -> bool:
    return re.search(r"\bwhy\b", message, re.IGNORECASE) is not None


def misses_on_list(message: str) -> bool:
    """Whether it asks why something is not in the brief."""
    return is_why(message) and re.search(r"\b(?:not|missing|absent)\b|n[’']t\b", message, re.IGNORECASE) is not None


def names_day(message: str, day: date, today: date) -> bool:
    """Whether the message names this day, in any usual form."""
    message = spelled_out(message)
    return _is_named(message, day, today, days_in(message, today))


def _is_named(message: str, day: date, today: date, named: Sequence[ClaimedDay]) -> bool:
    if re.search(r"\btomorrow\b", message, re.IGNORECASE) and day == today + timedelta(days=1):
        return True
    if _NEXT_WEEK.search(message) and 7 - today.weekday() <= (day - today).days <= 13 - today.weekday():
        return True
    return any(claimed.fits(day) for claimed in named)


def names_assignee(message: str, assignee: str, name: str) -> bool:
    """`assignee` is "owner" or "manager", `name` that person's own."""
    first = name.split()[0].casefold() if name.split() else ""
    by_role = (_MANAGER if assignee == "manager" else _OWNER).search(message) is not None
    return by_role or (len(first) > 1 and re.search(rf"\b{re.escape(first)}\b", message.casefold()) is not None)


def worded(text: str, message: str, standing: str) -> bool:
    """Whether a new wording consists of the person's words and of those already there."""
    known = set(_WORD.findall(clean(f"{message} {standing}", limit=20_000).casefold()))
    wanted = _WORD.findall(clean(text, limit=8_000).casefold())
    return bool(wanted) and all(word in known for word in wanted)


def reason_in(message: str, reason: str) -> str:
    """Return the reason in the person's own words: the model's extract from the message, or else the message."""
    said = " ".join(clean(message, limit=300).split())
    given = " ".join(clean(reason, limit=300).split()).rstrip(" .!")
    return given if given and given.casefold() in said.casefold() else said


def fitting(message: str, names: Sequence[str]) -> list[int]:
    """The places of those that the message names best; all of them if it names none."""
    words = _key_words(message)
    scores = [len(words & _key_words(name)) for name in names]
    return [place for place, score in enumerate(scores) if score == max(scores, default=0)]


def named(message: str, names: Sequence[str]) -> list[int]:
    """The places of those that the message names best; none if it names none."""
    words = _key_words(message)
    scores = [len(words & _key_words(name)) for name in names]
    return [place for place, score in enumerate(scores) if score and score == max(scores)]


def meant(message: str, names: Sequence[str], focus: int | None) -> int | None:
    """Return the one of these (each given by its title and account) that the message names best; else the one in focus;
    None if two are named equally well, or none is."""
    words = _key_words(message)
    scores = [len(words & _key_words(name)) for name in names]
    best = max(scores, default=0)
    if best == 0:
        return focus if focus is not None else (0 if len(names) == 1 else None)
    places = [place for place, score in enumerate(scores) if score == best]
    if len(places) == 1:
        return places[0]
    return focus if focus in places else None


def _key_words(text: str) -> set[str]:
    return {word for word in _WORD.findall(text.casefold()) if len(word) > 2} - _EMPTY
