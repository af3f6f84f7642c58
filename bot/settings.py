"""Every setting, read once from the environment (and a `.env` file) and frozen.

Names are `SERGAS_` + the field in capitals, but for Anthropic's key, which has its usual name; thresholds of signals are
`SERGAS_SIGNALS__SILENT_DAYS` and so on. Secrets never show in repr or logs.
"""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Mapping
from dataclasses import fields
from datetime import time, timedelta
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from integrations.loopback import keeps_secrets
from integrations.zoho.reading.field_map import FieldMap, field_names
from store.domain.errors import SettingError
from store.domain.gate.proposals import EDITABLE_ACCOUNT_FIELDS, Tool
from store.domain.gate.stakes import StakesPolicy
from store.domain.memory.passage import MemoryKind
from store.domain.running.model_calls import Amount, Ceilings, Price, parse_prices, without_price
from store.domain.signals.look import SignalPolicy

DATABASE_FILE = "sergas.db"
ANCHOR_FILE = "audit-anchors.jsonl"
PINS_FILE = "zoho-mcp-pins.json"
OFF = "off"  # what turns a part off that would run by itself

_HOST_NAME = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:]+\])(?::[0-9]{1,5})?")

_PLAIN_NAMES = frozenset({"anthropic_api_key"})
_API_NAME = re.compile(r"[A-Za-z]\w{0,99}")

LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR"]


