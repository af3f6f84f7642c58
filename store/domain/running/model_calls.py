"""The usage and cost of model calls, and their limits.

Tokens are counted as the Messages API bills them: a call's four kinds do not overlap, and their sum is its total. Source of
the ratios: https://platform.claude.com/docs/en/about-claude/pricing
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

BATCH_SHARE = 0.5  # of the price, for answers in a batch
_WRITTEN, _READ = 1.25, 0.1  # of the price of input, unless a table says otherwise
_MILLION = 1_000_000
_NUMBER = re.compile(r"\d{1,6}(?:\.\d{1,6})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Tokens. `written` went into the prompt cache, `read` came out of it, `plain` did neither; `output` includes thinking."""

    plain: int = 0
    written: int = 0
    read: int = 0
    output: int = 0

    @property
    def input(self) -> int:
        return self.plain + self.written + self.read

    @property
    def total(self) -> int:
        return self.input + self.output


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """US dollars per million tokens of each kind."""

    plain: float
    output: float
    written: float
    read: float

    def of(self, usage: Usage, *, batch: bool = False) -> float:
        """Return this usage's cost in US dollars."""
        full = (
            usage.plain * self.plain
            + usage.written * self.written
            + usage.read * self.read
            + usage.output * self.output
        )
        return full / _MILLION * (BATCH_SHARE if batch else 1.0)


def parse_prices(text: str) -> dict[str, Price]:
    """Parse prices by model from `model=input/output/cache write/cache read, …`; the last two are optional.

    Raises: ValueError, in words for the person who set it.
    """
    found: dict[str, Price] = {}
    for part in (part.strip() for part in text.split(",")):
        if not part:
            continue
        model, _, amounts = part.partition("=")
        numbers = [amount.strip() for amount in amounts.split("/")]
        if not model.strip() or len(numbers) not in (2, 4) or not all(map(_NUMBER.fullmatch, numbers)):
            raise ValueError(f"{model.strip() or part} needs its prices, as in some-model=2/10/2.50/0.20")
        plain, output, *cache = map(float, numbers)
        written, read = cache or (plain * _WRITTEN, plain * _READ)
        found[model.strip()] = Price(plain=plain, output=output, written=written, read=read)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """Tokens of all kinds, and US dollars."""

    tokens: int = 0
    usd: float = 0.0

    def __add__(self, other: Amount) -> Amount:
        return Amount(tokens=self.tokens + other.tokens, usd=self.usd + other.usd)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spending:
    """For one account, for all that one person asked, and in total since today began (UTC); and for one morning or conversation
    as a whole."""

    account: Amount = field(default_factory=Amount)
    morning: Amount = field(default_factory=Amount)
    person: Amount = field(default_factory=Amount)
    day: Amount = field(default_factory=Amount)


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetCeilings:
    """The limits of each; 0 tokens or dollars mean no limit."""

    account: Amount = field(default_factory=Amount)
    morning: Amount = field(default_factory=Amount)
    person: Amount = field(default_factory=Amount)
    day: Amount = field(default_factory=Amount)


@dataclass(frozen=True, slots=True)
class Exceeded:
    """`on` is "account", "morning", "person" or "day", `unit` "tokens" or "usd"."""

    on: str
    unit: str


def exceeded(ceilings: BudgetCeilings, spent: Spending, asked: Amount) -> Exceeded | None:
    """Return the ceiling that leaves no room for this amount, if any; the widest comes first."""
    for on in ("day", "person", "morning", "account"):
        ceiling: Amount = getattr(ceilings, on)
        wanted: Amount = getattr(spent, on) + asked
        if ceiling.tokens and wanted.tokens > ceiling.tokens:
            return Exceeded(on, "tokens")
        if ceiling.usd and wanted.usd > ceiling.usd:
            return Exceeded(on, "usd")
    return None


class CallState(StrEnum):
    """The outcome of a call. OPEN: no one has recorded an answer; its reserved amount counts as spent, since it may have
    been. LOST: the connection broke, so it may have been answered and charged."""

    OPEN = "open"
    ANSWERED = "answered"
    USED_TOOLS = "used_tools"
    REUSED = "reused"
    DECLINED = "declined"
    TRUNCATED = "truncated"
    MALFORMED = "malformed"
    FAILED = "failed"
    LOST = "lost"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCall:
    """One call of a model. `question` and `prompt` are SHA-256 digests; `problem` is a word of ours or the API's name for
    an error; `attempts` counts its tries; `batch` is the API's id if it went in one. `amount` counts as spent: the reserved
    amount while it is open, then its cost. `asked_by` is the CRM user who asked, "" for the bot's own work.
    """

    id: str
    trace: str
    owner_id: str
    account_id: str
    agent: str
    model: str
    question: str
    prompt: str
    at: datetime
    state: CallState = CallState.OPEN
    problem: str = ""
    attempts: int = 0
    milliseconds: int = 0
    usage: Usage = field(default_factory=Usage)
    amount: Amount = field(default_factory=Amount)
    batch: str | None = None
    asked_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolCall:
    """One use of a tool by an agent. `inputs` is the SHA-256 of its arguments; `characters` the length of its answer to the
    model."""

    id: str
    call_id: str
    trace: str
    owner_id: str
    account_id: str
    agent: str
    tool: str
    inputs: str
    is_error: bool
    characters: int
    milliseconds: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptAnswer:
    """A paid answer, as JSON; `with_tools` means that it depends on more than its question."""

    call_id: str
    question: str
    account_id: str
    trace: str
    with_tools: bool
    body: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CallFigures:
    """Many calls in a few numbers. `reused` were answered from earlier paid answers, `failed` brought no answer."""

    calls: int = 0
    reused: int = 0
    failed: int = 0
    tools: int = 0
    usage: Usage = field(default_factory=Usage)
    amount: Amount = field(default_factory=Amount)

    @property
    def from_cache(self) -> float:
        """The prompt cache's share of the input, from 0 to 1."""
        return self.usage.read / self.usage.input if self.usage.input else 0.0


def without_price(models: Mapping[str, str], prices: Mapping[str, Price]) -> tuple[str, str] | None:
    """Return the first setting whose model has no price, with that model."""
    return next(((name, model) for name, model in models.items() if model not in prices), None)
