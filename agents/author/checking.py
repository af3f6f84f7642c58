"""Check the Author's text before it goes out: citations, rules, then the reviewer. Each check only ever removes text.

The playbook's words replace removed text. A write's record, days, people and values always come from the rules, never from
the model.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from agents.author.dossier import Candidate, Dossier
from agents.author.subagents.recommendation_author import SUMMARY_LENGTH, Draft, Worded
from store.domain.brief.brief import Card, Statement
from store.domain.brief.grouping import united
from store.domain.gate.proposals import Action, Recommendation
from store.domain.gate.writes.update_account import EDITABLE_ACCOUNT_FIELDS
from store.domain.grounding.citations import Struck, held_to
from store.domain.grounding.compliance import ReviewVerdict, Ruling, Text, Texts, judged, stricter
from store.domain.signals.kinds import Risk
from store.domain.text.redaction import visible
from store.domain.text.wording import one_line

TITLE_LIMIT = 120
SUMMARY = "summary"  # the summary's id in the reviewer's input
_WHOLE = (
    Text.TITLE,
    Text.SUBJECT,
    Text.TEXT,
    Text.EMAIL,
)  # if one of these loses a sentence, the playbook's whole text reads better

_WRITTEN = (Text.SUBJECT, Text.TEXT)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedMove:
    """A candidate with the Author's remaining words, and the verdict on them so far."""

    candidate: Candidate
    texts: Mapping[Text, str]
    cites: tuple[str, ...]
    verdict: ReviewVerdict


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedAdvice:
    """`summary` is "" if none of it passed. `struck` lists each removed sentence with the reason."""

    summary: str
    cites: tuple[str, ...]
    moves: tuple[CheckedMove, ...]
    struck: tuple[Struck, ...]

    @property
    def texts(self) -> dict[str, Texts]:
        """The texts for the reviewer, by id, without those already on hold."""
        found: dict[str, Texts] = {
            each.candidate.id: each.texts for each in self.moves if each.verdict.ruling is not Ruling.HOLD
        }
        return found | ({SUMMARY: _as_rationale(self.summary)} if self.summary else {})


def checked(draft: Draft, dossier: Dossier) -> CheckedAdvice:
    """Apply the citation check and the rules, and return the remaining words."""
    struck: list[Struck] = []
    by_id = {each.id: each for each in dossier.candidates}
    moves: dict[str, CheckedMove] = {}
    for worded in draft.recommendations:
        if (candidate := by_id.get(worded.candidate)) is None:
            struck.append(Struck(worded.texts[Text.TITLE], f"There is no candidate “{worded.candidate[:40]}”."))
        elif candidate.id not in moves:
            moves[candidate.id] = _move(candidate, worded, dossier, struck)
    return CheckedAdvice(
        summary=_summary(draft, dossier, struck),
        cites=tuple(dict.fromkeys(draft.cites)),
        moves=tuple(moves.values()),
        struck=tuple(struck),
    )


def written(
    card: Card, dossier: Dossier, found: CheckedAdvice, verdicts: Mapping[str, ReviewVerdict]
) -> tuple[Card, tuple[Struck, ...]]:
    """The card to send, and every text that was removed. A high-risk move that the Author left out is kept, last; a move that
    is already open is dropped."""
    struck = list(found.struck)
    advice: list[Recommendation] = []
    for move in found.moves:
        verdict = stricter(move.verdict, verdicts.get(move.candidate.id, ReviewVerdict()))
        final = stricter(verdict, _rules(move.candidate, move.texts, dossier))
        struck += _reasons(move, final)
        if not final.is_duplicate:
            advice.append(_worded(move, final, dossier))
    chosen = {each.candidate.id for each in found.moves}
    left = [each.recommendation for each in dossier.candidates if each.id not in chosen]
    advice += [each for each in left if each.risk is Risk.HIGH or not found.moves]
    summary, verdict = found.summary, verdicts.get(SUMMARY, ReviewVerdict())
    if summary and verdict.ruling is not Ruling.PASS:
        struck.append(Struck(summary, verdict.reason))
        summary = ""
    evidence = united([dossier.evidence(found.cites), dossier.people_in(summary)])
    statement = Statement(text=summary, kinds=(), evidence=evidence) if summary else None
    return replace(card, recommendations=tuple(advice), summary=statement), tuple(struck)