class Settings(BaseSettings):
    """What an operator can set. Every field has a default that works on one machine, except the secrets of real services."""

    model_config = SettingsConfigDict(
        env_prefix="SERGAS_",
        env_nested_delimiter="__",
        env_file=".env",
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
        populate_by_name=True,
    )

    home: Path = Field(Path(".sergas"), description="Folder for the embedded database and other local state.")
    database_url: str = Field(
        "", description="SQLAlchemy URL; empty means SQLite in the home folder. PostgreSQL: postgresql+psycopg://…"
    )
    engine_url: SecretStr = Field(
        SecretStr(""), description="Where the engine keeps its records; empty means beside the database."
    )
    executor_id: str = Field(
        "", description="Name of this worker; empty means `local`, on PostgreSQL the name of the host and its role."
    )
    engine_keep_days: int = Field(30, ge=1, description="Days for which the engine remembers work that ended.")
    audit_anchor: str = Field(
        "",
        description="Where heads of the audit trail are noted outside the database: a file, or s3://, gs:// or az:// with a "
        "bucket and a prefix; empty means audit-anchors.jsonl in the home folder; off means nowhere.",
    )
    audit_anchor_seconds: float = Field(
        60.0, gt=0, description="Seconds after which a new head of the audit trail is noted outside at the latest."
    )
    log_level: LogLevel = Field("INFO", description="DEBUG may show CRM text; the others never do.")
    log_format: Literal["json", "console"] = Field(
        "json", description="One JSON object a line, or coloured lines for people."
    )

    slack_bot_token: SecretStr = Field(SecretStr(""), description="Bot token, xoxb-…")
    slack_app_token: SecretStr = Field(SecretStr(""), description="App-level token for Socket Mode, xapp-…")
    slack_signing_secret: SecretStr = Field(SecretStr(""), description="Signing secret, needed for signed HTTP.")
    slack_mode: Literal["socket", "http"] = Field("socket", description="How Slack reaches the bot.")
    slack_api_url: str = Field("https://slack.com/api/", description="Slack Web API base address.")
    slack_timeout_seconds: float = Field(30.0, gt=0, description="How long one Slack call may take.")
    slack_settle_seconds: float = Field(
        10.0, ge=0, description="How long a message of unknown fate may take to show up in Slack."
    )
    http_host: str = Field("127.0.0.1", description="Address on which signed HTTP is served.")
    http_port: int = Field(3000, ge=0, le=65535, description="Port on which signed HTTP is served; 0 takes a free one.")

    zoho_region: Literal["com", "eu", "in", "com.cn", "com.au", "jp", "sa", "ca"] = Field(
        "com", description="Zoho data centre."
    )
    zoho_accounts_url: str = Field(
        "", description="Sign-in address; empty means that of the region. The sandbox sets it."
    )
    zoho_ui_url: str = Field(
        "", description="Address of Zoho's own pages, for links to records; empty means that of the region."
    )
    zoho_client_id: str = Field("", description="OAuth client id.")
    zoho_client_secret: SecretStr = Field(SecretStr(""), description="OAuth client secret.")
    zoho_notify_url: str = Field(
        "",
        description="Public https address of this bot, ending in /zoho/changes, at which Zoho tells that something changed; "
        "empty means that only the regular reads find out.",
    )
    zoho_gather_seconds: float = Field(
        20.0, ge=0, description="How long after Zoho's first word of a change the bot waits for more before it reads."
    )
    zoho_fields: str = Field(
        "",
        description="What this organisation calls fields that we read, separated by commas, such as "
        "`deal.amount=Contract_Value`; `sergas doctor` checks them.",
    )
    zoho_leave_out: str = Field(
        "", description="Fields that are not to be read, separated by commas, such as `account.annual_revenue`."
    )
    zoho_refresh_token: SecretStr = Field(
        SecretStr(""), description="OAuth refresh token; not needed where it is kept in a store."
    )
    zoho_refresh_token_store: str = Field(
        "env",
        description="Where `sergas zoho login` puts the refresh token and the bot finds it: env (the variable above), "
        "file:PATH, aws:SECRET_ID, azure:VAULT_URL/NAME or vault:MOUNT/PATH#KEY.",
    )
    metrics_seconds: float = Field(
        300.0,
        ge=0,
        description="Seconds between two log events `metrics`, which hold what `sergas status` shows; 0 means none.",
    )
    zoho_requests_per_minute: int = Field(
        120, ge=0, description="Ceiling we set ourselves, of all processes that share a PostgreSQL; 0 means none."
    )
    zoho_concurrency: int = Field(
        5, ge=1, le=25, description="Calls in flight at once, of all processes that share a PostgreSQL."
    )
    zoho_daily_credits: int = Field(
        0,
        ge=0,
        description="Credits that Zoho gives in 24 hours, which all processes share; 0 means that is not known.",
    )
    zoho_credit_reserve: float = Field(
        0.05,
        ge=0,
        description="What of them is kept for approved writes: below 1 a share, otherwise a number of credits.",
    )
    zoho_timeout_seconds: float = Field(30.0, gt=0, description="How long one Zoho call may take.")
    zoho_settle_seconds: float = Field(
        90.0, ge=0, description="How long a write of unknown fate may take to show up in Zoho."
    )

    zoho_mcp_url: SecretStr = Field(
        SecretStr(""),
        description="Address of a Zoho MCP server from which the CRM is read instead; empty means Zoho's REST API.",
    )
    mcp_token: SecretStr = Field(
        SecretStr(""), description="Token of our own MCP server on HTTP, at least 32 characters."
    )
    mcp_allowed_hosts: str = Field(
        "",
        description="Names by which our MCP server is reached besides this machine's own, separated by commas, each as it "
        "stands in `Host`, e.g. crm.example.com or crm.example.com:8443.",
    )

    memory_url: str = Field(
        "",
        description="Address of a memory that serves HTTP, such as https://memory.example.com/mcp; empty: the bot starts one of "
        "its own; off: there is none.",
    )
    memory_token: SecretStr = Field(
        SecretStr(""),
        description="Token of a memory that serves HTTP, at least 32 characters; the bot and it have the same.",
    )
    memory_embedder: str = Field(
        "hashing",
        description="What turns texts into vectors: hashing (nothing to download), minilm:FOLDER, or "
        "openai:URL#MODEL:DIMENSIONS for any server that speaks OpenAI's embeddings.",
    )
    memory_embedder_key: SecretStr = Field(
        SecretStr(""), description="Key of the embedding server, where it wants one."
    )
    memory_follow_seconds: float = Field(
        5.0, gt=0, description="Seconds between two looks of the memory at what is new."
    )
    tenant: str = Field(
        "default", description="Name of the organisation whose memory this is; each has an index of its own."
    )

    author: Literal["auto", "claude", "playbook"] = Field(
        "auto", description="Who writes recommendations and answers: auto is claude where a key is set, else playbook."
    )
    anthropic_api_key: SecretStr = Field(
        SecretStr(""), validation_alias="anthropic_api_key", description="Key of the Claude API."
    )
    anthropic_url: str = Field(
        "", description="Address of the Claude API; empty means Anthropic's own. The sandbox sets it."
    )
    anthropic_timeout_seconds: float = Field(
        60.0,
        gt=0,
        description="How long the Claude API may say nothing; each question has a limit of its own beside it.",
    )
    model_small: str = Field(
        "claude-haiku-5-5", min_length=1, description="Model for triage and for accounts of which little moved."
    )
    model_strong: str = Field(
        "claude-sonnet-5-5", min_length=1, description="Model for critical accounts, reviews and conversation."
    )
    model_full_accounts: int = Field(
        3,
        ge=0,
        description="Accounts at high risk of one morning that are looked into first and written by the strong model.",
    )
    model_accounts: int = Field(
        20, ge=0, description="Accounts of one morning that a model writes at most; the rest is the playbook's."
    )
    model_effort: Literal["off", "low", "medium", "high", "xhigh", "max"] = Field(
        "low", description="How hard models think; off says nothing of it, for models that know no such thing."
    )
    model_prices: str = Field(
        "claude-haiku-5-5=0.10/0.50/0.125/0.01, claude-sonnet-5-5=2/10/2.50/0.20, claude-opus-5-5=4/20/5/0.20",
        description="US dollars for a million tokens, by model: input/output/cache write/cache read; the last two may be left "
        "out. Both models need theirs.",
    )
    model_input_tokens: int = Field(
        100_000,
        ge=1_000,
        description="The longest question that a model is asked, in tokens; some cost more from here on.",
    )
    model_account_tokens: int = Field(
        300_000, ge=0, description="Tokens that may be spent on one account in a day (UTC); 0 means no limit."
    )
    model_account_usd: float = Field(
        0.50, ge=0, description="US dollars that may be spent on one account in a day (UTC); 0 means no limit."
    )
    model_morning_tokens: int = Field(
        3_000_000, ge=0, description="Tokens that may be spent on one brief or conversation; 0 means no limit."
    )
    model_morning_usd: float = Field(
        5.0, ge=0, description="US dollars that may be spent on one brief or conversation; 0 means no limit."
    )
    model_day_tokens: int = Field(
        100_000_000, ge=0, description="Tokens that may be spent in a day (UTC), by all processes; 0 means no limit."
    )
    model_day_usd: float = Field(
        100.0, ge=0, description="US dollars that may be spent in a day (UTC), by all processes; 0 means no limit."
    )
    model_batches: bool = Field(
        False, description="Whether what the morning will ask is asked by night, in batches at half the price."
    )
    model_answer_days: int = Field(7, ge=1, description="Days for which answers of models are kept, to be used again.")
    model_call_days: int = Field(
        730, ge=1, description="Days for which it is kept which model was called when and what it cost."
    )

    brief_time: time = Field(
        time(8, 0), description="Local time at which owners get their brief on their working days."
    )
    brief_everyone: bool = Field(False, description="Also brief CRM users who own no account and no deal.")
    briefs_at_once: int = Field(2, ge=1, description="Briefs that one process prepares at once.")
    briefs_at_once_everywhere: int = Field(8, ge=1, description="Briefs that all processes together prepare at once.")
    sync_minutes: int = Field(60, ge=1, description="Minutes between two reads of what changed in the CRM.")
    proposal_hours: int = Field(72, ge=1, description="Hours until a proposal that nobody decided expires.")
    remind_hours: float = Field(
        24.0, gt=0, description="Hours before expiry at which the owner is reminded of what they have not decided."
    )
    offer_hours: float = Field(
        8.0, gt=0, description="Hours before expiry at which the manager is offered what its owner has not decided."
    )
    memory_days: str = Field(
        "",
        description="Days for which what is remembered is kept, by kind, e.g. note=730,call=365; what is not named is kept "
        "while the CRM has it.",
    )
    second_approver_tools: str = Field(
        "",
        description="Writes that want two people, separated by commas: zoho_create_task, zoho_add_note, zoho_update_account.",
    )
    second_approver_fields: str = Field(
        "",
        description="Account fields whose change wants two people, separated by commas: rating, account_type, description.",
    )
    second_approver_amount: float = Field(
        0.0,
        ge=0,
        description="Open amount of an account from which every write on it wants two people; 0 means none does.",
    )
    max_cards: int = Field(
        7, ge=1, le=8, description="Accounts in the brief's first message; the rest stands in its thread."
    )
    currency: str = Field("$", max_length=4, description="Currency sign shown before amounts.")
    signals: SignalPolicy = Field(default_factory=SignalPolicy, description="Thresholds of the signals.")

    @field_validator("signals", mode="before")
    @classmethod
    def _listed(cls, value: object) -> object:
        """`SERGAS_SIGNALS__ENABLED` lists kinds, separated by commas."""
        if isinstance(value, Mapping) and isinstance(listed := value.get("enabled"), str):
            return {**value, "enabled": [kind.strip() for kind in listed.split(",") if kind.strip()]}
        return value

    @field_validator("brief_time")
    @classmethod
    def _local(cls, value: time) -> time:
        if value.tzinfo is not None:
            raise ValueError("give a local time without an offset, such as 08:00")
        return value

    @field_validator("signals")
    @classmethod
    def _not_negative(cls, policy: SignalPolicy) -> SignalPolicy:
        for threshold in fields(policy):
            value = getattr(policy, threshold.name)
            if isinstance(value, int | float) and value < 0:
                raise ValueError(f"{threshold.name} must not be negative")
        return policy

    @field_validator("zoho_notify_url")
    @classmethod
    def _reachable(cls, value: str) -> str:
        fits = re.fullmatch(r"[^\s?#@]+/zoho/changes", value) is not None and keeps_secrets(value)  # a token goes there
        if value and not fits:
            raise ValueError("give an address that begins with https:// and ends in /zoho/changes")
        return value

    @field_validator("memory_url")
    @classmethod
    def _place_of_memory(cls, value: str) -> str:
        if value not in ("", OFF) and not keeps_secrets(value):
            raise ValueError("give an address that begins with https://, or off")
        return value

    @field_validator("anthropic_url")
    @classmethod
    def _place_of_claude(cls, value: str) -> str:
        if value and not keeps_secrets(value):  # the key goes there
            raise ValueError("give an address that begins with https://")
        return value

    @field_validator("model_prices")
    @classmethod
    def _priced(cls, value: str) -> str:
        parse_prices(value)
        return value

    @field_validator("zoho_fields")
    @classmethod
    def _renamed(cls, value: str) -> str:
        for part in _listed_in(value):
            ours, _, theirs = part.partition("=")
            _known(ours.strip(), set(field_names()))
            if not _API_NAME.fullmatch(theirs.strip()):
                raise ValueError(f"{ours.strip()} needs Zoho's name of the field, as in {ours.strip()}=Field_Name")
        return value

    @field_validator("zoho_leave_out")
    @classmethod
    def _left_out(cls, value: str) -> str:
        return _known(value, set(field_names()))

    @field_validator("memory_days")
    @classmethod
    def _days_by_kind(cls, value: str) -> str:
        for part in _listed_in(value):
            kind, _, days = part.partition("=")
            _known(kind.strip(), set(MemoryKind))
            if not days.strip().isdecimal() or int(days) < 1:
                raise ValueError(f"{kind.strip()} needs a number of days, as in {kind.strip()}=365")
        return value

    @field_validator("mcp_allowed_hosts")
    @classmethod
    def _exact_names(cls, value: str) -> str:
        for name in _listed_in(value):
            if not _HOST_NAME.fullmatch(name):
                raise ValueError(
                    "give exact names such as crm.example.com:8443, without a scheme, a path or a wildcard"
                )
        return value

    @field_validator("second_approver_tools")
    @classmethod
    def _known_tools(cls, value: str) -> str:
        return _known(value, {str(tool) for tool in Tool if tool is not Tool.REMOVE_RECORD})

    @field_validator("second_approver_fields")
    @classmethod
    def _known_fields(cls, value: str) -> str:
        return _known(value, set(EDITABLE_ACCOUNT_FIELDS))

    @property
    def zoho_field_map(self) -> FieldMap:
        """Which fields are read of the CRM, and under which names."""
        pairs = (part.partition("=") for part in _listed_in(self.zoho_fields))
        return FieldMap(
            renamed={ours.strip(): theirs.strip() for ours, _, theirs in pairs},
            left_out=frozenset(_listed_in(self.zoho_leave_out)),
        )

    @property
    def mcp_names(self) -> tuple[str, ...]:
        """The names by which our MCP server is reached besides this machine's own."""
        return tuple(_listed_in(self.mcp_allowed_hosts))

    @property
    def retention(self) -> dict[MemoryKind, timedelta]:
        """How long what is remembered of each kind is kept."""
        parts = [part.partition("=") for part in _listed_in(self.memory_days)]
        return {MemoryKind(kind.strip()): timedelta(days=int(days)) for kind, _, days in parts}

    @property
    def prices(self) -> dict[str, Price]:
        """What models cost. Raises: SettingError where one of the two in use has no price, for then no budget holds."""
        prices = parse_prices(self.model_prices)
        used = {"SERGAS_MODEL_SMALL": self.model_small, "SERGAS_MODEL_STRONG": self.model_strong}
        if (lacking := without_price(used, prices)) is not None:
            name, model = lacking
            raise SettingError("SERGAS_MODEL_PRICES", f"has no price for {model}, which {name} names; add it.")
        return prices

    @property
    def ceilings(self) -> Ceilings:
        """What may be spent on models."""
        return Ceilings(
            account=Amount(tokens=self.model_account_tokens, usd=self.model_account_usd),
            morning=Amount(tokens=self.model_morning_tokens, usd=self.model_morning_usd),
            day=Amount(tokens=self.model_day_tokens, usd=self.model_day_usd),
        )

    @property
    def stakes(self) -> StakesPolicy:
        """Which writes want two people."""
        return StakesPolicy(
            tools=frozenset(Tool(name) for name in _listed_in(self.second_approver_tools)),
            fields=frozenset(_listed_in(self.second_approver_fields)),
            amount=self.second_approver_amount,
        )

    @property
    def database(self) -> str:
        """The database URL in force."""
        return self.database_url or f"sqlite+aiosqlite:///{self.home / DATABASE_FILE}"


