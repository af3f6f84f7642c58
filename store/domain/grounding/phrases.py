"""The phrases that state something about a record, as patterns over a marked text: a table to extend, one line a phrase.

A head names the field and the relation; the parts that may follow it carry the values. A word in no phrase is understood by no
one: outside of advice its sentence is struck.
"""

from __future__ import annotations

import re

from store.domain.grounding.patterns import Head, head
from store.domain.grounding.phrases_of_deals import DEALS
from store.domain.grounding.phrases_of_people import PEOPLE

# In this order: the first that fits is taken, so longer phrases come before shorter ones.
HEADS: tuple[Head, ...] = (
    *DEALS,
    *PEOPLE,
    # a movement whose direction or field only its values or the topic tell
    *head("", "less", r"(?:{has} )?{soft} ?(?:dropped|fell|fallen|went down|gone down)"),
    *head("", "more", r"(?:{has} )?{soft} ?(?:went up|gone up)"),
    *head("", "moved", r"(?:{has} |{be} )?{soft} ?(?:moved|changed|went|gone|shifted)(?= from| to| by| S)"),
    *head("", "is", r"(?:{be}(?: now| still| set to)?|stands at|of|:) «is:MFDNW»"),
)  # fmt: skip

# The parts that may follow a head, each once.
PARTS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), slot)
    for pattern, slot in (
        (r"(?:by )?(?P<v>[SPM]\d+)(?: later| earlier| less| more)?", "by"),
        (r"for (?P<least>at least )?(?P<v>S\d+)(?: or more)?", "for"),
        (r"from(?: the)? (?P<v>[NMDWF]\d+)", "from"),
        (r"(?:to|until|now)(?: the)? (?P<v>[NMDWF]\d+)", "to"),
        (r"→ (?P<v>[NMDW]\d+)", "to"),
        (r"on (?P<v>D\d+)", "on"),
        (r"in (?P<v>D\d+)", "on"),
        (r"(?P<v>D\d+)", "on"),
        (r"between (?P<v>D\d+) and (?P<v2>D\d+)", "between"),
        (r"(?:since )?(?:an? (?P<touch>call|meeting|note|completed task|task) on )(?P<v>D\d+)", "since"),
        (r"since (?:the|an?) (?P<touch>call|meeting|note) (?:of|on) (?P<v>D\d+)", "since"),
        (r"since(?P<touch>)(?: on)? (?P<v>D\d+)", "since"),
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
TITLE = re.compile(
    rf"(?:the |our |their |your |its )?(?P<role>(?:new |former |old |current )?(?:{ROLES.pattern}))(?:,| is| was|:| [–-])? (?=N\d+)"
)
ROLE_SUBJECT = re.compile(
    rf"(?:the |your |our |their |its )(?:(?P<role>{ROLES.pattern})|contact of (?P<of>N\d+))"
    r"(?= (?:is|was|has|had|left|moved|went|just|also)\b(?! N))"
)
ONLY_ROLE = re.compile(r"(?:you have )?(?:only one contact,|the only contact(?: is|,|:)) (?P<who>N\d+)")
COMPARED = re.compile(
    r"(?:(?:is|was|are) (?:(?P<more>larger|bigger|greater)|smaller)|is worth (?:(?P<most>more)|less)) than (?P<other>N\d+)"
)
PRICED = re.compile(r"(?:the |an? |your )(?P<m>M\d+)(?: deal)?,? (?=N\d+)")
PRONOUN = re.compile(r"(?:it|this deal|the deal|this one|the opportunity|this opportunity)(?![\w’'])")
TOTAL = re.compile(
    r"(?:together|in total|combined|altogether),? (?:are |is )?worth (?P<a>[MF]\d+)"
    r"|(?:are |is )?(?:together |in total |combined )?worth (?P<b>[MF]\d+)(?: together| in total| combined| altogether)"
    r"|(?:are |is )(?:together |in total )worth (?P<c>[MF]\d+)|(?:total|sum up to|add up to|make) (?P<d>[MF]\d+)"
    r"|(?:are )worth (?P<e>[MF]\d+)"
)
