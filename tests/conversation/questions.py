"""The questions, as people type them. `{a}` to `{d}` are accounts of the executive: `a` has open deals, contacts, talks and a
promise in a note, `b` and `c` have open deals, `d` lost a contact; `{a1}` is its first word in small letters, `{a?}` one that is
misspelt."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Question:
    """`asks` are the messages of one thread; the last one is graded. `truth` names what must be said (`truths`), `about` the
    accounts that it is about; `says` are further pieces, of a tuple one is enough. `language` is the answer's, if not English:
    then the facts are only asked of an answer with a model. `does` is what must become of which recommendation (`deeds`), and
    "nothing" if all must stay as they are; with it, other accounts of the person's may not be named. `never` may not be said."""

    role: str
    asks: tuple[str, ...]
    truth: str = ""
    about: str = ""
    says: tuple[str | tuple[str, ...], ...] = ()
    language: str = ""
    does: str = ""
    never: tuple[str, ...] = ()
    longest: int = 1_500  # characters of an answer that people read to the end


def asked(
    role: str,
    texts: str,
    *,
    truth: str = "",
    about: str = "",
    says: tuple[str | tuple[str, ...], ...] = (),
    language: str = "",
) -> list[Question]:
    """One question a line; “ // ” separates the messages of one thread."""
    return [
        Question(role, tuple(each.split(" // ")), truth, about, says, language) for each in texts.strip().splitlines()
    ]