def load_settings(overrides: Mapping[str, Any] | None = None) -> Settings:
    """Read the environment once.

    Raises: SettingError naming the first variable that is unknown or malformed, without its value.
    """
    _refuse_unknown(os.environ)
    try:
        return Settings(**(overrides or {}))
    except ValidationError as exc:
        first = exc.errors()[0]
        name = variable_of("__".join(part for part in first["loc"] if isinstance(part, str)))
        why = first["msg"].removeprefix("Value error, ")
        raise SettingError(name, f"is wrong: {why[0].lower()}{why[1:]}.") from exc


def variable_of(field: str) -> str:
    """The variable that sets a field; one has the name under which others know it, too."""
    return field.upper() if field in _PLAIN_NAMES else f"SERGAS_{field.upper()}"


def setting_names() -> list[str]:
    """The variables there are, thresholds of the signals among them."""
    own = [variable_of(name) for name in Settings.model_fields if name != "signals"]
    return [*own, *(f"SERGAS_SIGNALS__{threshold.name.upper()}" for threshold in fields(SignalPolicy))]


def _listed_in(value: str) -> list[str]:
    return [name.strip() for name in value.split(",") if name.strip()]


def _known(value: str, names: set[str]) -> str:
    """A misspelt name would be a setting that does nothing. Raises: ValueError."""
    unknown = [name for name in _listed_in(value) if name not in names]
    if unknown:
        raise ValueError(f"{unknown[0]} is not known; give some of {', '.join(sorted(names))}")
    return value


def _refuse_unknown(environment: Mapping[str, str]) -> None:
    """A misspelt variable would leave its default in force without a word."""
    known = setting_names()
    for name in sorted(environment):
        if name.upper().startswith("SERGAS_") and name.upper() not in known:
            close = difflib.get_close_matches(name.upper(), known, n=1, cutoff=0.8)
            hint = f"did you mean {close[0]}?" if close else "`sergas settings` lists those that are."
            raise SettingError(name, f"is not known; {hint}")


def require(settings: Settings, *names: str) -> None:
    """Raises: SettingError for the first of these fields that is empty."""
    for name in names:
        value = getattr(settings, name)
        text = value.get_secret_value() if isinstance(value, SecretStr) else value
        if not text:
            raise SettingError(
                variable_of(name), "is missing. Set it, or try everything without accounts by `sergas demo`."
            )
