"""More questions, written before anyone looked at the rules: cut short, without capitals, with slips of the tongue, arrows, emoji
and other languages.

`TYPED` served to find what the rules lacked; `UNSEEN` were kept aside until the rules were done, and show how they do.
"""

from __future__ import annotations

from tests.conversation.questions import BUTTONS, Question, asked

DECIDED = (("decided nothing", "decision in the last", "decision since", "decision last"),)
CANNOT = (("can't change or create", "changes nothing", "can't"),)
UNKNOWN = (("can't find", "don't know", "no account"),)
SNOOZED = (("snoozed until", "90 days"),)
MOVED = (("now:", "one do you mean", "decided"),)

TYPED: tuple[Question, ...] = (
    *asked("executive", """pause my brief til next week
brief at 9 please
i'm on vacation next week
stop sending me this""", says=(("Home tab",),)),
    *asked("executive", """remind me on friday to call {b1}""", says=CANNOT),
    *asked("executive", """tasks due this week""", says=(("due this week",),)),
    *asked("executive", """{a1} hows it going there
wheres {a1} at rn
quick update on {a1} pls
{b1}? no wait {a1}
how is {b1} // sry meant {a1}
brief me on {a1} b4 my call
anything i shd know abt {a1} before i call them""", truth="status", about="a"),
    *asked("executive", """compare {a1} n {b1}
{a1} or {b1} - which one's bigger""", truth="both", about="ab"),
    *asked("executive", """last time anyone spoke to {a1}
have we talked to {a1} recently
when did we last touch base w/ {a1}
what was said on the last call with {a1}""", truth="last", about="a"),
    *asked("executive", """who do i speak to at {a1}
whos who at {a1}
{a1} decision maker?""", truth="contacts", about="a"),
    *asked("executive", """did someone leave {d1}""", truth="left", about="d"),
    *asked("executive", """whats {b1} worth all in
{b1} amount + stage""", truth="worth", about="b"),
    *asked("executive", """what did i promise {a1} again""", truth="promises", about="a"),
    *asked("executive", """next steps {b1}""", about="b", says=("{b}",)),
    *asked("executive", """shoot {a1} a followup
draft smth short for {a1} // shorter
write {a1} a mail and ask for the new date""", about="a", says=("draft", "{a contact}")),
    *asked("executive", """biggest deals
top 5 deals by amount""", truth="largest"),
    *asked("executive", """deals over 50k""", truth="over 50k"),
    *asked("executive", """my pipeline // only negotiation""", truth="negotiation"),
    *asked("executive", """pipe by stage
total open $$""", truth="pipeline"),
    *asked("executive", """whats closing this wk""", truth="week"),
    *asked("executive", """closing by end of march""", truth="rest of month"),
    *asked("executive", """deals w/ close date already past""", truth="late"),
    *asked("executive", """stale deals?""", says=("Longest in their stage",)),
    *asked("executive", """who havent i called in ages""", truth="silent"),
    *asked("executive", """meetings tmrw?""", truth="tomorrow"),
    *asked("executive", """whats on my plate today
top prio
sum up my day
anything urgent 🔥""", truth="waiting"),
    *asked("executive", """what'd i ok last wk
did my last task go thru""", says=DECIDED),
    *asked("executive", """put {p1} off til monday
{p1} later, 2 wks""", says=SNOOZED),
    *asked("executive", """{p1} -> fri
push {p1} to thu no fri
hand {p1} to my boss""", says=MOVED),
    *asked("executive", """not relevant anymore, drop {p1}""", says=(("dismissed", "decided"),)),
    *asked("executive", """ok go ahead 👍
do it for {p1}""", says=BUTTONS),
    *asked("executive", """{a1} amount 60k no sixty five
pls set {a1} to closed won
note for {a1}: cfo wants new quote by weds""", says=CANNOT),
    *asked("executive", """{a1} whos my guy there""", truth="contacts", about="a"),
    *asked("executive", """remind me what we agreed w {a1}""", truth="promises", about="a"),
    *asked("executive", """write {a1} that we are late""", about="a", says=("draft", "{a contact}")),
    *asked("executive", """sum of deals in negotiation""", truth="negotiation"),
    *asked("executive", """my 3 biggest deals""", truth="largest"),
    *asked("executive", """who left lately""", about="d", says=("No longer on their account",)),
    *asked("executive", """next mtg?""", says=(("meeting", "call"),)),
    *asked("executive", """which customers are unhappy""", says=(("noticed", "high risk"),)),
    *asked("executive", """wie läuft es bei {a1}?""", language="de"),
    *asked("executive", """¿cómo va {a1}?""", language="es"),
    *asked("executive", """où en est {a1} ?""", language="fr"),
    *asked("executive", """come va con {a1}?""", language="it"),
    *asked("executive", """hur går det för {a1}?""", language="sv"),
    *asked("executive", """mera pipeline kitna hai bhai""", truth="pipeline"),
    *asked("executive", """is {foreign} ok?""", says=UNKNOWN),
    *asked("manager", """whos got stuff open
anyone not deciding?
team status 1 line""", says=("in your team",)),
    *asked("manager", """hows {first}
what is {first} sitting on""", says=(("{owner}", "{first}"), "decision")),
    *asked("manager", """{first}s pipeline""", truth="their pipeline"),
    *asked("manager", """hows {a1} and who owns it""", truth="status", about="a"),
    *asked("administrator", """did everyone get the brief today""", says=(("brief",),)),
    *asked("administrator", """show me {a1}""", says=(*UNKNOWN,)),
    *asked("manager", """who is the busiest""", says=("in your team",)),
    *asked("manager", """what did {first} decide yesterday""", says=(("{owner}",), ("decided nothing", "decision"))),
    *asked("manager", """biggest deal in the team""", says=("Your team", "The largest")),
    *asked("administrator", """is the sync ok
any failed writes
who is not linked""", says=("Home tab",)),
    *asked("administrator", """help pls""", says=("Ask me",)),
)  # fmt: skip

