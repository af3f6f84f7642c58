"""The administrators' part of the App Home: problems at length, and everything that is well in one line. No account is named."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from bot.views.action_ids import KEEP_SILENT
from bot.views.blocks import Block, actions, button, context, header, section, section_with
from bot.views.operate_writes import stuck_blocks
from bot.views.question_signals import INTRODUCTION, question_blocks
from bot.views.reader import Reader
from bot.views.spending import ModelsToday, in_one_line, needs_a_look, spending_blocks
from bot.views.switch_features import SHOW_FEATURES, off_blocks, way_back
from bot.views.text import mrkdwn
from store.domain.gate.proposals import Proposal
from store.domain.running.administration import LATE, Administration, CrmReads, Trouble, Unreached
from store.domain.signals.question import SignalQuestion
from store.domain.text.wording import plural, some_of

NAMED = 10  # people in one line
SIGNALS_SHOWN = 3
MISSING_SHOWN = 3

_TROUBLES = {
    Trouble.NOT_THEM: "Said “Not me” to their CRM user: {who}. Correct their e-mail address, then `sergas link unlink PERSON`",
    Trouble.LEFT: "No longer in Slack with their CRM e-mail address: {who}",
    Trouble.STRANGER: "Not in Slack with their CRM e-mail address: {who}",
    Trouble.SILENT: "Haven't said who they are, so they get nothing: {who}",
    Trouble.FAILED: "Slack refused today's brief: {who}",
    Trouble.LATE: "Today's brief is late: {who}",
}
_SINCE = (Trouble.SILENT, Trouble.LATE)


def administration_blocks(
    seen: Administration,
    *,
    stuck: Sequence[Proposal],
    models: ModelsToday | None,
    anchors: str | None,
    mail: Sequence[str] = (),
    reader: Reader,
) -> list[Block]:
    """`stuck` are writes that need an administrator, `anchors` the problem with the audit trail's, if any, and `mail` those with
    copies by e-mail."""
    lines = [
        *_troubles(seen, reader),
        *(f"⚠️ {mrkdwn(each, limit=300)}" for each in mail),
        *([f"⚠️ Audit trail: {mrkdwn(anchors, limit=300)}"] if anchors else []),
    ]
    spending = spending_blocks(models) if models and needs_a_look(models) else []
    needing = [
        *stuck_blocks(stuck, reader),
        *([section("\n".join(lines), expand=True)] if lines else []),
        *spending,
        *_signals(seen),
    ]
    off = [*_signals_off(seen.signals_off, reader), *off_blocks(seen.features, reader)]
    well = " · ".join(_well(seen, None if spending else models, reader))
    switches = button("Features", action_id=SHOW_FEATURES, value="features")
    if needing and not well:
        return [header("For administrators"), *needing, *off, actions("features", switches)]
    said = f"Otherwise: {well}." if needing else f"✅ All well{f': {well}' if well else ''}."
    return [header("For administrators"), *needing, *off, section_with(said, "features", switches)]


def _troubles(seen: Administration, reader: Reader) -> Iterator[str]:
    reads = seen.reads
    if reads.at is None or reads.is_late or reads.error:
        yield _reads(reads, reader)
    for part in reads.missing[:MISSING_SHOWN]:
        yield f"⚠️ {mrkdwn(part, limit=200)}"
    for trouble in Trouble:
        if people := [each for each in seen.unreached if each.trouble is trouble]:
            yield f"⚠️ {_TROUBLES[trouble].format(who=_named(people, reader))}."
    if seen.waiting:
        minutes = f"{LATE.seconds // 60} minutes"
        yield f"⚠️ {plural(seen.waiting, 'message')} waiting for Slack for more than {minutes}."
    if seen.unreadable:
        yield f"⚠️ {plural(seen.unreadable, 'CRM record')} with a field that can't be read; `sergas status` names each."


def _reads(reads: CrmReads, reader: Reader) -> str:
    last = f"The CRM was last read {_ago(reader.now - reads.at)}" if reads.at else "The CRM was never read"
    return f"⚠️ {last}{f': {mrkdwn(reads.error, limit=300)}' if reads.error else '.'}"


def _named(people: Sequence[Unreached], reader: Reader) -> str:
    said = [
        f"{reader.name(each.person.id)}{f' (since {reader.moment(each.since)})' if each.trouble in _SINCE and each.since else ''}"
        for each in people[:NAMED]
    ]
    return some_of(said, len(people))


def _signals(seen: Administration) -> Iterator[Block]:
    """The question about each signal that this CRM doesn't feed."""
    if not seen.silent:
        return
    yield section(INTRODUCTION, expand=True)
    for each in seen.silent[:SIGNALS_SHOWN]:
        yield from question_blocks(each.kind, each.figures)
    if len(seen.silent) > SIGNALS_SHOWN:
        yield context(f"And {len(seen.silent) - SIGNALS_SHOWN} more, once you have answered these.")


def _signals_off(off: Sequence[SignalQuestion], reader: Reader) -> Iterator[Block]:
    for each in off:
        who = reader.name(each.answered_by) if each.answered_by in reader.names else "the operator"
        at = f", {reader.moment(each.answered_at)}" if each.answered_at else ""
        back = way_back(KEEP_SILENT, each.kind, each.kind.label)
        yield section_with(
            f"🔕 Off for everyone: the signal “{each.kind.label}” ({who}{at})", f"signal:{each.kind}", back
        )


def _well(seen: Administration, models: ModelsToday | None, reader: Reader) -> Iterator[str]:
    """Everything that is as it should be, in a few words each."""
    reads = seen.reads
    if reads.at and not reads.is_late and not reads.error:
        yield f"CRM read {_ago(reader.now - reads.at)}"
    if seen.due:
        yield f"{seen.delivered} of {seen.due} briefs delivered"
    if models:
        yield in_one_line(models)


def _ago(passed: timedelta) -> str:
    minutes = int(passed.total_seconds()) // 60
    if minutes < 1:
        return "just now"
    if minutes < 120:
        return f"{plural(minutes, 'minute')} ago"
    hours = minutes // 60
    return f"{plural(hours, 'hour')} ago" if hours < 48 else f"{plural(hours // 24, 'day')} ago"
