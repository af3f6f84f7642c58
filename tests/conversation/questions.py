"""The questions, as people type them. `{a}` to `{d}` are accounts of the executive: `a` has open deals, contacts, talks and a
promise in a note, `b` and `c` have open deals, `d` lost a contact; `{a1}` is its first word in small letters, `{a?}` one that is
misspelt."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Question:
    """`asks` are the messages of one thread; the last one is graded. `truth` names what must be said (`truths`), `about` the
    accounts that it is about; `says` are further pieces, of a tuple one is enough."""

    role: str
    asks: tuple[str, ...]
    truth: str = ""
    about: str = ""
    says: tuple[str | tuple[str, ...], ...] = ()


def _one(
    role: str, texts: str, *, truth: str = "", about: str = "", says: tuple[str | tuple[str, ...], ...] = ()
) -> list[Question]:
    return [Question(role, tuple(each.split(" // ")), truth, about, says) for each in texts.strip().splitlines()]


BUTTONS = (("can't approve", "buttons"),)
QUESTIONS: tuple[Question, ...] = (
    *_one("executive", """what first?
What should I do first today
where do i start
top 3 priorities
what's most important right now?
plan my day""", says=("1. ", "→")),
    *_one("executive", """what's new
anything new?
what changed since yesterday
what did I miss
any news""", says=(("New in your brief", "Nothing new"),)),
    *_one("executive", """what's at risk
which accounts are slipping?
where am i losing deals""", says=(("noticed", "high risk"),)),
    *_one("executive", """show me everything stalled
