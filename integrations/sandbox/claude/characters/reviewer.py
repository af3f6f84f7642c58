"""A competent Compliance Reviewer: holds texts that promise or reveal too much, and passes the rest."""

from __future__ import annotations

import re
from collections.abc import Mapping
from random import Random
from typing import Any

from integrations.sandbox.claude.answers import Said
from integrations.sandbox.claude.characters.words import listed, text_of
from integrations.sandbox.claude.prompt import Prompt

FIELDS = ("title", "rationale", "subject", "text", "email")
_RULES: Mapping[str, re.Pattern[str]] = {
    "It offers a discount": re.compile(
        r"\bdiscounts?\b|\b\d{1,3} ?(?:%|percent|per cent) off\b|\bprice (?:cut|reduction)|\breduced price|\bfree of charge\b"
        r"|\bwaive\b|\bat no (?:extra )?cost\b|\brebates?\b",
        re.IGNORECASE,
    ),
    "It makes a legal promise": re.compile(
        r"\bguarantee[sd]?\b|\bwarrant(?:y|ies)\b|\bindemni\w+|\bliab(?:le|ility)\b|\blegally\b|\bcontractually\b"
        r"|\bbinding\b|\bpenalt(?:y|ies)\b|\bwe (?:accept|waive) (?:all|any) claims\b",
        re.IGNORECASE,
    ),
    "It reveals personal data": re.compile(
        r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}\.[\w.]{2,}"
        r"|\+\d[\d ()/-]{7,}\d|\b(?:date of birth|birthday|passport|home address|salary|pregnan\w+"
        r"|illness|diagnos\w+|divorc\w+|religio\w+|sick leave|social security)\b",
        re.IGNORECASE,
    ),
}
_SHOUTING = re.compile(r"!{2,}|\b(?:[A-Z]{4,} ){3,}")
_PENDING = frozenset({"pending", "rejected", "dismissed"})


def review(prompt: Prompt, dice: Random) -> Said:
    given = prompt.object("recommendations")
    earlier = listed(given, "earlier")
    return Said(value={"verdicts": [_verdict(each, earlier) for each in listed(given, "recommendations")]})


def _verdict(recommendation: Mapping[str, Any], earlier: Any) -> dict[str, Any]:
    said = {"recommendation": text_of(recommendation, "id"), "verdict": "pass", "strip": [], "reason": ""}
    for reason, rule in _RULES.items():
        found = [name for name in FIELDS if rule.search(text_of(recommendation, name))]
        if found:
            return {**said, "verdict": "hold", "reason": f"{reason}, in the {found[0]}."}
    title = text_of(recommendation, "title").casefold()
    same = next((each for each in earlier if text_of(each, "title").casefold() == title), None)
    if same is not None and text_of(same, "state") in _PENDING:
        return {
            **said,
            "verdict": "hold",
            "reason": f"The same was recommended before and is {text_of(same, 'state')}.",
        }
    if _SHOUTING.search(text_of(recommendation, "email")):
        return {**said, "verdict": "strip", "strip": ["email"], "reason": "The e-mail shouts."}
    return said
