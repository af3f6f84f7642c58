"""The phrases that state something about a record, as patterns over a marked text: a table to extend, one line a phrase.

A head names the field and the relation; the parts that may follow it carry the values. `«is:M»` is a token of that kind, put
into that part. A word in no phrase is understood by no one: outside of advice its sentence is struck.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_TOKENS = {"N": r"N\d+", "M": r"M\d+", "P": r"P\d+", "S": r"S\d+", "F": r"F\d+", "D": r"D\d+", "W": r"W\d+"}
_BE = r"(?:is|was|are|were|’s|'s)"
_HAS = r"(?:has|had|have)"
_TO = r"(?:is |was |are )?(?:due |set |expected |planned |scheduled |supposed |meant )?to close|closes|close|closing|will close"
_SOFT = r"(?: (?:just|now|also|still|currently|recently|since))?"


@dataclass(frozen=True, slots=True)
class Head:
    """`field` is "" if the values or the topic say which one."""

    pattern: re.Pattern[str]
    field: str
    relation: str
    slots: tuple[tuple[str, str], ...] = ()  # (group, part)


def _head(field: str, relation: str, *patterns: str) -> list[Head]:
    return [_compiled(field, relation, pattern) for pattern in patterns]


def _compiled(field: str, relation: str, pattern: str) -> Head:
    slots: list[tuple[str, str]] = []

    def part(found: re.Match[str]) -> str:
        group = f"s{len(slots)}"
        slots.append((group, found[1]))
        kinds = "|".join(_TOKENS[each] for each in found[2])
        return f"(?P<{group}>{kinds})"

    written = re.sub(
        r"«(\w+):(\w+)»", part, pattern.replace("{be}", _BE).replace("{has}", _HAS).replace("{soft}", _SOFT)
    )
    return Head(re.compile(rf"(?:{written})(?![\w’'])"), field, relation, tuple(slots))


# In this order: the first that fits is taken, so longer phrases come before shorter ones.
HEADS: tuple[Head, ...] = (
    # nouns
    *_head("closing_date", "later", r"(?:slip|slipping|delay) of «of:N»"),
    *_head("amount", "less", r"(?:shrinking|drop|fall|cut) of «of:N»"),
    *_head("outcome", "lost", r"loss of «of:N»"),
    *_head("outcome", "won", r"win of «of:N»"),
    # money
    *_head("amount", "is", r"(?:{be}{soft} )?worth «is:MF»", r"{has} (?:a value|an amount) of «is:MF»"),
    *_head("amount", "less", r"{has}?{soft} ?(?:lost|losing|lose) «by:PM»(?: of (?:its|their|the) (?:amount|value|worth))?"),
    *_head(
        "amount", "less",
        r"(?:{has} |{be} )?{soft} ?(?:shrank|shrunk|shrinking|decreased|lost value|got smaller|cut|reduced)",
    ),
    *_head("amount", "more", r"(?:{has} )?{soft} ?(?:grew|grown|rose|risen|increased|gained value|got bigger|gained «by:PM»)"),
    # stages
    *_head(
        "stage", "is",
        r"(?:{has}{soft} (?:been|stood)|{be}{soft}|stands|sits|remains|stays) (?:in|at)(?: the)?(?: stage)? «is:N»(?: stage)?",
    ),
    *_head(
        "stage", "back",
        r"(?:{has} |{be} )?{soft} ?(?:went|gone|moved|fell|fallen|dropped|slipped|set) back(?: a stage)?(?= from N| to N)",
    ),
    *_head(
        "stage", "forward",
        r"(?:{has} |{be} )?{soft} ?(?:advanced|progressed|(?:went|gone|moved) (?:on|up|ahead|forward))(?= from N| to N)",
    ),
    *_head("stage", "back", r"(?:{has} |{be} )?(?:went|gone|fell|fallen) back(?: a stage)?"),
    *_head("stage", "forward", r"(?:{has} |{be} )?(?:advanced|progressed)(?: a stage)?"),
    # closing dates
    *_head(
        "closing_date", "later",
        r"(?:{has} |{be} )?{soft} ?(?:slipp?(?:ed|s|ing)?|delayed|postponed|put off|(?:pushed|moved|put) (?:back|out)|moved later)",
    ),
    *_head(
        "closing_date", "earlier",
        r"(?:{has} |{be} )?{soft} ?(?:(?:brought|moved|pulled|came|come) (?:forward|in|up|ahead|earlier)|moved earlier)",
    ),
    *_head("closing_date", "later", r"«by:S» slip", r"slip(?: of «by:S»)?", r"delay(?: of «by:S»)?"),
    *_head("closing_date", "is", rf"(?:{_TO})(?: on| in)? «is:D»", r"(?:still )?{has} the closing date «is:D»"),
    # outcomes
    *_head("outcome", "won", r"(?:{has}{soft} been|{be}{soft}) won", r"(?:winning|won)(?= N| it| on| the)"),
    *_head("outcome", "lost", r"(?:{has}{soft} been|{be}{soft}) lost"),
    *_head("outcome", "reopened", r"(?:{has}{soft} been|{be}{soft}) (?:reopened|opened again)"),
    *_head("outcome", "new", r"{be} new(?: and already)?", r"{be} created", r"{be} opened"),
    # the next step and plans
    *_head("next_step", "is", r"{has} the next step «is:WN»", r"(?:the |its |their )?next step(?: {be}|:) «is:WN»"),
    *_head("next_step", "none", r"{has}{soft} no next step", r"no next step(?: {be} (?:named|planned|set))?"),
    # people
    *_head("contacts", "only", r"{be}{soft} (?:the|your|its|their) only contact(?: (?:of|at|for|on) N\d+)?"),
    *_head("contact", "is", r"(?:{be}{soft} )?(?:the |its |their )?(?:primary |main )?contact (?:of|for|on) «of:N»"),
    *_head(
        "contact", "changed",
        r"(?:{has} )?changed (?:its|the|their) (?:primary )?contact(?: from «from:N»)?(?: to (?:«to:N»|no one|another contact))?",
        r"(?:{has} )?got a (?:new )?(?:primary )?contact,? «to:N»",
    ),
    *_head("contact", "lost", r"(?:{has} )?lost (?:its|the|their) (?:primary )?contact(?:,? «from:N»)?"),
    *_head("person", "left", r"(?:{has}{soft} |{be} )?moved to (?:another|a different) account", r"{be} at another account"),
    *_head("person", "deleted", r"(?:{has}{soft} been|{be}) (?:deleted|removed(?: from the crm)?)"),
    *_head("person", "gone", r"(?:{has} )?{soft} ?left(?: the account)?(?! N| off| you| to| the)", r"{be} gone", r"{be} leaving",
           r"(?:{has} been|{be}) taken off the account"),
    *_head("owner", "moved", r"(?:the )?account (?:went|came|passed|moved) from «from:N» to «to:N»", r"came to you from «from:N»"),
    # activities
    *_head("activity", "took place", r"(?:took|taken) place", r"{be} held", r"happened"),
    *_head("activity", "done", r"(?:{has} been|{be})(?: already)? (?:done|completed|finished)"),
    *_head("activity", "due", r"(?:{be}|{has} been|fell)(?: still)? (?:due|overdue)(?! to close)"),
    *_head("activity", "set", r"(?:{be}|{has} been) (?:set|planned|scheduled) for", r"(?:{be}|{has} been) (?:planned|scheduled)"),
    *_head("activity", "open", r"{be}(?: still)? open"),
    *_head("silence", "is", r"(?:there {be} )?nothing (?:{be} |{has} been )?logged(?: here)?"),
    *_head("silence", "is", r"(?:{has} been|{be}|stayed) (?:silent|quiet)"),
    *_head("silence", "is", r"no (?:contact|activity|touch|sign of life)", r"silence(?: of «for:S»)?"),
    *_head("decision", "approved", r"(?:{has} )?approved(?: it| this| that| our advice)?"),
    *_head("decision", "rejected", r"(?:{has} )?rejected(?: it| this| that| our advice)?"),
    *_head("modified", "is", r"last changed", r"unchanged since", r"{be} last changed"),
    *_head("deals", "number", r"{has} (?P<s0>F\d+|no|1|one) open deals?"),
    # a movement whose direction or field only its values or the topic tell
    *_head("", "less", r"(?:{has} )?{soft} ?(?:dropped|fell|fallen|went down|gone down)"),
    *_head("", "more", r"(?:{has} )?{soft} ?(?:went up|gone up)"),
    *_head("", "moved", r"(?:{has} |{be} )?{soft} ?(?:moved|changed|went|gone|shifted)(?= from| to| by)"),
    *_head("", "is", r"(?:{be}(?: now| still| set to)?|stands at|of|:) «is:MFDNW»"),
)  # fmt: skip

# The parts that may follow a head, each once.
PARTS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), slot)
    for pattern, slot in (
        (r"(?:by )?(?P<v>[SPM]\d+)(?: later| earlier| less| more)?", "by"),
        (r"for (?P<least>at least )?(?P<v>S\d+)", "for"),
        (r"from(?: the)? (?P<v>[NMDWF]\d+)", "from"),
        (r"(?:to|until|now)(?: the)? (?P<v>[NMDWF]\d+)", "to"),
        (r"→ (?P<v>[NMDW]\d+)", "to"),
        (r"on (?P<v>D\d+)", "on"),
        (r"in (?P<v>D\d+)", "on"),
        (r"(?P<v>D\d+)", "on"),
        (r"between (?P<v>D\d+) and (?P<v2>D\d+)", "between"),
        (r"since (?:an? (?P<touch>call|meeting|note|completed task|task) on )?(?P<v>D\d+)", "since"),
        (r"\( ?was (?P<v>[MDN]\d+) ?\)", "from"),
        (r"\( ?usually (?P<v>[FS]\d+)(?: days)? on your won (?:N\d+ )?deals ?\)", "usual"),
    )
)

TOPIC = re.compile(
    r"(?:the |its |their |whose )?(?P<topic>closing date|close date|amount|value|stage|primary contact|next step|owner)"
    r"(?! of [a-z])"
    r"(?: of (?P<of>N\d+))?"
)
TOPICS = {
    "closing date": "closing_date",
    "close date": "closing_date",
    "amount": "amount",
    "value": "amount",
    "stage": "stage",
    "primary contact": "contact",
    "next step": "next_step",
    "owner": "owner",
}
ROLES = re.compile(
    r"sponsor|champion|decision[ -]maker|gatekeeper|influencer|buyer|economic buyer|primary contact|user"
)
KINDS = re.compile(
    r"(?:(?:the |a )(?P<kind>call|meeting|task|note|deal|opportunity|account|contact)|(?P<task>task))(?= N\d+)"
)
TITLE = re.compile(rf"(?:the |our |their |your )?(?P<role>(?:new |former |old |current )?(?:{ROLES.pattern}))(?= N\d+)")
PRONOUN = re.compile(r"(?:it|this deal|the deal|this one|the opportunity|this opportunity)(?![\w’'])")
# What a writer thinks of a record, and no record could say.
JUDGED = re.compile(
    r"(?:needs?|deserves?|is worth) (?:your |some |a )?(?:attention|care|call|push|help|look)|(?:is|are) at risk"
    r"|matters?(?: now)?|comes? first|is in question"
)
# Words that state nothing by themselves, anywhere in a sentence.
NEUTRAL = frozenset(
    """
    a an the and but so while whereas also still now currently as it its it's this that these those their there here
    which who whose of in on at to for with by from your our you we they them his her he she be been is was are were
    has had have however although though yet meanwhile deal account contact task call meeting note date says said say
    """.split()  # noqa: SIM905 - a list of words is read as words
)
DENIED = re.compile(
    r"\b(?:not|never|no|none|nobody|nothing|neither|nor|without|hardly|barely|cannot|no one|noone)\b|n[’']t\b",
    re.IGNORECASE,
)
# Words that count, compare or sum up: a sentence with one says more than its values do.
COUNTED = re.compile(
    r"\b(?:second|third|fourth|fifth|sixth|seventh|\d+(?:st|nd|rd|th)|twice|thrice|again|repeatedly|repeated|another|times"
    r"|once more"
    r"|first (?!ask|call|agree|find|get|write)(?=[a-z])|total|totals|altogether|together|combined|sum"
    r"|both|all|each|every|most|only|sole|alone|none"
    r"|larger|bigger|smaller|higher|lower|more|less|fewer|most|least|largest|biggest|smallest|highest|lowest|longest|shortest|oldest"
    r"|newest|latest|earliest|best|worst|same|than|before|after|because|therefore|due to|since then|later|earlier|sooner"
    r"|half|double|doubled|improved|improving|worse|worsened|better|warmer|cooler)\b",
    re.IGNORECASE,
)
# Of these, the ones that advice may use, and what only introduces a fact.
HARMLESS = re.compile(
    r"earlier|later|sooner|before|after|more|both|all|each|every|same|better|best|because|most|only|latest|once more",
    re.IGNORECASE,
)
TOTAL = re.compile(
    r"(?:together|in total|combined|altogether),? (?:are |is )?worth (?P<a>M\d+)"
    r"|(?:are |is )?(?:together |in total |combined )?worth (?P<b>M\d+)(?: together| in total| combined| altogether)"
    r"|(?:are |is )(?:together |in total )worth (?P<c>M\d+)|(?:total|sum up to|add up to|make) (?P<d>M\d+)"
)
ADVICE = re.compile(
    r"^(?:please |so |then |and |first |next )?"
    r"(?:ask|call|write|send|agree|find|get|meet|set|settle|list|clarify|confirm|check|talk|speak"
    r"|book|plan|prepare|propose|offer|invite|arrange|schedule|reach|follow|keep|make|take|bring|give|go|look|see|try|use|start|open"
    r"|close|drop|move|reschedule|do|name|show|tell|explain|explore|learn|understand|review|read|raise|note|add|update|correct|enter"
    r"|decide|reply|respond|thank|remind|involve|introduce|share|press|push|secure|win|resolve|rescue|revive|reconnect|discuss|let"
    r"|e-mail|email|mail|phone|ring|contact|choose|leave|refer|pick|approach|warn|have)\b"
    r"|\?$|\b(?:should|could|can|may|might|would|let[’']s|perhaps|worth a|it helps|better to|good day|good time|good moment)\b"
)
