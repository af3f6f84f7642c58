"""Stopwords in English and, briefly, in French, Spanish and German; folded to lower case."""

from __future__ import annotations

STOPWORDS = frozenset(
    """
    a about above after again all also always am an and any anyone anything are aren't as ask asked at away be because been before
    being below between both but by can can't cannot come could couldn't did didn't do does doesn't doing don't down during
    each either else ever every everyone everything few for from further get gets getting give given go goes going gonna got
    had has hasn't have haven't having he he's her here here's hers him himself his how however i i'd i'll i'm i've if in into is
    isn't it it'd it'll it's its itself just kind know let let's like lot made make makes many may maybe me mean might more most
    much must my myself no nor not nothing now of off oh ok okay on once one ones only or other others our ours out over own
    perhaps please put quite rather really right said same say saying says see she she's should shouldn't so some somebody
    someone something sort still such sure take than that that'd that'll that's the their theirs them themselves then there
    there's these they they'd they'll they're they've thing things think this those though through to too under until up upon
    us use used using very want wanted wants was wasn't way we we'd we'll we're we've well went were weren't what what's when
    where whether which while who who's whole whom whose why will with within without won't would wouldn't yeah yep yes yet
    you you'd you'll you're you've your yours yourself um uh hmm mm mhm
    describe discuss discussed discussion explain explained happened mention mentioned summarise summarize summary talk talked
    tell told
    au aux avec ce ces cette dans de des du elle elles en est et etre eux il ils je la le les leur leurs lui mais mes moi mon
    ne nos notre nous ou par pas pour qu que qui sa sans se ses son sont sur ta te tes toi ton tu un une vos votre vous
    al como con del el ella ellos ese esta este esto fue ha han hay las lo los mas muy para pero por porque sin sobre su sus
    también tambien todo uno y ya
    als auf aus bei bin bis da das dass dem den der die doch ein eine einem einen einer er es fur hat hatte ich ihr im ist
    kein mit nach nicht noch oder sich sie sind und uns vom von vor war wenn werden wie wir wird zu zum zur
    """.split()  # noqa: SIM905 - three hundred quoted words read worse
)
