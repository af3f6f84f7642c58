"""What is said of deals: money, stages, closing dates, outcomes, next steps."""

from __future__ import annotations

from store.domain.grounding.patterns import Head, head

_TO = r"(?:is |was |are )?(?:due |set |expected |planned |scheduled |supposed |meant )?to close|closes|close|closing|will close"
_NO_STEP = r"(?:(?:has|had|have){soft} no|lacks|(?:is |was |are )?(?:lacking|missing)|without|there {be}{soft} no)"

DEALS: tuple[Head, ...] = (
    # nouns
    *head("closing_date", "later", r"(?:slip|slipping|delay) of «of:N»"),
    *head("outcome", "lost", r"loss of «of:N»"),
    *head("outcome", "won", r"win of «of:N»"),
    *head("next_step", "none", rf"{_NO_STEP} (?:a |the |its )?next step (?:for|on|at|in) «of:N»",
           r"no next step (?:{be}|{has} been) (?:named|planned|set|agreed) (?:for|on) «of:N»"),
    *head("next_step", "is", r"(?:the |its )?next step (?:for|on|at|of) «of:N» (?:{be}(?: to| a| an| the)?|:) «is:WN»"),
    *head("amount", "less", r"(?:shrinking|drop|fall|cut) of «of:N»"),
    # money
    *head(
        "amount", "was",
        r"(?:was|were)(?: once| previously| originally| first| still)? worth «is:M»(?: before| earlier)?",
    ),
    *head("amount", "is", r"{be} an? «is:M» (?:deal|opportunity)", r"at «is:M»(?=,)"),
    *head("amount", "is", r"(?:{be}{soft} )?worth «is:MF»", r"{has} (?:a value|an amount) of «is:MF»"),
    *head("amount", "less", r"{has}?{soft} ?(?:lost|losing|lose) «by:PM»(?: of (?:its|their|the) (?:amount|value|worth))?"),
    *head(
        "amount", "less",
        r"(?:{has} |{be} )?{soft} ?(?:shrank|shrunk|shrinking|decreased|lost value|got smaller|cut|reduced)",
        r"{be}{soft} down(?= by| P| M| from| to)",
    ),
    *head(
        "amount", "more",
        r"(?:{has} )?{soft} ?(?:grew|grown|rose|risen|increased|gained value|got bigger|gained «by:PM»)",
    ),
    # stages
    *head("stage", "back", r"{be}{soft} back(?= in N| at N)"),
    *head("stage", "was", r"(?:was|stood)(?: once| previously)? (?:in|at) «is:N» (?:before|earlier)"),
    *head(
        "stage", "is",
        r"(?:{has}{soft} (?:been|stood|sat)|{be}{soft}|stands|sits|remains|stays)(?: stuck)? (?:in"
        r"|at)(?: the)?(?: stage)? «is:N»"
        r"(?: stage)?",
        r"in(?: the)? «is:N»(?: stage)?(?= without| and|,|\.|$)",
    ),
    *head(
        "stage", "back",
        r"(?:{has} |{be} )?{soft} ?(?:went|gone|moved|fell|fallen|dropped|slipped|slid"
        r"|set) back(?:wards)?(?: a stage)?(?= from N| to N)",
    ),
    *head(
        "stage", "forward",
        r"(?:{has} |{be} )?{soft} ?(?:advanced|progressed|(?:went|gone|moved) (?:on|up|ahead|forward))(?= from N| to N)",
    ),
    *head("stage", "back", r"(?:{has} |{be} )?(?:went|gone|fell|fallen) back(?: a stage)?"),
    *head("stage", "forward", r"(?:{has} |{be} )?(?:advanced|progressed)(?: a stage)?"),
    # closing dates
    *head(
        "closing_date", "later",
        r"(?:{has} |{be} )?{soft} ?(?:slipp?(?:ed|s|ing)?|delayed|postponed|put off|(?:pushed|moved"
        r"|put) (?:back|out)|moved later)",
    ),
    *head(
        "closing_date", "earlier",
        r"(?:{has} |{be} )?{soft} ?(?:(?:brought|moved|pulled|came|come) (?:forward|in|up|ahead|earlier)|moved earlier)",
    ),
    *head("closing_date", "later", r"«by:S» slip", r"slip(?: of «by:S»)?", r"delay(?: of «by:S»)?"),
    *head(
        "closing_date", "overdue",
        r"{be}{soft} past its closing date(?: of)?(?= D)?",
        r"(?:should have closed|was (?:due |supposed |meant )?to close)(?=\s|$)",
        r"(?:closing date|close date) of «of:N», «since:D», (?:has|is) pass?(?:ed)?",
        r"«for:S» (?:late|past its closing date)",
    ),
    *head("closing_date", "is", rf"(?:{_TO})(?: on| in)? «is:D»", r"(?:still )?{has} the closing date «is:D»"),
    # outcomes
    *head("outcome", "won", r"(?:{has}{soft} been|{be}{soft}) won", r"(?:winning|won)(?= N| it| on| the|,)"),
    *head("outcome", "lost", r"(?:{has}{soft} been|{be}{soft}) lost"),
    *head("outcome", "reopened", r"(?:{has}{soft} been|{be}{soft}) (?:reopened|opened again)"),
    *head("outcome", "new", r"{be} new(?: and already)?", r"{be} created", r"{be} opened"),
    # the next step and plans
    *head("next_step", "is", r"{has} the next step «is:WN»", r"(?:the |its |their )?next step(?: {be}|:) «is:WN»"),
    *head("next_step", "none", rf"{_NO_STEP} (?:a |the |its )?next step", r"no next step(?: {be} (?:named|planned|set))?"),
)  # fmt: skip
