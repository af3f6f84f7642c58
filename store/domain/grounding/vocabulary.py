"""Words that state nothing, deny, count, compare or advise."""

from __future__ import annotations

import re

# What a writer thinks of a record, and no record could say.
JUDGED = re.compile(
    r"(?:needs?|deserves?|is worth) (?:your |some |a )?(?:attention|care|call|push|help|look)|(?:is|are) at risk"
    r"|matters?(?: now)?|comes? first|is in question"
)
# Words that state nothing by themselves, anywhere in a sentence.
NEUTRAL = frozenset(
    """
    a an the and but while whereas also still now currently as it its it's this that these those their there here
    which who whose of in on at him to for with by from your our you we they them his her he she be been is was are were
    has had have however although though meanwhile deal account contact task call meeting note date
    """.split()  # noqa: SIM905 - a list of words is read as words
)
DENIED = re.compile(
    r"\b(?:not|never|no|none|nobody|nothing|neither|nor|without|hardly|barely|scarcely|cannot|no one|noone"
    r"|yet to|fail(?:s|ed)? to|far from|instead of|rather than|refus\w+|avoid\w*|den(?:y|ies|ied)|false"
    r"|untrue|wrong|lacks?|lacking)\b"
    r"|n[’']t\b",
    re.IGNORECASE,
)
# Words that make one thing the reason or the outcome of another.
CAUSED = re.compile(
    r"\b(?:so|thus|hence|thereby|therefore|consequently|as a result|causing|caused|led to|leading to"
    r"|following|thanks to|owing to"
    r"|which is why|that is why|in response|triggered|as|since(?! D\d| an? \w+ on D\d))\b(?! of D)",
)
# Words that may do so between a person and a deal.
TIED = re.compile(r"\b(?:with|while|when|once|by|for|after|until)\b")
# Words for the state of a record: in front of a colon they say it of what follows.
STATE = re.compile(
    r"\b(?:won|lost|slipp\w+|overdue|late|delayed|missing|signed|cancell?ed|closed|closing|left|gone|new|reopened|healthy|dead|safe)\b",
    re.IGNORECASE,
)
# Words that count, compare or sum up: a sentence with one says more than its values do.
COUNTED = re.compile(
    r"\b(?:second|third|fourth|fifth|sixth|seventh|\d+(?:st|nd|rd|th)|twice|thrice|again|repeatedly|repeated|another|times"
    r"|once more"
    r"|first (?!ask|call|agree|find|get|write)(?=[a-z])|total|totals|altogether|together|combined|sum"
    r"|both|all|each|every|most|only|sole|alone|none|just|everything|everyone|everybody|else|others?|rest|apart from|except"
    r"|always|keeps|constantly|once|dozens?|several|many|few|couple|majority"
    r"|larger|bigger|smaller|higher|lower|more|less|fewer|most|least|largest|biggest|smallest|highest"
    r"|lowest|longest|shortest|oldest"
    r"|newest|latest|earliest|best|worst|same|than|before|after|because|therefore|due to|since then|later|earlier|sooner"
    r"|half|double|doubled|improved|improving|worse|worsened|better|warmer|cooler)\b",
    re.IGNORECASE,
)
# Of these, the ones that advice may use, and what only introduces a fact.
HARMLESS = re.compile(
    r"earlier|later|sooner|before|after|more|both|all|each|every|same|better|best|because|most|only|latest|once more",
    re.IGNORECASE,
)
_VERBS = (
    r"(?:ask|call|write|send|agree|find|get|meet|set|settle|list|clarify|confirm|check|talk|speak"
    r"|book|plan|prepare|propose|offer|invite|arrange|schedule|reach|follow|keep|make|take|bring|give|go|look|see|try|use|start|open"
    r"|close|drop|move|reschedule|do|name|show|tell|explain|explore|learn|understand|review|read|raise|note|add|update|correct|enter"
    r"|decide|reply|respond|thank|remind|involve|introduce|share|press|push|secure|win|resolve|rescue|revive|reconnect|discuss|let"
    r"|e-mail|email|mail|phone|ring|contact|choose|leave|refer|pick|approach|warn|have|finish|complete|chase|replace)\b"
)
ADVICE = re.compile(
    rf"^(?:please |so |then |and |first |next )?{_VERBS}|^(?:with|since|now that|before|after|because|as|if|when) [^,]+, {_VERBS}"
    r"|\?$|\b(?:should|could|can|may|might|would|let[’']s|perhaps|worth a|it helps|better to|good day|good time|good moment)\b"
)
