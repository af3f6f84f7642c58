"""Find the accounts that a message names, among those that the person may see: by the whole name, by a word that says which, or
by one that is nearly spelt so.

People cut names to one word, leave out capitals and legal forms, and misspell. A common word of the language names an account
only where it is written with a capital or as the whole name.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

_WORD = re.compile(r"[^\W_]+(?:[’'&.-][^\W_]+)*")
_LEGAL_WORDS = """
gmbh ag kg ohg se inc ltd limited llc llp plc corp corporation company co sa sas sarl srl spa bv nv ab as oy aps pty kk group
holding holdings international the and & of de
"""
_LEGAL = frozenset(_LEGAL_WORDS.split())
# Words that people write about anything: alone and without a capital they name no account.
_COMMON_WORDS = """
about account accounts active again agenda agree all also always and any anyone april are ask august away bank best better big
board book brief business buyer call can capital care center central change check city clear client close closed closing co
come compare contact contacts could data date day days deal deals december decide delta did digital direct do does done draft
east energy est ever express family february field first focus food for forecast forward free friday from future general get
give global go going good great green group grow had happen has have health hello help her high him his home hot how idea in
industries is it january july june just key know last late lead left life like line list local long look main make manager
march market may media meet meeting mine monday month more most mountain move my need network new news next no north not note
november now october of off ok old on one open or other our out over overdue own paper park partner partners people pipeline
place plan plus point power progress project promise put quality quarter question quick quiet red report review right risk
river road sales saturday security see send september service services she shop show silent since snooze so software solutions
some something south spoke sponsor stage stalled star start status still stop summit sun sunday systems talk task team tech
tell than thank that the their them then there they thing things this thursday time to today tomorrow tools top trade travel
tuesday two union united up update us value want was water we week well were west what when where which who why will with work
works world would write year yes yet you your
"""
_COMMON = frozenset(_COMMON_WORDS.split())
_LEAST, _ALIKE, _FUZZY_LETTERS = 3, 0.8, 5
MOST = 8


@dataclass(frozen=True, slots=True)
class Found:
    """The accounts meant, by id: several `groups` if the message names several, and several in one group if a name fits more than
    one. `guessed` holds ids that are only spelt like what was written; `rest` is the message with “x” for each name written
    out, so that the words of a name don't count as part of the question: “how is Hotel Adler”."""

    groups: tuple[tuple[str, ...], ...] = ()
    guessed: frozenset[str] = frozenset()
    rest: str = ""

    @property
    def single(self) -> str | None:
        """The only account that is meant, if the message names just one."""
        return self.groups[0][0] if len(self.groups) == 1 and len(self.groups[0]) == 1 else None

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(each for group in self.groups for each in group))


@dataclass(frozen=True, slots=True)
class _Spot:
    """A place in the message, by the positions of its words, and the accounts that are named there."""

    start: int
    end: int
    ids: tuple[str, ...]
    weight: float
    guessed: bool = False


def find_accounts(message: str, names: Mapping[str, str], *, other: Collection[str] = ()) -> Found:
    """`names` are those of the accounts that the person may see, by id, as briefs tell them apart; `other` are words of questions,
    which no account is guessed from."""
    message = message[:1_000]
    places = list(_WORD.finditer(message))
    written = [each[0] for each in places]
    words = [word.casefold().removesuffix("'s").removesuffix("’s") for word in written]
    tokens = {each: _tokens(name) for each, name in names.items()}
    around = _COMMON.union(other)
    spots = [*_whole(words, tokens), *_single_words(words, written, tokens, around)]
    kept = _apart(spots) or _apart(_misspelt(words, tokens, around)) or _apart(_begun(words, tokens, around))
    kept.sort(key=lambda each: each.start)
    groups = tuple(dict.fromkeys(spot.ids[:MOST] for spot in kept))
    rest = message
    for spot in reversed([each for each in kept if not each.guessed]):
        rest = f"{rest[: places[spot.start].start()]}x{rest[places[spot.end - 1].end() :]}"
    return Found(groups, frozenset(each for spot in kept if spot.guessed for each in spot.ids), rest)


def _tokens(name: str) -> tuple[str, ...]:
    return tuple(word.casefold() for word in _WORD.findall(name))


def _core(tokens: Sequence[str]) -> tuple[str, ...]:
    """A name without its legal form."""
    kept = tuple(each for each in tokens if each.strip(".") not in _LEGAL)
    return kept or tuple(tokens)


def _whole(words: Sequence[str], tokens: Mapping[str, tuple[str, ...]]) -> Iterable[_Spot]:
    """Names written out, with or without their legal form; the longer one counts more."""
    by_run: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
    for each, own in tokens.items():
        for run in {own, _core(own)}:
            if run and (len(run) > 1 or run[0] not in _COMMON):
                by_run[run].append(each)
    longest = max(map(len, by_run), default=0)
    for start in range(len(words)):
        for length in range(1, min(longest, len(words) - start) + 1):
            run = tuple(words[start : start + length])
            if run in by_run:
                yield _Spot(start, start + length, tuple(by_run[run]), 10.0 * length)


