"""Which model writes, how it is reached, and what it may cost."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, SecretStr, field_validator

from bot.settings.address import ServiceAddress
from bot.settings.section import Section
from store.domain.errors import SettingError
from store.domain.running.model_calls import Amount, BudgetCeilings, Price, parse_prices, without_price


class ClaudeSettings(Section):
    prefix = "SERGAS_MODEL_"

    author: Literal["auto", "claude", "playbook"] = Field(
        "auto",
        validation_alias="SERGAS_AUTHOR",
        description="Who writes recommendations and answers: claude, playbook (rules), or auto, which means claude if there "
        "is a key and playbook if not.",
    )
    api_key: SecretStr = Field(
        SecretStr(""), validation_alias="ANTHROPIC_API_KEY", description="Key of the Claude API."
    )
    url: ServiceAddress = Field(
        "",
        validation_alias="SERGAS_ANTHROPIC_URL",
        description="Address of the Claude API; empty means Anthropic's. The sandbox sets it.",
    )
    timeout_seconds: float = Field(
        60.0,
        gt=0,
        validation_alias="SERGAS_ANTHROPIC_TIMEOUT_SECONDS",
        description="Seconds the Claude API may stay silent; each question also has a limit of its own.",
    )
    small: str = Field(
        "claude-haiku-5-5", min_length=1, description="Model for triage and for accounts where little changed."
    )
    strong: str = Field(
        "claude-sonnet-5-5", min_length=1, description="Model for critical accounts, reviews and conversation."
    )
    full_accounts: int = Field(
        3,
        ge=0,
        description="How many accounts at high risk the strong model investigates and writes in one morning.",
    )
    accounts: int = Field(
        20, ge=0, description="How many accounts a model writes in one morning at most; rules write the rest."
    )
    effort: Literal["off", "low", "medium", "high", "xhigh", "max"] = Field(
        "low", description="How hard models think; off leaves the parameter out, for models without it."
    )
    prices: str = Field(
        "claude-haiku-5-5=0.10/0.50/0.125/0.01, claude-sonnet-5-5=2/10/2.50/0.20, claude-opus-5-5=4/20/5/0.20",
        description="US dollars per million tokens, by model: input/output/cache write/cache read; the last two are "
        "optional. Both models need a price.",
    )
    input_tokens: int = Field(
        100_000,
        ge=1_000,
        description="The longest question to ask a model, in tokens; some models charge more beyond it.",
    )
    account_tokens: int = Field(
        300_000, ge=0, description="Tokens to spend on one account in a day (UTC) at most; 0 means no limit."
    )
    account_usd: float = Field(
        0.50, ge=0, description="US dollars to spend on one account in a day (UTC) at most; 0 means no limit."
    )
    morning_tokens: int = Field(
        3_000_000, ge=0, description="Tokens to spend on one brief or conversation at most; 0 means no limit."
    )
    morning_usd: float = Field(
        5.0, ge=0, description="US dollars to spend on one brief or conversation at most; 0 means no limit."
    )
    day_tokens: int = Field(
        100_000_000, ge=0, description="Tokens all processes may spend in a day (UTC); 0 means no limit."
    )
    day_usd: float = Field(
        100.0, ge=0, description="US dollars all processes may spend in a day (UTC); 0 means no limit."
    )
    person_share: float = Field(
        0.25,
        ge=0,
        le=1,
        description="Share of the day's budget that one person's questions and reviews may spend; then rules answer them. "
        "0 means no limit.",
    )
    batches: bool = Field(
        False, description="Ask at night, in batches at half the price, what the morning's briefs will need."
    )
    answer_days: int = Field(7, ge=1, description="How many days to keep models' answers for reuse.")
    call_days: int = Field(
        730, ge=1, description="How many days to keep the record of each call to a model, with its time and cost."
    )

    @field_validator("prices")
    @classmethod
    def _priced(cls, value: str) -> str:
        parse_prices(value)
        return value

    @property
    def price_list(self) -> dict[str, Price]:
        """What each model costs. Raises: SettingError if a model in use has no price, since no budget would hold."""
        prices = parse_prices(self.prices)
        used = {self.variable("small"): self.small, self.variable("strong"): self.strong}
        if (lacking := without_price(used, prices)) is not None:
            name, model = lacking
            raise SettingError(self.variable("prices"), f"has no price for {model}, which {name} names; add it.")
        return prices

    @property
    def ceilings(self) -> BudgetCeilings:
        """How much models may spend."""
        return BudgetCeilings(
            account=Amount(tokens=self.account_tokens, usd=self.account_usd),
            morning=Amount(tokens=self.morning_tokens, usd=self.morning_usd),
            person=Amount(tokens=round(self.day_tokens * self.person_share), usd=self.day_usd * self.person_share),
            day=Amount(tokens=self.day_tokens, usd=self.day_usd),
        )
