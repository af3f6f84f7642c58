"""The phrases by which people ask, for each kind of question; read in this order, so that the more special comes first.

They meet the message in small letters, with contractions written out (`plain_words`). In a phrase, a word in braces is one of a
class; a phrase that begins with ^ must begin the message, one that ends with $ must end it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from store.domain.conversation.intents import Intent
from store.domain.text.shorthand import spelled_out

_CLASSES: Mapping[str, str] = {
    "i": "(?:i|we|you|they|us|me|anyone|anybody|someone|somebody)",
    "speak": "(?:speak|spoke|spoken|talk|talked|called?|meet|met|heard?|contact(?:ed)?|reach(?:ed)?|touch(?:ed)?|write|wrote"
    "|written|e-?mail(?:ed)?|mail(?:ed)?|visit(?:ed)?|see|seen|saw)",
    "deals": "(?:deals?|opportunit(?:y|ies)|opps?)",
    "day": "(?:today|tomorrow|tonight|this week|next week|mon(?:day)?|tue(?:sday)?|wed(?:nesday)?|thu(?:rsday)?|fri(?:day)?)",
    "unit": r"(?:week|month|quarter|year|q[1-4]|\d+ days|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*)",
    "amount": r"(?:[$€£₹] ?)?(?:\d[\d,.]*|ten|twenty|thirty|forty|fifty|sixty|a hundred)(?: ?(?:k|m|mn|lakhs?|million"
    "|thousand|grand))?",
    "role": "(?:contacts?|sponsors?|champions?|decision[ -]?makers?|buyers?|stakeholders?)",
    "decided": "(?:decided?|approved?|done|do|written|write|signed? off|press(?:ed)?|accept(?:ed)?"
    "|ok(?:ay)?(?:e?d)?|say yes|said yes|confirm(?:ed)?)",
    "please": "(?:(?:please|pls|can you|could you|would you) )*",
    "end": "[ !.?]*$",
}

# What might be lost is at risk; “we lost touch” and “lost 21%” are about something else.
_NOT_TO_COME = r"^(?!.*\b(?:could|might|may|will|would|can|going to|about to|risk|danger|likely)\b).*"
_NOT_A_DEAL = (
    r"(?! (?:an? |the |any |our |their )*(?:touch|contacts?|sponsors?|champions?|buyers?|game|match|election|cup|race|lottery"
    r"|interest|track|sight|momentum|patience|rate)\b| \d)"
)

PHRASES: Mapping[Intent, Sequence[str]] = {
    Intent.THANKS: (
        "^(?:ok(?:ay)? |great |perfect |super |cool )?(?:thanks?|thank you|thx|ty|cheers|merci|danke|gracias|much appreciated)"
        "[^?]{0,40}$",
        "^🙏+$",
    ),
    Intent.GREETING: (
        "^(?:hi|hello|hey|hiya|yo|howdy|good (?:morning|afternoon|evening|day)|morning|moin|hallo|bonjour|hola)"
        "(?: (?:sergas|bot|there|all|again|team))?[ !.👋]*$",
        "^👋+$",
    ),
    Intent.HELP: (
        r"^(?:/?help|\?+|commands?|options|menu|usage)(?: (?:please|me|pls))*{end}",
        "what (?:can|could|do) (?:you|i) (?:do|help|offer|ask|say|type|write)(?: (?:you|here|for me|me with))?{end}",
        "how (?:do|does|can) (?:i|one) (?:use|talk to|work with) (?:you|this|sergas)",
        "how does (?:this|it|sergas) work",
        "what are you (?:good )?for",
    ),
    Intent.SETTINGS: (
        "(?:pause|resume|restart|suspend|hold)(?: (?:my|the|all|these|your|this|morning|daily))* (?:briefs?|messages?)",
        "(?:my |the |morning |daily )*(?:briefs?|messages?) (?:at|by|around|earlier|later|before|after)(?: \\d|{end})",
        "(?:send|want|get|have|move|change|set)\\b.{0,20}\\bbriefs? (?:\\w+ )?(?:at|to|by|around|before|after|on)"
        " (?:\\d|my|mon|tue|wed|thu|fri)",
        "(?:quiet hours|working days|work days|brief time|time of (?:my|the) brief|decisions (?:a|per) day)",
        "^(?:my |the )?(?:settings|preferences)|(?:change|open|show|where are)(?: \\w+)? (?:settings|preferences)",
        "briefs? (?:at|by|around|before|after) (?:half|quarter|noon|midday|one|two|three|four|five|six|seven|eight|nine|ten"
        "|eleven|twelve)\\b",
        "(?:only|max|at most|just|more|fewer|less|want)\\b.{0,20}(?:\\d+|one|two|three|four|five) (?:cards?|decisions?"
        "|briefs?) (?:a|per|each) day",
        "(?:do not|never|not) (?:message|write|ping|bother|contact|disturb|send)(?: to)?(?: me| us)?(?: anything)? (?:after"
        "|before|on|at|between|until|in the|during)",
        "(?:get|send|have|receive|want)\\b.{0,20}(?:by|via|per) e-?mail",
        "i (?:am|will be)(?: \\w+)? (?:on (?:vacation|holidays?|leave|pto|parental leave)|out of (?:the )?office|ooo|away"
        "|off)\\b",
    ),
    Intent.STOP: (
        "^{please}(?:stop|unsubscribe|mute|shut up|quiet|go away|leave me alone|opt out|pause)"
        "(?: (?:it|this|please|sending|bot|now|everything|these|the|me|messages?|briefs?|messaging))*{end}",
        "(?:stop|quit) (?:sending|messaging|bothering|writing|pinging)",
        "(?:no|do not (?:send|want)(?: me)?|turn off|switch off|fewer|less|too many)(?: any| the| more| these| my)*"
        " (?:briefs?|messages|reminders|notifications)",
    ),
    Intent.WHO_ARE_YOU: (
        "who are you",
        "what are you{end}",
        "are you (?:an? )?(?:human|bot|robot|real|ai|person|machine|chatgpt|claude)",
        "who (?:made|built|wrote|runs) you",
        "what is your name",
    ),
    Intent.SMALL_TALK: (
        "^(?:(?:hi|hello|hey|good (?:morning|afternoon|evening)|morning)[ ,!.]*)?(?:how are you|how is it going"
        "|how are things|what is up|wassup|are you there|you there)(?: today)?{end}",
        "tell me a joke",
        "i am (?:bored|tired|sad|happy)",
        "^(?:(?:nice|cool|great|wow|lol|ok(?:ay)?|haha+|good (?:job|bot|work)|well done|bye|goodbye|see you"
        "|good ?night)[ !.👍😀]*)+$",
        "(?:happy|merry) (?:birthday|new year|friday|monday|christmas)",
    ),
    Intent.NOT_MY_JOB: (
        "(?:won|win|lost|lose|score of) the (?:game|match|election|cup|race|lottery)",
        "(?:weather|stock price|lunch|dinner|restaurant|flight|hotel|taxi|uber|football|soccer|recipe|poem|song|translate)",
        "(?:sick leave|payslip|salary|expenses?|password|wifi|printer|laptop|holiday request|capital of)",
    ),
    Intent.FOR_ME: ("^{please}(?:call|ring|phone|dial|visit|e-?mail|text) .{1,60} (?:for me|on my behalf)",),
    Intent.CHANGE_DEAL: (
        "(?:amount|value|stage|clos(?:e|ing) date|probability)(?: (?:is|now|to|at|should be|of))* (?:=|→|->|:)? ?{amount}",
        "^{please}(?:bump|raise|lower|increase|decrease|cut|set|change|update|put|move|reduce|correct) x.{0,20}? {amount}",
        "^{please}(?:note|memo|log)\\b.{0,40}(?:for|on|about|with|to|:)",
        "^{please}remind me\\b.{0,40}\\bto (?!(?:decide|look|think|check|come|go)\\b)[a-z]+",
        "^{please}(?:remind me to|add a (?:task|to-?do|reminder)|(?:create|make) (?:me )?a (?:task|to-?do|reminder))",
        "^{please}(?:move|set|update|change|put|push|mark|close|reopen|bump)\\b.{0,60}(?:stage|proposal|negotiation|qualification"
        "|closed[ -]?(?:won|lost)|(?:as|to) (?:won|lost)|amount|clos(?:ing|e) date|probability)",
        "^{please}(?:create|add|log|record|enter|delete|merge)\\b.{0,30}"
        "(?:{deals}|contact|company|account|lead|call|meeting|visit|note)",
    ),
    Intent.NOT_IN_CRM: (
        "how (?:far|close) (?:am i|are we) (?:from|to|off) (?:my |the |our )?(?:quota|target|goal|number)",
        "(?:quota|coverage|gap to target|my target|commission|win rate|conversion rate|nps)",
        "(?<!on the )(?<!over the )(?<!by )(?:phone|telephone|mobile|cell)(?: ?number)?",
        "(?:e-?mail|postal) address(?:es)?",
        "linkedin",
    ),
    Intent.ENDED: (
        "(?:did|have|has) (?:{i}|x) (?:sign|signed|land|landed)(?: (?:x|yet|already|it))*{end}",
        "^(?:did )?x sign(?:ed)?(?: yet)?{end}",
        _NOT_TO_COME + "(?<!\\w)(?:won|wins?|lost|lose|loss|losses)" + _NOT_A_DEAL,
        _NOT_TO_COME
        + "(?<!\\w)(?:what|which|how (?:many|much)|did|have|has|was|were|any(?:thing)?|{deals})\\b.{0,40}(?<!\\w)closed",
        "(?:what|which|how (?:many|much))\\b.{0,20}\\bdid {i} close|did (?:{i}|x) close\\b",
        "^closed {deals}",
    ),
    Intent.RESULTS: (
        "(?:how did|did) (?:it|that|this|they|those|(?:my|the) (?:last |latest |recent )?(?:tasks?|decisions?|approvals?))"
        " (?:all )?(?:turn out|work|go|help|land|arrive|pay off)",
        "(?:results?|outcomes?) (?:of|from) (?:my|the|our) (?:last |latest |recent )?(?:decisions?|tasks?|approvals?)",
        "what (?:came|became|happened) .{0,12}(?:my|the) (?:last |latest )?(?:decisions?|tasks?|approvals?)",
        "(?:decisions?|tasks?|approvals?)\\b.{0,12}(?:turn(?:ed)?|work(?:ed)?) out",
        "what (?:did|have) you (?:do|done|write|written|change|changed|create|created)",
        "what (?:came|became|happened) .{0,12}(?:what|those|things|stuff|ones|everything) (?:that )?(?:i|we) {decided}",
    ),
    Intent.OPERATING: (
        "(?:last |the )?sync(?:ed|ing|hroni[sz]ation)?\\b",
        "(?:not |un)(?:linked|reachable)",
        "(?:failed|stuck) writes?",
        "(?:claude|model|budget|tokens?)\\b.{0,20}(?:cost|spen[dt]|spending|left|used)|(?:cost|spen[dt]"
        "|spending)\\b.{0,20}(?:claude|model|tokens?)",
    ),
    Intent.SNOOZED: (
        "(?:what|which|show|list|anything)\\b.{0,40}(?:turn(?:ed)? down|declined?|(?:say|said) no|parked|postponed|hidden"
        "|snoozed?|dismiss(?:ed)?|reject(?:ed)?|put off|on hold)",
        "^(?:my )?(?:snoozed|dismissed|rejected)(?: (?:cards|ones|advice|accounts))?{end}",
    ),
    Intent.DECIDED: (
        "what (?:did|have|had) (?:i|we|my team) {decided}",
        "(?:my|our|show|list|recent|past|yesterday's) (?:last )?(?:decisions?|approvals?)",
        "what was (?:decided|approved|written)",
        "what (?:did|has|have) (?:he|she|they|\\w+) {decided}",
        "did i (?:already )?(?:approve|decide)",
    ),
    Intent.TEAM: (
        "(?:my|the|our) (?:team|reports|people|reps|aes?|sellers|guys|folks)(?:'s)?",
        "(?:who|anyone|anybody|which (?:rep|seller|ae)s?) (?:(?:has|have|is|are|got) )?(?:(?:still|not|got|yet) )*"
        ".{0,30}(?:decid(?:ed?|ing)|behind|overloaded|open|pending|waiting|undecided|to decide)",
        "team (?:overview|status|summary)",
        "who has the (?:biggest|largest|smallest|best|worst|most)",
        "^who\\b.{0,12}(?:busiest|most|least)\\b",
    ),
    Intent.COMPARE: (
        "compare",
        "(?:versus|vs)",
        "(?:difference|differ) between",
        "which (?:one|of (?:them|the two|those|these)) (?:is|has|have|closes|comes|was|did|will)",
        "which (?:one |of (?:them|the two|those) |account |deal )?is (?:the )?(?:better|bigger|riskier|worse|further|more)",
    ),
    Intent.DRAFT: (
        "(?:draft|write|compose|prepare|suggest|give me|make|shoot|send|drop|ping)\\b"
        ".{0,30}(?:e-?mails?|mails?|messages?|letters?|reply|follow[ -]?ups?"
        "|agendas?|summary|summaries|recap|invitation|talking points)",
        "(?:summari[sz]e|recap)",
        "^{please}draft\\b",
        "^{please}(?:write|mail|e-?mail|message|text) (?:to )?x\\b",
        "prep(?:are)?(?: me)? for",
        "meeting prep",
        "(?:agenda|talking points) (?:for|of|to|on|with)",
        "^(?:agenda|talking points|summary|recap|e-?mail|mail) (?:for|of|to|on)",
    ),
    Intent.LEFT: (
        "who (?:has |have |is )?(?:left|leaving|gone(?! (?:dark|quiet|silent|cold|missing))|quit|departed)",
        "(?:did|has|have) (?:anyone|anybody|someone|(?:our|the|their) {role}) (?:left|leave|gone|quit|changed?)",
        "(?:lost|lose|losing) (?:an? |the |any |our |their )*{role}",
        "^(?:is|are) .{1,40} still (?:at|with|there|around|on)\\b",
        "{role} (?:who |that )?(?:left|gone|changed)",
        "(?:is|are) (?:everyone|everybody|they|all of them|all)\\b.{0,12} still",
    ),
    Intent.SILENT: (
        "(?:silent|quiet|gone dark|ghost(?:ed|ing)?|neglected|untouched|dormant|inactive)",
        "no (?:contact|activity)",
        "(?:have|did) (?:i|we) not (?:\\w+ )?{speak}",
        "(?:have|did) not (?:(?:i|we) )?(?:\\w+ )?{speak}",
        "(?:neglect|ignor|forgot|forgett?)(?:ed|ing|en|e)?\\b",
        "not (?:heard|spoken|talked|contacted|touched)",
    ),
    Intent.NOTES: ("(?:last|latest|newest|recent|most recent) notes?\\b",),
    Intent.LAST_CONTACT: (
        "when (?:did|have|had|was) {i}\\b.{0,30}{speak}",
        "last (?:contact|touch|call|meeting|conversation|talk|visit|e-?mail|mail|activity|spoke|spoken|heard|time)",
        "how long (?:since|ago|have we been|has it been)",
        "(?:did|have|has) {i}\\b.{0,20}{speak}",
        "who (?:last )?(?:spoke|talked|met|called)",
    ),
    Intent.OWNER: (
        "who (?:owns?|looks after|is (?:the )?(?:owner|responsible|account (?:owner|manager|executive)))",
        "whose (?:account )?is",
        "who is x with",
        "owner of",
    ),
    Intent.CONTACTS: (
        "who\\b.{0,30}{role}",
        "who (?:do|should|can|to) (?:i )?(?:call|talk to|speak (?:to|with)|ask|write to)",
        "who do (?:we|i) know",
        "who (?:works (?:at|for)|signs|decides|buys|pays)",
        "who is (?:who|my (?:guy|person|man|woman|contact|counterpart))",
        "who (?:do|can|should|would) (?:i|we) (?:\\w+ )?(?:speak|talk|turn|write|reach out) to",
        "(?:main |key |primary |their |the )?{role} (?:at|for|of|in|there)",
        "^(?:their |the |x(?:'s)? )?{role}{end}",
        "'s {role}",
        "^(?:what is |and )?(?:their|his|her) (?:title|role|job|position)",
    ),
    Intent.PROMISES: ("(?:promis\\w*|commitments?|committed|agreed?|pledged?|owe[sd]?)",),
    Intent.NEXT_STEP: (
        "next (?:steps?|meeting|call|appointment|action|activity|task)",
        "what is (?:planned|scheduled|next|coming up)",
        "when (?:is|do|are|will) (?:the |our |my |we |i )?(?:next |meet|meeting|call|speak|see)",
        "(?:open|pending) (?:tasks?|to-?dos?)",
        "to-?dos? (?:for|at|with|on)",
    ),
    Intent.MEETINGS: (
        "(?:meetings?|calls?|appointments?|agenda|calendar|schedule)\\b.{0,30}(?:{day}|do i have|have i|planned)",
        "{day}(?:'s)? (?:meetings?|calls?|agenda|schedule)",
        "my (?:agenda|calendar|schedule|meetings|calls)",
        "who (?:do|am) i (?:meet|meeting|see|seeing|call|calling)",
    ),
    Intent.CLOSING: (
        "(?<!tasks )(?<!task )(?:clos(?:e|es|ing)|land(?:s|ing)?|sign(?:s|ing)?|comes? in|expected|due)\\b.{0,30}"
        "(?:this|next|end of(?: the)?|by|in|before|until|within)\\b.{0,20}{unit}",
        "(?:{deals}|what|which|anything|who)\\b.{0,12}clos(?:es|ing)",
        "what (?:can|could|will|might|should) close\\b",
        "(?:half of|early|mid|late|end of|this|next|the)\\b.{0,24}clos(?:es|ing){end}",
        "clos(?:es|ing) (?:soon|today|tomorrow|eo[mqy])",
    ),
    Intent.LATE: (
        "(?:late|overdue|past[ -]due|expired) {deals}",
        "{deals}\\b.{0,25}(?:overdue|past[ -]due|(?:is|are|running) late|behind schedule)",
        "clos(?:e|ing) dates?\\b.{0,20}(?:past|passed|over|gone|behind|expired|overdue)",
        "(?:past|passed|missed|overdue) (?:its |their |the )?clos(?:e|ing) dates?",
    ),
    Intent.LARGEST: (
        "(?:biggest|largest|highest|most valuable|top(?: \\d+| three| five| ten)?)(?: \\w+)? {deals}",
        "{deals} (?:by|sorted by) (?:amount|value|size)",
    ),
    Intent.OVERDUE: (
        "overdue",
        "(?:late|forgotten|missed|unfinished|open) (?:tasks?|to-?dos?)",
        "what (?:did|have|am) i (?:forget|forgotten|late)",
        "my (?:tasks|to-?dos?)",
        "tasks? (?:are )?(?:due|for|this|next|until|by)\\b.{0,12}(?:{day}|{unit})",
        "what is due",
    ),
    Intent.STALLED: ("(?:stale|stalled|stuck|frozen|dragging|not moving|no progress|going nowhere|gathering dust)",),
    Intent.AT_RISK: (
        "(?:at risk|risks?|risky|slipping|slipped|in (?:danger|trouble)|going wrong|red accounts?|losing|lose)",
        "(?:worr(?:y|ies|ied|ying)|problems?|concerns?|unhappy|angry|upset|in danger)",
    ),
    Intent.PIPELINE: (
        "(?:pipeline|funnel|forecast|pipe)",
        "(?:sum|total|worth|value) of (?:my |the |all |our )*{deals}",
        "{deals} in (?:the )?(?:\\w+ stage|qualification|needs|value|proposal|negotiation|review)",
        "(?:total|everything|all)\\b.{0,12}open\\b",
        "open (?:total|amount|money|value|business)",
        "{deals} (?:over|above|under|below|of|worth|more than|less than|at least|from|in|>|<) {amount}",
        "{deals}\\b.{0,12}{amount} (?:or|and) (?:more|less|above|below|up)",
        "how much (?:do i have|have i got|is|money|business)\\b.{0,30}open",
        "(?:open|all|my|list|show|biggest|largest|top)(?: \\w+){0,3} {deals}",
        "{deals} by stage",
        "how much (?:am i|are we) sitting on",
        "(?:everything|anything|stuff|ones|those|{deals}|all)\\b.{0,12}(?:over|above|under|below|north of|south of"
        "|more than|less than) {amount}",
        "(?:everything|anything|stuff|ones|those|{deals}|all) between {amount}",
        "how many {deals}",
    ),
    Intent.NEWS: (
        "what (?:is|has|was)? ?(?:new|news|changed|happened|moved)",
        "(?:anything|something) (?:new|changed|happen(?:ed)?|moved|important|i should know)",
        "any (?:news|updates?|changes)",
        "what did i miss",
        "(?:catch me up|bring me up to (?:speed|date)){end}",
        "^back from\\b",
        "^(?:news|updates?|latest){end}",
        "what is going on(?: today)?{end}",
    ),
    Intent.BRIEFS: (
        "(?:did|has|have|was|were)\\b.{0,40}briefs?\\b",
        "(?:who|anyone|anybody)\\b.{0,40}briefs?\\b",
        "briefs? (?:sent|late|failed|out|missing|status)",
        "when (?:is|does|will|comes?)\\b.{0,20}(?:my |the )?(?:next )?brief",
    ),
    Intent.WAITING: (
        "(?:what|which|how many|anything|show|list)\\b.{0,30}(?:waiting|waits|pending|still open|undecided"
        "|to decide|for me|unanswered)",
        "(?:my|open) (?:decisions|cards|questions|approvals)",
        "need (?:my|a) decision",
        "how many (?:cards|decisions|approvals|questions)",
        "on (?:my|his|her|their|[a-z]+'?s) (?:plate|desk)",
    ),
    Intent.FIRST: (
        "what first",
        "(?:what|where|which|who) (?:should|do|shall|must|can) (?:i|we) (?:\\w+ ){0,3}(?:first|next|now|today|start|begin|focus)",
        "where to (?:start|begin)",
        "first thing",
        "(?:top|my|main|biggest) (?:\\d+|three|five|priorit(?:y|ies)|things?)",
        "on my (?:list|agenda)",
        "(?:the )?one thing\\b",
        "(?:what|which|where) (?:do|should|shall|can) (?:i|we) (?:tackle|attack|pick|hit)",
        "(?:urgent|pressing|burning|on fire|hottest)",
        "(?:tackle|start|begin|do|look at) (?:first|1st)",
        "(?:what|which) (?:should|do|shall|must|can) (?:i|we)\\b.{0,25}(?:first|now|today)",
        "(?:priorit(?:y|ies|i[sz]e)|most (?:important|urgent))",
        "(?:plan )?my (?:day|morning|week|brief)",
        "what (?:matters|now|is on|is urgent|is important)",
        "^today{end}",
    ),
    Intent.DEALS: (
        "^x(?:'s)? (?:deals?|amount|stage|value|worth|size|pipeline)",
        "(?:amount|stage|value|worth|size){end}",
        "(?:how much|how big|what)\\b.{0,80}(?:worth|value|amount|volume|size|stage)",
        "(?:worth|value|amount|stage|clos(?:ing|e) date|probability) (?:of|at|for|is)",
        "{deals} (?:at|with|for|of|do we have)",
        "which stage",
        "when (?:does|do|will|is) .{1,60} clos(?:e|es|ing)",
        "how far (?:are we|along)",
    ),
    Intent.STATUS: (
        "how (?:is|are|does|do|about|stands)",
        "where (?:is|are) x",
        "(?:update|news|latest|info|details?|background|lowdown|rundown) (?:on|of|about|for|from)",
        "(?:brief|fill|catch) me (?:in|on|up)",
        "know (?:about|of|on) x",
        "^(?:is|are) .{1,60} (?:ok(?:ay)?|fine|alright|all right|safe|healthy|good|well|in trouble)",
        "status",
        "tell me (?:more )?about",
        "(?:version|gist|scoop|story|lowdown) (?:on|of|about|for|with)",
        "what is (?:up|happening|going on|the (?:state|story|latest|situation|deal)) (?:with|at|on|of|for)",
        "where (?:are we|do we stand|is it)",
        "(?:what|how) about",
        "^(?:and|show|open|look at|look up|check|pull up|review|info on|update on|details (?:on|of))",
        "what do (?:we|you) know about",
    ),
}  # fmt: skip


def plain_words(message: str) -> str:
    """In small letters, with contractions written out: `what is` for `What’s`."""
    said = " ".join(spelled_out(message[:600].replace("’", "'")).casefold().split())
    said = re.sub(r"\b(what|who|where|how|when|it|that|one)'?s\b", r"\1 is", said)
    said = re.sub(r"\b(what|who|where|how|when)'d\b", r"\1 did", said)
    said = re.sub(r"\b(have|has|had|do|does|did|is|are|was|were|could|would|should)n't\b", r"\1 not", said)
    return re.sub(r"\bi'm\b", "i am", said).replace(",", " ").replace("  ", " ")


def _compiled(phrase: str) -> str:
    made = re.sub(r"\{([a-z]+)\}", lambda found: _CLASSES[found[1]], phrase)
    before = "" if made.startswith("^") else r"(?<!\w)"
    after = "" if made.endswith("$") else r"(?!\w)"
    return f"{before}(?:{made}){after}"


_PATTERNS = tuple((intent, re.compile("|".join(map(_compiled, phrases)))) for intent, phrases in PHRASES.items())


# Words that people write around a name: none of them is guessed to be the name of an account.
VOCABULARY = frozenset(
    word for phrases in PHRASES.values() for word in re.findall("[a-z]{3,}", " ".join(map(_compiled, phrases)))
)


def intents_of(message: str) -> tuple[Intent, ...]:
    """All kinds that the message fits, the most special first."""
    said = plain_words(message)
    return tuple(intent for intent, pattern in _PATTERNS if pattern.search(said))