UNSEEN: tuple[Question, ...] = (
    *asked("executive", """gimme the latest on {a1}
{a1} still alive?
prep {a1}
how is {b1} // hm and {a1}?""", truth="status", about="a"),
    *asked("executive", """{a1}, {b1} - side by side""", truth="both", about="ab"),
    *asked("executive", """did we speak to {a1} this month
{a1} last touch?""", truth="last", about="a"),
    *asked("executive", """name of the buyer at {a1}
who signs at {a1}""", truth="contacts", about="a"),
    *asked("executive", """is everyone still at {d1}
hows {d1} // did anybody quit there""", truth="left", about="d"),
    *asked("executive", """ticket size {b1}
what stage r we in w {b1}""", truth="worth", about="b"),
    *asked("executive", """anything we still owe {a1}""", truth="promises", about="a"),
    *asked("executive", """{b1} whats next""", about="b", says=("{b}",)),
    *asked("executive", """mail to {a1} pls, friendly""", about="a", says=("draft", "{a contact}")),
    *asked("executive", """largest opportunity i have""", truth="largest"),
    *asked("executive", """which deals are 50k or more""", truth="over 50k"),
    *asked("executive", """show my deals // just the ones in negotiation""", truth="negotiation"),
    *asked("executive", """how big is my funnel""", truth="pipeline"),
    *asked("executive", """anything landing this week""", truth="week"),
    *asked("executive", """late deals""", truth="late"),
    *asked("executive", """deals gathering dust""", says=("Longest in their stage",)),
    *asked("executive", """whom did i neglect""", truth="silent"),
    *asked("executive", """calls tomorrow""", truth="tomorrow"),
    *asked("executive", """what should i tackle 1st
whats burning""", truth="waiting"),
    *asked("executive", """what have i said yes to so far""", says=DECIDED),
    *asked("executive", """leave {p1} for now, back next week""", says=SNOOZED),
    *asked("executive", """{p1} wed instead""", says=MOVED),
    *asked("executive", """kill {p1}, they signed elsewhere""", says=(("dismissed", "decided"),)),
    *asked("executive", """yep 👍 send it""", says=BUTTONS),
    *asked("executive", """bump {a1} to 80k
add a task for {a1} fri""", says=CANNOT),
    *asked("executive", """was ist heute wichtig""", language="de"),
    *asked("executive", """qué tengo que hacer hoy""", language="es"),
    *asked("executive", """resumo do {a1} por favor""", language="pt"),
    *asked("executive", """hoe staat {a1} ervoor?""", language="nl"),
    *asked("executive", """co słychać u {a1}?""", language="pl"),
    *asked("manager", """where does my team stand
anything in the team expiring today""", says=("in your team",)),
    *asked("manager", """{first} pipe""", truth="their pipeline"),
    *asked("manager", """who's {a1} with""", about="a", says=("{owner}",)),
    *asked("administrator", """who didnt get their brief""", says=(("brief",),)),
    *asked("administrator", """hola""", language="es"),
    *asked("administrator", """pipeline of everyone""", says=(("No open deal", "Ask me", "no account"),)),
)  # fmt: skip
