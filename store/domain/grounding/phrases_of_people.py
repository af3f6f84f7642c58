"""What is said of people, of who owns what, and of activities."""

from __future__ import annotations

from store.domain.grounding.patterns import Head, head

PEOPLE: tuple[Head, ...] = (
    # people
    *head("contacts", "only", r"{be}{soft} (?:the|your|its|their) only contact(?: (?:of|at|for|on) N\d+)?"),
    *head(
        "contact", "changed",
        r"contact of «of:N» changed(?: from «from:N»)?(?: to «to:N»)?",
        r"replaced «from:N» as (?:the )?(?:primary )?contact (?:of|for|on) «of:N»",
        r"took over «of:N» from «from:N»", r"{has} a new (?:primary )?contact,? «to:N»",
        r"new (?:primary )?contact {be} «to:N»",
        r"(?:primary )?contact (?:has )?changed(?: from «from:N»)?(?: to «to:N»)?",
    ),
    *head(
        "contact", "was",
        r"{be} no longer (?:the |its |their )?(?:primary )?contact (?:of|for|on) «of:N»",
        r"was (?:the |its |their )?(?:primary )?contact (?:of|for|on) «of:N»",
    ),
    *head("contact", "is", r"(?:{be}{soft} )?(?:the |its |their )?(?:primary |main )?contact (?:of|for|on) «of:N»"),
    *head(
        "contact", "changed",
        r"(?:{has} )?changed (?:its|the|their) (?:primary )?contact(?: from «from:N»)?(?: to (?:«to:N»|no one"
        r"|another contact))?",
        r"(?:{has} )?got a (?:new )?(?:primary )?contact,? «to:N»",
    ),
    *head("contact", "lost", r"(?:{has}{soft} )?lost (?:its|the|their) (?:primary )?contact(?:,? «from:N»)?"),
    *head(
        "person", "left",
        r"(?:{has}{soft} |{be} )?moved to (?:another|a different) account",
        r"{be} (?:now )?at another account",
    ),
    *head("person", "deleted", r"{be} no longer in (?:the )?crm"),
    *head("person", "deleted", r"(?:{has}{soft} been|{be}) (?:deleted|removed(?: from the crm)?)"),
    *head("person", "gone",
    r"(?:{has} )?{soft} ?left(?: the account)?(?! N| off| you| to| the)",
    r"{be} gone",
    r"{be} leaving",
           r"(?:{has} been|{be}) taken off the account", r"gone(?=,)"),
    *head(
        "owner", "moved",
        r"(?:the )?account (?:went|came|passed|moved) from «from:N» to «to:N»", r"came to you from «from:N»",
        r"(?:the )?account (?:went|came|passed|moved) from «from:N» to you",
        r"(?:you )?took over (?:the )?account from «from:N»", r"took over from «from:N»",
        r"(?:the )?account {be} yours(?= since)",
    ),
    # activities
    *head(
        "last", "call",
        r"(?:you |we )?last (?:spoke|talked|called)(?: to «with:N»| with «with:N»)?",
        r"(?:the |your |our )?(?:last|latest) call (?:with «with:N» )?(?:was|{be}|took place)",
    ),
    *head(
        "last", "meeting",
        r"(?:you |we )?last met(?: with)?(?: «with:N»)?",
        r"(?:the |your |our )?(?:last|latest) meeting (?:with «with:N» )?(?:was|{be}|took place)",
    ),
    *head(
        "had", "talk",
        r"(?:you |we )?(?:spoke|talked)(?: to «with:N»| with «with:N»)?(?= on D| D)",
    ),
    *head(
        "had", "call",
        r"(?:the |an? |your |there was a )?call (?:was|{be}|took place)(?= on D| D)",
        r"you had a call(?= on D)",
    ),
    *head("had", "meeting", r"(?:you |we )?(?:met|had a meeting)(?: with)?(?: «with:N»)?(?= on D| D)"),
    *head("plans", "meeting", r"(?:you |we )(?:will )?meet(?: with)?(?: «with:N»)?(?= on D| D)"),
    *head("silence", "is", r"nothing (?:has )?happened", r"you have not logged anything", r"gone quiet"),
    *head("last", "note", r"(?:the |your |our )?(?:last|latest) note {be}(?: of| from)?"),
    *head(
        "silence", "is",
        r"(?:the )?last (?:logged )?(?:activity|touch|entry|sign of life|contact) (?:was|{be})(?= an? (?:call"
        r"|meeting|note|completed task|task) )",
    ),
    *head(
        "activity", "took place",
        r"(?:took|taken) place",
        r"{be} held",
        r"happened",
        r"(?:you |we )?had (?:the |a |your )?«of:N»",
    ),
    *head("activity", "overdue", r"(?:{be}|{has} been)(?: still)? overdue", r"«for:S» overdue"),
    *head("activity", "took place", r"(?:was|were)(?= (?:on )?D)(?! on D\d+ (?:in|at))"),
    *head("activity", "set", r"{be}(?: on| in)?(?= D)", r"(?:use )?(?:the |your )?«of:N»(?= on D)"),
    *head("activity", "done", r"(?:{has} been|{be})(?: already)? (?:done|completed|finished)"),
    *head("activity", "due", r"(?:{be}|{has} been|fell)(?: still)? (?:due|overdue)(?! to close)"),
    *head(
        "activity", "set",
        r"(?:{be}|{has} been) (?:set|planned|scheduled) for",
        r"(?:{be}|{has} been) (?:planned|scheduled)",
    ),
    *head("activity", "open", r"(?:{be}|{has} been)(?: still)? open"),
    *head(
        "silence", "is",
        r"(?:there {be} |you have )?(?:logged )?nothing (?:{be} |{has} been )?logged(?: here)?",
        r"you {has} logged nothing",
    ),
    *head("silence", "is", r"(?:there (?:has been|{be}|was) )?no (?:activity|contact)(?: {has} been logged| {be} logged)?"),
    *head("silence", "is", r"«for:S» (?:have|has) passed without (?:any )?(?:activity|contact)"),
    *head("silence", "is", r"(?:{has} been|{be}|stayed) (?:silent|quiet)"),
    *head("silence", "is", r"no (?:contact|activity|touch|sign of life)", r"silence(?: of «for:S»)?"),
    *head("decision", "approved", r"(?:{has} )?approved(?: it| this| that| our advice)?"),
    *head("decision", "rejected", r"(?:{has} )?rejected(?: it| this| that| our advice)?"),
    *head("modified", "is", r"last changed", r"unchanged since", r"{be} last changed"),
    *head("deals", "number", r"{has} (?P<s0>F\d+|no|1|one) open deals?"),
)  # fmt: skip
