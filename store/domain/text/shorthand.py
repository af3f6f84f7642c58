"""Write out the short forms of chats, and apply the corrections that people make as they type.

Only words that mean nothing else, and only in small letters: a name that looks like one has a capital.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_SHORT_WORDS = """
abt=about wat=what im=i_am u=you r=are shud=should cud=could sth=something w=with b4=before
bc=because becuz=because cuz=because dunno=do_not_know gimme=give_me gonna=going_to lemme=let_me lst=last
mtg=meeting mtgs=meetings msg=message nxt=next pls=please plz=please ppl=people prio=priority prios=priorities rn=now shd=should
smth=something sry=sorry soz=sorry tdy=today thru=through til=until till=until tmr=tomorrow tmrw=tomorrow tmrrw=tomorrow
tomoz=tomorrow wk=week wks=weeks yest=yesterday ystd=yesterday qtr=quarter mth=month mths=months opps=deals opp=deal
weds=Wednesday wed=Wednesday thu=Thursday thur=Thursday thurs=Thursday tue=Tuesday tues=Tuesday fri=Friday mon=Monday
whats=what_is wheres=where_is hows=how_is whos=who_is whens=when_is thats=that_is whatd=what_did hasnt=has_not havent=have_not
shld=should ur=your wot=what gotta=have_to wanna=want_to
didnt=did_not doesnt=does_not dont=do_not isnt=is_not arent=are_not wasnt=was_not cant=can_not wont=will_not shouldnt=should_not
"""
_SHORT: Mapping[str, str] = {
    short: words.replace("_", " ") for short, words in (each.split("=") for each in _SHORT_WORDS.split())
}
_WORD = re.compile(rf"(?<![\w’'@#&/.-])(?:{'|'.join(sorted(_SHORT, key=len, reverse=True))})(?![\w’'@&/-])")
_WITH = re.compile(r"(?<!\w)w/ ?(?=\w)")
_DAY = "(?:mon|tues|wednes|thurs|fri|satur|sun)day|today|tomorrow|next week"
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_ORDINAL = re.compile(
    rf"\b(?:the )?({'|'.join(_ORDINALS)}) of (?=(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec))", re.IGNORECASE
)
_ANOTHER_DAY = re.compile(
    rf"\b(?:{_DAY})\b[ ,.…-]+(?:no|nope|sorry|i mean|no wait|wait|rather|make that|actually)[ ,.…-]+(?=(?:on )?(?:{_DAY})\b)",
    re.IGNORECASE,
)
_TAKEN_BACK = re.compile(
    r"(?:^|[\s,.?!…-])(?:no[, ]+wait|wait[, ]+no|scratch that|sorry[, ]+(?:i )?mean[t]?|i meant?\b|meant|no[, ]+(?:i )?mean[t]?"
    r"|sorry[, ]+no[t]?|not [^\s,]+(?: [^\s,]+)?,)\s*",
    re.IGNORECASE,
)


def spelled_out(message: str) -> str:
    """`meetings tomorrow` for `meetings tmrw`; of a day that is corrected at once, the last: `Friday` for `thu no fri`."""
    said = _WITH.sub("with ", _WORD.sub(lambda found: _SHORT[found[0]], message))
    said = _ORDINAL.sub(lambda found: f"{_ORDINALS.index(found[1].casefold()) + 1} of ", said)
    return _ANOTHER_DAY.sub("", said)


def corrects_itself(message: str) -> bool:
    """Whether it takes something back: “Acme? no wait Halden”, “sorry, I meant Halden”. Then the last words count."""
    return _TAKEN_BACK.search(message) is not None