which deals are stuck?
what's not moving""", says=("Longest in their stage", "day")),
    *_one("executive", """my pipeline
how much do I have open
open deals by stage
show me all my deals
whats my pipeline looking like""", truth="pipeline"),
    *_one("executive", """what closes this month?
which deals close this month""", truth="month"),
    *_one("executive", """what closes next month
anything closing in april?""", truth="next month"),
    *_one("executive", """what closes this quarter""", truth="quarter"),
    *_one("executive", """deals closing in the next 180 days""", truth="half"),
    *_one("executive", """who have I not spoken to for long
which accounts went quiet?
who's gone dark
silent accounts""", truth="silent"),
    *_one("executive", """my meetings this week
what calls do I have this week?""", truth="week of meetings"),
    *_one("executive", """any meetings today?
who am I meeting today""", truth="today"),
    *_one("executive", """what's overdue
overdue tasks
my todos""", says=(("overdue",),)),
    *_one("executive", """what did I decide yesterday
what did i approve last week?
my decisions""", says=("decided nothing",)),
    *_one("executive", """what have I snoozed?
show snoozed
what did I dismiss""", says=(("snoozed", "Nothing is snoozed"),)),
    *_one("executive", """what's waiting for me
my open decisions
what do I still have to decide""", says=(("wait",),)),
    *_one("executive", """how is {a}
how's {a1} doing?
{a1}
status {a1}
what's going on with {a}?
tell me about {a1}
where are we with {a1}
{a?}
how is {a?}""", truth="status", about="a"),
    *_one("executive", """when did we last speak with {a}?
last contact {a1}
when did I last talk to {a1}
last call with {a?}
how long since we talked to {a1}""", truth="last", about="a"),
    *_one("executive", """who is the contact at {a}?
contacts at {a1}
who do I call at {a1}
decision maker at {a}
who's the sponsor at {a1}
{a1} // who is the contact there?
how is {a1} // and the decision maker?""", truth="contacts", about="a"),
    *_one("executive", """what did we promise {a}?
what did we agree with {a1}
how is {a1} // what did we promise them?""", truth="promises", about="a"),
    *_one("executive", """who left {d}?
has anyone left at {d1}?
how is {d1} // who left?""", truth="left", about="d"),
    *_one("executive", """how much is {b} worth
what stage is {b1} in
value of {b1}
deals at {b}
how much is {a1} worth // and {b1}?""", truth="worth", about="b"),
    *_one("executive", """compare {a} and {b}
{a1} vs {b1}
what is the difference between {a1} and {b1}?""", truth="both", about="ab"),
    *_one("executive", """when did we last speak with {a1}? // and {b1}?
last contact {a1} // what about {b1}
last call with {a1} // {b1} instead""", truth="last", about="b"),
    *_one("executive", """how is {a1} // and {b1} // how is the other one?""", truth="status", about="a"),
    *_one("executive", """next step at {b}?
what's planned with {b1}
next meeting with {b1}""", about="b", says=("{b}",)),
    *_one("executive", """draft a mail to {a1}
write an email to {a}
draft a follow up for {a1}""", about="a", says=("draft", "{a contact}")),
    *_one("executive", """agenda for {a1}
prepare me for the meeting with {a1}""", about="a", says=("genda",)),
    *_one("executive", """summarize {a1}
give me a summary of {a}""", truth="status", about="a"),
    *_one("executive", """who owns {a1}?""", about="a", says=("yours",)),
    *_one("executive", """why is {a1} here?
why not {c}?""", says=(("stand", "notic"),)),
    *_one("executive", """help
what can you do?
how do I use this
/help
?""", says=("Ask me",)),
    *_one("executive", """thanks
Thank you!
thx 🙏""", says=("welcome",)),
    *_one("executive", """hi
hello there
good morning
hey sergas""", says=("Hello",)),
    *_one("executive", """who are you?
are you a bot?""", says=("bot",)),
    *_one("executive", """how are you?
lol""", says=("well here",)),
    *_one("executive", """stop
stop sending me messages
too many notifications""", says=("away",)),
    *_one("executive", """what's the weather in Berlin
book me a flight
whats the wifi password""", says=("help with",)),
    *_one("executive", """what is my quota
phone number of {a1}
linkedin of the cfo at {a1}""", says=("don't have that",)),
    *_one("executive", """move {a1} to negotiation stage
create a deal for {a1}
log a call with {a1}
set the amount of {a1} to 40k""", says=("can't change or create",)),
    *_one("executive", """yes
approve it
👍
ok do it""", says=BUTTONS),
    *_one("executive", """skip the {p1} one for two weeks
snooze {p1} until monday
remind me about {p1} next week
skip {p1} until after christmas""", says=(("snoozed until", "90 days"),)),
    *_one("executive", """make the {p1} one next Tuesday
move {p1} to Friday
give the {p1} one to my manager""", says=(("now:", "one do you mean", "decided"),)),
    *_one("executive", """drop the {p1} one because they went bankrupt
dismiss {p1}, already done""", says=(("dismissed", "decided"),)),
    *_one("executive", """how is {foreign}
when did we last speak with {foreign}?
who is the contact at {foreign}?""", says=(("can't find", "Ask me", "don't know", "no account"),)),
    *_one("executive", """qwerty asdf
blue""", says=("Ask me",)),
    *_one("manager", """what is waiting for my team
how is my team doing?
team status
who is behind?
what's up with my team""", says=("in your team",)),
    *_one("manager", """my pipeline
team pipeline""", says=("Your team", "open deal")),
    *_one("manager", """how is {a}
{a1}?
status of {a1}""", truth="status", about="a"),
    *_one("manager", """who owns {a1}?
whose is {a1}""", about="a", says=("{owner}",)),
    *_one("manager", """when did we last speak with {a1}?""", truth="last", about="a"),
    *_one("manager", """compare {a1} and {b1}""", truth="both", about="ab"),
    *_one("manager", """what closes this month?
what did my team decide yesterday
hi
help""", says=(("open deal", "decided", "Hello", "Ask me"),)),
    *_one("administrator", """help
what can you do""", says=("Ask me",)),
    *_one("administrator", """hi""", says=("Hello",)),
    *_one("administrator", """how is {a}
my pipeline
what first?
when did we last speak with {a1}?
who is the contact at {a1}""", says=(("can't find", "Ask me", "no account", "No open deal", "noticed nothing", "Nothing"),)),
)  # fmt: skip