BUTTONS = (("can't approve", "buttons"),)
QUESTIONS: tuple[Question, ...] = (
    *asked("executive", """what first?
What should I do first today
where do i start
top 3 priorities
what's most important right now?
plan my day""", says=("1. ", "→")),
    *asked("executive", """what's new
anything new?
what changed since yesterday
what did I miss
any news""", says=(("New in your brief", "Nothing new"),)),
    *asked("executive", """what's at risk
which accounts are slipping?
where am i losing deals""", says=(("noticed", "high risk"),)),
    *asked("executive", """show me everything stalled
which deals are stuck?
what's not moving""", says=("Longest in their stage", "day")),
    *asked("executive", """my pipeline
how much do I have open
open deals by stage
show me all my deals
whats my pipeline looking like""", truth="pipeline"),
    *asked("executive", """what closes this month?
which deals close this month""", truth="month"),
    *asked("executive", """what closes next month
anything closing in april?""", truth="next month"),
    *asked("executive", """what closes this quarter""", truth="quarter"),
    *asked("executive", """deals closing in the next 180 days""", truth="half"),
    *asked("executive", """who have I not spoken to for long
which accounts went quiet?
who's gone dark
silent accounts""", truth="silent"),
    *asked("executive", """my meetings this week
what calls do I have this week?""", truth="week of meetings"),
    *asked("executive", """any meetings today?
who am I meeting today""", truth="today"),
    *asked("executive", """what's overdue
overdue tasks
my todos""", says=(("overdue",),)),
    *asked("executive", """what did I decide yesterday
what did i approve last week?
my decisions""", says=("decided nothing",)),
    *asked("executive", """what have I snoozed?
show snoozed
what did I dismiss""", says=(("snoozed", "Nothing is snoozed"),)),
    *asked("executive", """what's waiting for me
my open decisions
what do I still have to decide""", says=(("wait",),)),
    *asked("executive", """how is {a}
how's {a1} doing?
{a1}
status {a1}
what's going on with {a}?
tell me about {a1}
where are we with {a1}
{a?}
how is {a?}""", truth="status", about="a"),
    *asked("executive", """when did we last speak with {a}?
last contact {a1}
when did I last talk to {a1}
last call with {a?}
how long since we talked to {a1}""", truth="last", about="a"),
    *asked("executive", """who is the contact at {a}?
contacts at {a1}
who do I call at {a1}
decision maker at {a}
who's the sponsor at {a1}
{a1} // who is the contact there?
how is {a1} // and the decision maker?""", truth="contacts", about="a"),
    *asked("executive", """what did we promise {a}?
what did we agree with {a1}
how is {a1} // what did we promise them?""", truth="promises", about="a"),
    *asked("executive", """who left {d}?
has anyone left at {d1}?
how is {d1} // who left?""", truth="left", about="d"),
    *asked("executive", """how much is {b} worth
what stage is {b1} in
value of {b1}
deals at {b}
how much is {a1} worth // and {b1}?""", truth="worth", about="b"),
    *asked("executive", """compare {a} and {b}
{a1} vs {b1}
what is the difference between {a1} and {b1}?""", truth="both", about="ab"),
    *asked("executive", """when did we last speak with {a1}? // and {b1}?
last contact {a1} // what about {b1}
last call with {a1} // {b1} instead""", truth="last", about="b"),
    *asked("executive", """how is {a1} // and {b1} // how is the other one?""", truth="status", about="a"),
    *asked("executive", """next step at {b}?
what's planned with {b1}
next meeting with {b1}""", about="b", says=("{b}",)),
    *asked("executive", """draft a mail to {a1}
write an email to {a}
draft a follow up for {a1}""", about="a", says=("draft", "{a contact}")),
    *asked("executive", """agenda for {a1}
prepare me for the meeting with {a1}""", about="a", says=("genda",)),
    *asked("executive", """summarize {a1}
give me a summary of {a}""", truth="status", about="a"),
    *asked("executive", """who owns {a1}?""", about="a", says=("yours",)),
    *asked("executive", """why is {a1} here?
why not {c}?""", says=(("stand", "notic"),)),
    *asked("executive", """help
what can you do?
how do I use this
/help
?""", says=("Ask me",)),
    *asked("executive", """thanks
Thank you!
thx 🙏""", says=("welcome",)),
    *asked("executive", """hi
hello there
good morning
hey sergas""", says=("Hello",)),
    *asked("executive", """who are you?
are you a bot?""", says=("bot",)),
    *asked("executive", """how are you?
lol""", says=("well here",)),
    *asked("executive", """stop
stop sending me messages
too many notifications""", says=("Pause brief",)),
    *asked("executive", """what's the weather in Berlin
book me a flight
whats the wifi password""", says=("help with",)),
    *asked("executive", """what is my quota
phone number of {a1}
linkedin of the cfo at {a1}""", says=("don't have that",)),
    *asked("executive", """move {a1} to negotiation stage
create a deal for {a1}
log a call with {a1}
set the amount of {a1} to 40k""", says=("can't change or create",)),
    *asked("executive", """yes
approve it
👍
ok do it""", says=BUTTONS),
    *asked("executive", """skip the {p1} one for two weeks
snooze {p1} until monday
remind me about {p1} next week
skip {p1} until after christmas""", says=(("snoozed until", "90 days"),)),
    *asked("executive", """make the {p1} one next Tuesday
move {p1} to Friday
give the {p1} one to my manager""", says=(("now:", "one do you mean", "decided"),)),
    *asked("executive", """drop the {p1} one because they went bankrupt
dismiss {p1}, already done""", says=(("dismissed", "decided"),)),
    *asked("executive", """how is {foreign}
when did we last speak with {foreign}?
who is the contact at {foreign}?""", says=(("can't find", "Ask me", "don't know", "no account"),)),
    *asked("executive", """qwerty asdf
blue""", says=("Ask me",)),
    *asked("manager", """what is waiting for my team
how is my team doing?
team status
who is behind?
what's up with my team""", says=("in your team",)),
    *asked("manager", """my pipeline
team pipeline""", says=("Your team", "open deal")),
    *asked("manager", """how is {a}
{a1}?
status of {a1}""", truth="status", about="a"),
    *asked("manager", """who owns {a1}?
whose is {a1}""", about="a", says=("{owner}",)),
    *asked("manager", """when did we last speak with {a1}?""", truth="last", about="a"),
    *asked("manager", """compare {a1} and {b1}""", truth="both", about="ab"),
    *asked("manager", """what closes this month?
what did my team decide yesterday
hi
help""", says=(("open deal", "decided", "Hello", "Ask me"),)),
    *asked("administrator", """help
what can you do""", says=("Ask me",)),
    *asked("administrator", """hi""", says=("Hello",)),
    *asked("administrator", """how is {a}
my pipeline
what first?
when did we last speak with {a1}?
who is the contact at {a1}""", says=(("can't find", "Ask me", "no account", "No open deal", "noticed nothing", "Nothing"),)),
)  # fmt: skip
