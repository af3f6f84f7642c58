"""All settings, a section for each area. Only what wires the bot together sees them whole."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from bot.settings.audit import AuditSettings
from bot.settings.brief import BriefSettings
from bot.settings.claude import ClaudeSettings
from bot.settings.engine import EngineSettings
from bot.settings.fair_use import FairUseSettings
from bot.settings.gate import GateSettings
from bot.settings.http import HttpSettings
from bot.settings.log import LogSettings
from bot.settings.mail import MailSettings
from bot.settings.mcp import McpSettings
from bot.settings.memory import MemorySettings
from bot.settings.signals import SignalSettings
from bot.settings.slack import SlackSettings
from bot.settings.storage import StorageSettings
from bot.settings.working_time import WorkingTimeSettings
from bot.settings.zoho import ZohoSettings
from store.domain.signals.context import SignalPolicy


class Settings(BaseModel):
    """Everything an operator can set. Every default works on one machine; only the credentials of real services have none."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    storage: StorageSettings = Field(StorageSettings(), title="Storage")
    slack: SlackSettings = Field(SlackSettings(), title="Slack")
    http: HttpSettings = Field(HttpSettings(), title="Signed HTTP")
    zoho: ZohoSettings = Field(ZohoSettings(), title="Zoho CRM")
    brief: BriefSettings = Field(BriefSettings(), title="Briefs")
    working_time: WorkingTimeSettings = Field(WorkingTimeSettings(), title="Working time")
    mail: MailSettings = Field(MailSettings(), title="E-mail")
    gate: GateSettings = Field(GateSettings(), title="Decisions")
    fair_use: FairUseSettings = Field(FairUseSettings(), title="Fair use")
    claude: ClaudeSettings = Field(ClaudeSettings(), title="Claude")
    memory: MemorySettings = Field(MemorySettings(), title="Memory")
    mcp: McpSettings = Field(McpSettings(), title="MCP servers")
    audit: AuditSettings = Field(AuditSettings(), title="Audit trail")
    engine: EngineSettings = Field(EngineSettings(), title="Durable engine")
    log: LogSettings = Field(LogSettings(), title="Log and metrics")
    signals: SignalSettings = Field(SignalPolicy(), title="Thresholds of the signals")
