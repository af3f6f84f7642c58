"""Questions by someone who had read what the bot promises and none of its rules: kept aside to see how it does at first sight.

All are strict: what they don't ask to change must stay as it is, and no other account may come into the answer. Slots beyond those
of `questions`: `e` has a decision maker, `m` one meeting to come, `w` a deal won this month; `gone` left `d`; `p1` to `p5` are the
recommendations of the morning, in this order; `cut` is the beginning of several names; `alike` is a foreign account
that ends as one of the recommendations' does, such as “Ltd”; `boss` and `mate` are the manager's and a
colleague's first names. What changes something comes last, since later answers depend on it.
"""

from __future__ import annotations

from functools import partial

from tests.conversation.questions import Question

Pieces = tuple[str | tuple[str, ...], ...]
CANT: Pieces = (
    ("can't", "cannot", "I don't", "not something", "no account", "no recommendation", "no open recommendation"),
)
UNKNOWN: Pieces = (("can't find", "don't know", "no account", "can't see", "isn't among", "no recommendation"),)
HOME: Pieces = (("Home", "My settings"),)
NONE: Pieces = (
    ("decided nothing", "rejected nothing", "nothing is", "none", "no decision", "no one", "nobody", "haven't"),
)
HELP: Pieces = ("pipeline",)
NOT_SENT: Pieces = (("can't send", "never send", "don't send", "nothing is sent", "not sent", "to copy"),)
LOST_TRACK = ("can't find", "which account", "one do you mean", "reference", "found nothing", "Ask me, for example")
SENT = ("I've sent", "I have sent", "mail sent", "was sent", "has been sent")
DID = ("I've ", "I have ", "done.", "moved to", "was created", "deleted.")


def held(
    role: str,
    texts: str,
    truth: str = "",
    about: str = "",
    *,
    says: Pieces = (),
    language: str = "",
    does: str = "nothing",
    never: tuple[str, ...] = (),
    longest: int = 1_500,
) -> list[Question]:
    """One question a line; “ // ” separates the messages of one thread."""
    return [
        Question(role, tuple(each.split(" // ")), truth, about, says, language, does, never, longest)
        for each in texts.strip().splitlines()
    ]