def _single_words(
    words: Sequence[str], written: Sequence[str], tokens: Mapping[str, tuple[str, ...]], around: Collection[str]
) -> Iterable[_Spot]:
    """Words of which a name consists; a run of them that fits fewer accounts counts more."""
    by_word: defaultdict[str, set[str]] = defaultdict(set)
    for each, own in tokens.items():
        for token in _core(own):
            if len(token) >= _LEAST:
                by_word[token].add(each)
    start = 0
    while start < len(words):
        fits: set[str] = set()
        end = start
        while end < len(words) and _may_name(words[end], written[end], first=end == 0):
            narrowed = fits & by_word[words[end]] if fits else by_word[words[end]]
            if not narrowed:
                break
            fits, end = narrowed, end + 1
        if (fits := _begun_there(fits, words, start, tokens, around, words[start])) and end > start:
            yield _Spot(start, end, tuple(sorted(fits)), float(end - start))
        start = max(end, start + 1)


def _may_name(word: str, written: str, *, first: bool) -> bool:
    return len(word) >= _LEAST and (word not in _COMMON or (written[:1].isupper() and not first))


def _begun(words: Sequence[str], tokens: Mapping[str, tuple[str, ...]], around: Collection[str]) -> Iterable[_Spot]:
    """The names that begin with a word of the message: “alder”."""
    for place, word in enumerate(words):
        fits = tuple(sorted(each for each, own in tokens.items() if own and own[0].startswith(word) and own[0] != word))
        if len(word) >= _FUZZY_LETTERS and word not in around and 0 < len(fits) <= MOST:
            yield _Spot(place, place + 1, fits, float(len(word)), guessed=True)


def _misspelt(words: Sequence[str], tokens: Mapping[str, tuple[str, ...]], around: Collection[str]) -> Iterable[_Spot]:
    """The names spelt most like a word of the message, or like two of them together."""
    by_word: defaultdict[str, set[str]] = defaultdict(set)
    for each, own in tokens.items():
        for token in _core(own):
            if len(token) >= _FUZZY_LETTERS and token not in _COMMON:
                by_word[token].add(each)
    for place in range(len(words)):
        for length in (1, 2):
            spelt = words[place : place + length]
            run = "".join(spelt)
            if len(spelt) < length or len(run) < _FUZZY_LETTERS or any(word in around for word in spelt):
                continue
            alike = [(likeness(run, token), token) for token in by_word if abs(len(token) - len(run)) <= 3]
            best = max(alike, default=(0.0, ""))
            near = {each for ratio, token in alike if ratio >= best[0] - 0.02 for each in by_word[token]}
            if best[0] >= _ALIKE and (near := _begun_there(near, words, place, tokens, around, best[1])):
                yield _Spot(place, place + length, tuple(sorted(near)), best[0], guessed=True)


def _begun_there(
    ids: Collection[str],
    words: Sequence[str],
    place: int,
    tokens: Mapping[str, tuple[str, ...]],
    around: Collection[str],
    as_spelt: str,
) -> set[str]:
    """Those whose name can be meant here. A later word of a name, after a word that isn't part of it, belongs to another name:
    “Brimford Plastics” isn't “Brimisle Plastics”."""
    before = words[place - 1] if place else ""
    if not before or before in around or len(before) < _LEAST:
        return set(ids)
    return {each for each in ids if _core(tokens[each])[0] == as_spelt}


def people_named(message: str, people: Mapping[str, str]) -> list[str]:
    """The ids of those whom the message names by their first, last or whole name, also as “Majas”."""
    written = _WORD.findall(message[:1_000])
    words = {
        word.casefold().removesuffix("'s").removesuffix("’s")
        for place, word in enumerate(written)
        if word.casefold() not in _COMMON or (place and word[0].isupper())
    }
    words |= {word.removesuffix("s") for word in words if len(word) > _LEAST}
    named = {each: [token for token in _tokens(name) if token in words] for each, name in people.items()}
    most = max((len(found) for found in named.values()), default=0)
    return [each for each, found in named.items() if found and len(found) == most]


def words_left(message: str, *, other: Collection[str]) -> list[str]:
    """The runs of words that are neither usual nor among the `other` ones: what the message may call by its name."""
    found: list[list[str]] = [[]]
    for word in _WORD.findall(message[:1_000]):
        bare = re.sub(r"['’]s$", "", word)
        small = bare.casefold()
        is_own = len(bare) >= _LEAST and not bare.isdigit() and small not in other
        is_legal_form = bool(found[-1]) and small in _LEGAL
        if small not in _COMMON and (is_own or is_legal_form):
            found[-1].append(bare)
        elif found[-1]:
            found.append([])
    return [" ".join(each) for each in found if each]


def names_someone_else(message: str, *, known: Iterable[str]) -> bool:
    """Whether a word in the middle of the message is written as a name, and is none of the `known` people's."""
    people = {word for name in known for word in _tokens(name)}
    written = _WORD.findall(message[:1_000])[1:]
    names = (word for word in written if word[0].isupper() and not word.isupper() and len(word) >= _LEAST)
    return any(word.casefold() not in people and word.casefold() not in _COMMON for word in names)


def likeness(one: str, other: str) -> float:
    """Between 0 and 1; a first letter that differs counts against it, because people rarely mistake that one."""
    ratio = SequenceMatcher(None, one, other, autojunk=False).ratio()
    return ratio if one[:1] == other[:1] else ratio - 0.08


def _apart(spots: Iterable[_Spot]) -> list[_Spot]:
    """The weightiest spots, none over another."""
    kept: list[_Spot] = []
    for spot in sorted(spots, key=lambda each: (-each.weight, len(each.ids), each.start)):
        if not any(spot.start < each.end and each.start < spot.end for each in kept):
            kept.append(spot)
    return kept
