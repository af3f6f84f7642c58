"""The words by which `material` and `picking` know what a field or a tool is about."""

from __future__ import annotations

from collections.abc import Mapping


def words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Fields that are filled with something of a known form, by a word of their name.
KINDS: Mapping[str, str] = {
    **dict.fromkeys(("email", "mail", "to", "cc", "recipient"), "email"),
    **dict.fromkeys(("url", "link", "website"), "url"),
    **dict.fromkeys(("date", "day", "due", "deadline"), "date"),
    **dict.fromkeys(("phone", "telephone"), "phone"),
    **dict.fromkeys(("id", "key"), "id"),
    "time": "time",
}
PLACES = words("city town location place country region where destination address state origin")
PEOPLE = words(
    "name person who customer company account contact owner author employee client user team organisation organization assignee"
)
ASKED = words("query question")
WHOLE = words("query question text input message content prompt task request body sentence")
UNITS: Mapping[str, frozenset[str]] = {
    "age": words("years year old aged"),
    "price": words("eur usd euros dollars costs cost price for"),
    "amount": words("eur usd euros dollars amount worth"),
    "rating": words("stars points out"),
}
BEFORE_PLACES = words("in at from to near around into")
LIKED = words("amazing awesome best enjoy enjoyed fantastic fun nice superb wonderful")
DISLIKED = words("awful boring disappointing dreadful hate hated horrible terrible useless worst")
# Words with a capital that begin a sentence and name nothing.
NOT_NAMES = words(
    """a an and any are ask at be book by call can check compare could create delete do does draft extract fetch find for from
    get give he hello help her hey hi his how i if in is it its
    list look make me move my of on one or our please put read remind say search
    send set she show summarise summarize tell thanks that the their then there these they this those to translate update use we
    what what's when where which who whose why will with would write yes you your"""
)
READING = words(
    "get list search find fetch read lookup look show query retrieve check describe view calculate compute convert"
)
# A tool that changes something, by the verb in its name, and the verbs that ask for it.
CHANGING: Mapping[str, frozenset[str]] = {
    "create": words("create add make new open log schedule book"),
    "add": words("add create put append"),
    "send": words("send mail write message notify"),
    "delete": words("delete remove erase drop"),
    "remove": words("remove delete drop"),
    "update": words("update change set edit move"),
    "set": words("set change update"),
    "write": words("write save store note"),
    "store": words("store save remember"),
    "book": words("book reserve"),
    "execute": words("execute run"),
    "run": words("run execute"),
    **{each: frozenset({each}) for each in ("cancel", "approve", "pay", "move", "post", "publish")},
}
SAME: Mapping[str, frozenset[str]] = {
    "weather": words("forecast temperature rain sunny warm cold hot"),
    "price": words("cost costs expensive quote"),
    "time": words("clock hour"),
    "calendar": words("meetings appointments schedule agenda"),
    "sum": words("add plus total +"),
    "multiply": words("times product *"),
    "calculator": words("calculate plus times minus divided + *"),
}