executive = partial(held, "executive")
ASKED: tuple[Question, ...] = (
    # What first, what's new
    *executive("""morning! whats the one thing i need to do today
ok got 10 min before my train, what do i tackle
where shud i start lol
anything happen overnight
back from 2 days off, catch me up
whats still on my plate to approve""", "waiting"),
    *executive("was muss ich heute zuerst machen?", "waiting", language="de"),
    *executive("how many cards do i have open", "how many waiting"),
    # Wins
    *executive("what did i win this month", "won this month"),
    *executive("any wins last week??", "won last week"),
    *executive("how much have i closed this year so far", "total won this year"),
    *executive("whats my biggest win of the year", "largest won"),
    *executive("did i lose anything in march", "lost this month"),
    *executive("closed won mtd", "total won this month"),
    *executive("did we sign {w1} yet", "won there", "w"),
    # Pipeline
    *executive("""how much am i sitting on rn
whats in my funnel
pipe total pls""", "pipeline"),
    *executive("wie hoch ist meine pipeline gerade", "pipeline total", language="de"),
    *executive("everything north of 60k", "over 60k"),
    *executive("deals between 30 and 50k", "30 to 50k"),
    *executive("show me the small stuff, under ten grand", "under 10k"),
    *executive("deals in needs analysis // only the ones over 40k", "needs analysis over 40k"),
    *executive("my pipeline // n whats the biggest one", "largest"),
    # What closes
    *executive("whats landing this month", "month"),
    *executive("whats still due to close b4 the end of march", "rest of month"),
    *executive("anything closing in july?", "july"),
    *executive("first half of july closes", "early july"),
    *executive("what will close this summer", "summer"),
    *executive("deals closing by end of june", "to june"),
    *executive("which deals are past their close date", "late"),
    *executive("what closes next month // and the month after?", "may"),
    *executive("¿qué se cierra este mes?", language="es"),
    # Decisions
    *executive("""did i already decide anything this week
what did i turn down""", says=NONE),
    # How is NAME
    *executive("""{a1}??
{a?} status pls thx
how is {b1} // ok and {a1}?
give me the 30 second version on {a1}""", "status", "a"),
    *executive("""hows things at {b1} these days
hey quick one whats the story w {b1}
how is {c1} // no i meant {b1}""", "status", "b"),
    *executive("should i be worried about {b1}", about="b", says=("{b}",)),
    *executive("wie läufts so bei {a1}?", "status", "a", language="de"),
    *executive("comment ça va chez {b1} ?", "status", "b", language="fr"),
    *executive("hoe staat {c1} ervoor", "status", "c", language="nl"),
    *executive("come sta andando con {a1}", "status", "a", language="it"),
    *executive("cómo va {b1}?", "status", "b", language="es"),
    *executive("hows {cut} doing", says=("{b}", "{c}")),
    *executive("whats the next step w {a1}", "next step", "a"),
    *executive("when does {a1} close", "closes", "a"),
    *executive("latest note on {b1}", "newest note", "b"),
    *executive("when do i see {m1} next", "next talk", "m"),
    # Compare
    *executive("""{b1} vs {c1} whats bigger
whos worth more {b1} or {c1}
put {b1} and {c1} side by side""", "both", "bc"),
    *executive("how is {b1} // n {c1}? // which one closes first", "sooner", "bc"),
    *executive("compare {a1} with {foreign}", says=UNKNOWN),
    # Contacts
    *executive("who do i call at {a1}", "contacts", "a"),
    *executive("whos the decision maker at {e1}", "decider", "e"),
    *executive("who signs at {e1}? // whats their title", "decider title", "e"),
    *executive("did someone quit at {d1}", "left", "d"),
    *executive("who left lately across my accounts", says=("{gone}",)),
    *executive("is {gone} still at {d1}", about="d", says=("{gone}", ("left", "no longer", "taken off", "gone", "not "))),
    *executive("when did i last talk to {a1} and who's the contact there", "last+contacts", "a"),
    *executive("last touch w {b1}?", "last", "b"),
    *executive("what did we talk about last time with {c1}", "talked about", "c"),
    *executive("whos our guy at {a1} // when did we last speak to them", "last", "a"),
    *executive("wann haben wir zuletzt mit {b1} gesprochen", "last any", "b", language="de"),
    *executive("whats {a contact}s mobile", says=(("number", "phone", "can't", "don't", "doesn't"),), never=("+",)),
    # Promises
    *executive("""remind me what i promised {a1}
do i owe {a1} anything
how is {a1} // and what did we promise them""", "promises", "a"),
    *executive("qu'est-ce qu'on a promis à {a1} ?", about="a", language="fr"),
    *executive("what have we promised {foreign}", says=UNKNOWN),
    # Drafts
    *executive("write {a1} a quick follow up", "mail", "a", never=SENT),
    *executive("how is {a1} // draft them a mail // shorter pls", "mail", "a", never=SENT, longest=200),
    *executive("can u draft sth nice to {b1} we havent talked in a while", "mail", "b", never=SENT),
    *executive("need an agenda for my {c1} call", "agenda", "c"),
    *executive("sum up {b1} for my boss", "status", "b"),
    *executive("send {a1} an email saying well be late", says=NOT_SENT, never=SENT),
    *executive("schreib mir eine mail an {a1}", "mail", "a", language="de", never=SENT),
    # Not its job
    *executive("""move {a1} to closed won
log a call with {b1} just now, went well
whats the weather in tokyo
book me a flight to berlin thurs
add jane doe as contact at {a1}
who won the game last nite
delete {c1}
call {b1} for me""", says=CANT, never=DID),
    # Settings, stop, help
    *executive("""send my brief at half seven
i only want 3 cards a day
dont message me after 6
im off thurs and fri
too many messages stop it
unsubscribe
can i get this by email""", says=HOME),
    *executive("""wat can u do
how does this work""", says=HELP),
    *executive("hilfe, was kannst du?", language="de"),
    # Small talk
    *executive("""thx ur a star
perfect cheers
yo
good morning how are you
lol ok""", never=LOST_TRACK, longest=300),
    *executive("merci beaucoup", never=("welcome", *LOST_TRACK), longest=300),
    *executive("r u a real person", says=(("bot", "Sergas", "assistant"),), longest=300),
    # Other people's
    *executive("what is {mate} working on", says=CANT),
    *executive("whats {mate}s pipeline", says=(("can't", "cannot", "don't", "your own", "you may see"),)),
    *executive("who at {foreign} should i call", says=UNKNOWN),
    # Managers
    *held("manager", """who still has stuff to decide
hows my team""", "team waiting"),
    *held("manager", "anything in my team expiring today", says=NONE),
    *held("manager", """hows {first} doing
whats on {first}s plate""", "theirs waiting"),
    *held("manager", "{mate}, what has he still got open", "mate waiting"),
    *held("manager", "{first} pipeline?", "their pipeline"),
    *held("manager", "how is {mate} // and {first}s pipeline", "their pipeline"),
    *held("manager", "rank my team by pipeline", "by person"),
    *held("manager", "who has the biggest pipeline", "top person"),
    *held("manager", "how is {foreign}", says=("{foreign}",), never=("can't find",)),
    *held("manager", "how much did the team win this month", "total won this month"),
    *held("manager", "what closes in july for the team", "july"),
    *held("manager", "what did {first} decide this week", says=NONE),
    *held("manager", "did anyone lose a contact lately", says=("{gone}",)),
    *held("manager", "who do we know at {a1}", "contacts", "a"),
    *held("manager", "is anyone away today", says=NONE),
    *held("manager", "wer muss noch entscheiden?", language="de"),
    *held("manager", "thx!", never=LOST_TRACK, longest=300),
    # Administrators
    *held("administrator", """whats {first} working on
show me all deals over 60k
draft a mail to {a1}
snooze {p2} til monday
who is the contact at {foreign}""", says=CANT),
    *held("administrator", """how do i change the default brief time
did the sync run last night""", says=(("Home", "doctor", "settings"),)),
    *held("administrator", "did the briefs go out", says=(("Home", "were sent"),)),
    *held("administrator", "what can u do for me", says=(("Home", "accounts"),)),
    *held("administrator", "thanks mate", never=LOST_TRACK, longest=300),
)  # fmt: skip
CHANGES: tuple[Question, ...] = (
    *executive("snooze it", says=(("which", "mean"),)),
    *executive("""approve {p2}
yep go for it""", says=(("button", "press"),)),
    *executive("verschiebe {p2} auf montag", language="de"),
    *executive("snooze {p1} for 2 years", says=("90",)),
    *executive("make {p2} due yesterday", says=("past",)),
    *executive("park {p1} til after easter", does="p1 snoozed 2026-04-06|2026-04-07"),
    *executive("what have i parked", "parked"),
    *executive("bring {p1} back", does="p1 pending"),
    *executive("not now w {p1}, maybe in a fortnight", does="p1 snoozed 2026-04-07"),
    *executive("actually unsnooze {p1}", does="p1 pending"),
    *executive("how is {p2} // ok hide that one until the first of april", does="p2 snoozed 2026-04-01"),
    *executive("wake {p2} up again", does="p2 pending"),
    *executive("leave {p2} alone until something happens there", does="p2 snoozed change"),
    *executive("{p2} i want it back", does="p2 pending"),
    *executive("{p3} make it friday", does="p3 due 2026-03-27"),
    *executive("give {p3} to {boss}", does="p3 assigned manager"),
    *executive("{p3} is urgent set prio high", does="p3 priority High"),
    *executive("push {p5} to end of next week n give it to my boss", does="p5 due 2026-04-03 + assigned manager"),
    *executive("bin {p5}, they signed w someone else", does="p5 rejected"),
    *executive("what did i reject today", says=("{p5}",)),
    *executive("oops wrong one bring {p5} back", does="p5 pending"),
    *executive("drop {p4} already did that yesterday on the phone", does="p4 rejected"),
    *executive("what did i decide today", "decided"),
    *held("manager", "what did {first} decide today", "decided"),
    *executive("snooze {alike} til friday", says=UNKNOWN),
)  # fmt: skip
HELD: tuple[Question, ...] = (*ASKED, *CHANGES)
