"""Words that begin English sentences: their capital letter makes no name."""

from __future__ import annotations

OPENERS = frozenset(
    """
    a about above accept according account act action actions activity add address adjust advise after again agenda agree
    ahead all also although always among an and another answer any anybody anyone anything apart are aren't around
    arrange as ask asking at attach attendees attention avoid await aware back background based be bear because
    become before begin behind being below beside besides best better between beyond both bring budget build busy
    but buy by call calling can can't cancel carry catch change check cheers choose clarify clear client close
    closing collect come coming complete concerning confirm consider contact context continue contract copy correct
    could couldn't cover create customer cut date deal dear decide decision decisions define despite did didn't
    different discuss do document does doesn't don't draft draw drop due during each earlier early either else email
    end ensure enter escalate even every everybody everyone everything except expect explain explore fast few figure
    file fill find finding finish first fix focus follow following for forecast from fully further get getting give
    given giving go goal goals going good got great greet had half hand has hasn't have haven't having he hello help
    her here here's hi his hold honestly hope how how's however if in include including indeed inform inside instead
    into introduce invite is isn't it it's its join just keep keeping kind know last late lately later lead learn
    leave left less let let's like likely link list listen little look looking lose losing lost made mail make
    making manager many maybe mean meanwhile meet mention might momentum more most move moving much must my
    name neither never new next no nobody none nor not note nothing notice now of off offer often old on once one
    only open opening or other others otherwise our out over overdue own owner passing past pause pay perhaps phone
    pick place plan play please point politely post prepare press prevent price pricing prior progress proposal
    propose protect provide purpose push put qualify question questions quickly quiet raise rather reach reaching
    read ready really reason reasoning reasons recap reconnect record refer regarding regards remember remind
    renewal reopen replace reply report request reschedule rescue research reset resolve respond restart resume
    return review revisit revive right risk risky run same save say schedule second secure see seek seems send
    sending set several share she should shouldn't show silence simply since sincerely sit size skip slow small so
    some somebody someone something soon sort speak sponsor stage stalled start status stay step still stop study
    such suggest summary support sure take taking talk target task tell test than thank thanks that that's the their
    them then there there's these they they're thing think this those though through thus tie till time to today
    together too topic topics toward towards trace track try turn two under understand unless unlike unlock until up
    update use using usually verify very wait waiting want warm warmly warn was wasn't watch way we we're we've
    weigh well were weren't what what's when whenever where wherever whether which while who who's whoever whole
    whom whose why will win with within without won't word work worth would wouldn't write writing yes yet you
    you're your yours
    """.split()  # noqa: SIM905 - a list of words is read as words
)