def _move(candidate: Candidate, worded: Worded, dossier: Dossier, struck: list[Struck]) -> CheckedMove:
    """Drop sentences that say more than they cite; a text with no sentence left becomes the playbook's."""
    facts, common = dossier.citable, dossier.common(candidate)
    texts = dict(candidate.texts)
    for name, text in worded.texts.items():
        if not text or not texts[name] or text == texts[name]:
            continue  # never add a text that the candidate lacks, such as a draft mail
        if name in _WRITTEN and candidate.recommendation.action is Action.NOTE:
            continue  # a note in the CRM states the facts found by rules: words of ours would be advice to its reader
        found = held_to(visible(text, limit=20_000), worded.cites, facts, common)
        struck += found.struck
        if found.text and not (found.struck and name in _WHOLE):
            texts[name] = found.text
    verdict = _rules(candidate, texts, dossier)
    kept = {name: candidate.texts[name] if name in verdict.strip else text for name, text in texts.items()}
    cites = worded.cites if all(each in facts for each in worded.cites) else ()
    return CheckedMove(candidate=candidate, texts=kept, cites=cites, verdict=verdict)


def _rules(candidate: Candidate, texts: Texts, dossier: Dossier) -> ReviewVerdict:
    """Apply the rules to the model's words; the playbook's need no check."""
    fields = list(candidate.recommendation.write.sets())
    own = {name: text for name, text in texts.items() if text != candidate.texts[name]}
    title, allowed = texts[Text.TITLE], EDITABLE_ACCOUNT_FIELDS
    return judged(own, title=title, earlier=dossier.earlier, fields=fields, allowed=allowed, made=dossier.made)


def _worded(move: CheckedMove, verdict: ReviewVerdict, dossier: Dossier) -> Recommendation:
    plain, original = move.candidate.texts, move.candidate.recommendation
    if verdict.ruling is Ruling.HOLD:
        return original
    texts = {name: plain[name] if name in verdict.strip else text for name, text in move.texts.items()}
    if texts == plain:
        return original
    write, wording = original.write, original.write.wording()
    if wording is not None:
        write = write.reworded(one_line(texts[Text.SUBJECT], limit=wording.limit), texts[Text.TEXT])
    return replace(
        original,
        title=one_line(texts[Text.TITLE], limit=TITLE_LIMIT),
        rationale=texts[Text.RATIONALE],
        evidence=united([original.evidence, dossier.evidence(move.cites), dossier.people_in(*texts.values())]),
        write=write,
        draft_email=texts[Text.EMAIL] or None,
    )


def _summary(draft: Draft, dossier: Dossier, struck: list[Struck]) -> str:
    if not draft.summary:
        return ""
    text = visible(draft.summary, limit=4_000)
    if not draft.cites:
        struck.append(Struck(text, "It cites nothing."))
        return ""
    found = held_to(" ".join(text.split()), draft.cites, dossier.citable, dossier.common())
    struck += found.struck
    verdict = judged(_as_rationale(found.text))
    if found.text and (verdict.ruling is not Ruling.PASS or len(found.text) > 2 * SUMMARY_LENGTH):
        struck.append(Struck(found.text, verdict.reason or "The summary is too long."))
        return ""
    return found.text


def _as_rationale(text: str) -> Texts:
    return {Text.RATIONALE: text}


def _reasons(move: CheckedMove, verdict: ReviewVerdict) -> Iterable[Struck]:
    if verdict.ruling is Ruling.HOLD:
        yield Struck(move.texts[Text.TITLE], verdict.reason)
    elif verdict.strip:
        yield from (Struck(move.texts[name], verdict.reason) for name in sorted(verdict.strip))
