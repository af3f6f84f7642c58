"""`sergas doctor`: check every external service once and say what to fix."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import aiohttp
import httpx
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from agents.model.anthropic_api import open_api
from bot.clock import SystemClock
from bot.commands.console import Terminal, write_json
from bot.commands.mail import check_mail
from bot.delivery.web_api.tokens import WHAT_TO_DO
from bot.demo.settings_file import demo_settings
from bot.settings import load_settings, require
from bot.settings.audit import AuditSettings
from bot.settings.claude import ClaudeSettings
from bot.settings.slack import SlackSettings
from bot.settings.storage import StorageSettings
from bot.settings.zoho import ZohoSettings
from bot.telemetry import configure_logging
from bot.wiring.anchors import audit_anchors
from bot.wiring.crm import center_of, open_crm, with_refresh_token
from bot.wiring.database import open_store, open_store_as_it_is, store_exists
from bot.wiring.models import access_of, uses_claude
from bot.wiring.resources import slack_client
from integrations.zoho.http import open_http
from integrations.zoho.reading.client import ZohoClient
from integrations.zoho.reading.field_map import FieldMap
from integrations.zoho.reading.paging import rows_of
from integrations.zoho.reading.queries import FIELDS
from integrations.zoho.sign_in.scopes import missing, untold
from store.database import Database
from store.domain.errors import CrmError, CrmRefused, SergasError
from store.domain.gate.audit import AnchorsDamaged, AnchorsUnavailable

console = Terminal()
SETTINGS = "Settings"  # the first line, and then the only one, if they cannot be read
SKEW = timedelta(seconds=60)
UNLISTED = frozenset({"id", "Created_Time", "Modified_Time"})


@dataclass(frozen=True, slots=True)
class Line:
    """The check, whether it is in order (None: not checked, since another line has the cause), and the finding or what
    to do about it."""

    what: str
    ok: bool | None
    says: str


NO_ZOHO = Line("Clock", None, "not checked, since Zoho is not set up")
DEMO = Line("Demo", True, "the stand-ins of the demo in this folder are checked, and not your own services")
UNREACHABLE = "Zoho's sign-in cannot be reached; check the network and SERGAS_ZOHO_REGION."
_MARKS = {True: "✓", False: "✗", None: "–"}


async def run_doctor(*, as_json: bool) -> int:
    """Exit code 1 if something is wrong; 2 if a setting is, because then nothing can be checked."""
    configure_logging(level="CRITICAL", form="console")
    lines = await examine()
    if as_json:
        write_json([asdict(line) for line in lines])
    else:
        for line in lines:
            console.print(f"{_MARKS[line.ok]} {line.what}: {line.says}", soft_wrap=True)
    if not any(line.ok is False for line in lines):
        return 0
    return 2 if lines[0].what == SETTINGS else 1


async def examine() -> list[Line]:
    """One or more lines per external service. A missing setting is a line, too."""
    lines: list[Line] = []
    try:
        settings = load_settings()
        if (of_demo := demo_settings(settings.storage.home)) is not None:
            settings = load_settings(of_demo)
            lines.append(DEMO)
    except SergasError as exc:
        return [Line(SETTINGS, False, str(exc))]
    async with AsyncExitStack() as stack:
        database: Database | None = None
        try:
            database = await stack.enter_async_context(_opened(settings.storage))
            lines.append(Line("Database", True, "postgresql" if database.is_postgres else "sqlite"))
            lines.append(await _sealing(database))
        except SergasError as exc:
            lines.append(Line("Database", False, str(exc)))
        lines.append(await _line("Audit anchor", lambda: _anchor(settings.audit, settings.storage)))
        lines.append(await _line("Slack", lambda: _slack(settings.slack, database)))
        lines.append(await _line("E-mail", lambda: check_mail(settings.mail)))
        clock = await _line("Clock", lambda: _clock(settings.zoho)) if settings.zoho.client_id else NO_ZOHO
        lines.append(clock)
        lines += await look_at_claude(settings.claude)
        if clock.says == UNREACHABLE:
            lines.append(Line("Zoho sign-in", None, "not checked, since Zoho cannot be reached"))
        elif database is not None:
            lines += await _zoho(settings.zoho, database, sign=settings.brief.currency)
    return lines


def _opened(storage: StorageSettings) -> AbstractAsyncContextManager[Database]:
    """The database as it is; if there is none yet, it is created."""
    return open_store_as_it_is(storage) if store_exists(storage) else open_store(storage)


async def _line(what: str, look: Callable[[], Awaitable[str]]) -> Line:
    try:
        return Line(what, True, await look())
    except SergasError as exc:
        return Line(what, False, str(exc))


async def _sealing(database: Database) -> Line:
    async with database.reading() as tx:
        outdated = await tx.sealed.outdated()
    if not database.seal_key_id:
        left = f"; {outdated:,} texts still are: run `sergas seal rotate`" if outdated else ""
        return Line("Sealing", True, f"off: the database holds names and texts in clear (SERGAS_SEAL_KEYS){left}")
    if outdated:
        says = (
            f"{outdated:,} texts are plain or under another key than {database.seal_key_id}; run `sergas seal rotate`."
        )
        return Line("Sealing", False, says)
    return Line("Sealing", True, f"on, key {database.seal_key_id}")


async def _anchor(audit: AuditSettings, storage: StorageSettings) -> str:
    anchors = audit_anchors(audit, storage)
    if anchors is None:
        return "turned off"
    try:
        latest = await anchors.latest()
    except (AnchorsUnavailable, AnchorsDamaged) as exc:
        raise SergasError(str(exc)) from exc
    return f"{anchors.place}, {f'latest anchor: entry {latest.seq}' if latest else 'no anchors yet'}"


async def _slack(slack: SlackSettings, database: Database | None) -> str:
    require(slack, *slack.credentials, "app_token" if slack.mode == "socket" else "signing_secret")
    timeout = aiohttp.ClientTimeout(total=slack.timeout_seconds)
    async with aiohttp.ClientSession(timeout=timeout) as session:
        client = slack_client(slack, session, database)
        try:
            answer = await client.auth_test()
            if slack.mode == "socket":
                await _open_socket(client, slack)
        except SlackApiError as exc:
            code = exc.response.get("error", "?")
            raise SergasError(f"Slack does not accept the bot token ({code}); {_renewal(slack)}.") from exc
        except (SlackClientError, aiohttp.ClientError, TimeoutError) as exc:
            raise SergasError("Slack cannot be reached; check the network and SERGAS_SLACK_API_URL.") from exc
    return f"signed in to {answer.get('team', 'the workspace')}"


def _renewal(slack: SlackSettings) -> str:
    return WHAT_TO_DO if slack.rotates else "install the app again"


async def _open_socket(client: AsyncWebClient, slack: SlackSettings) -> None:
    """Ask for a Socket Mode address without using it: nothing else shows whether the app-level token is right."""
    try:
        await client.apps_connections_open(app_token=slack.app_token.get_secret_value())
    except SlackApiError as exc:
        code = exc.response.get("error", "?")
        raise SergasError(
            f"Slack does not accept the app-level token ({code}); make one with the scope connections:write and set "
            "SERGAS_SLACK_APP_TOKEN."
        ) from exc


async def _clock(zoho: ZohoSettings) -> str:
    """Zoho's `Date` header beside our clock, without signing in."""
    async with open_http(timeout=zoho.timeout_seconds) as http:
        try:
            told = (await http.get(center_of(zoho).accounts_url)).headers.get("Date", "")
            theirs = parsedate_to_datetime(told)
        except httpx.HTTPError as exc:
            raise SergasError(UNREACHABLE) from exc
        except ValueError as exc:
            raise SergasError("Zoho's answer has no date; perhaps it came from something else.") from exc
    apart = abs(datetime.now(UTC) - theirs.replace(tzinfo=theirs.tzinfo or UTC))
    if apart > SKEW:
        raise SergasError(f"This machine's clock is {apart.total_seconds():.0f} s off Zoho's; synchronise it with NTP.")
    return f"{apart.total_seconds():.0f} s from Zoho's"


async def look_at_claude(claude: ClaudeSettings) -> list[Line]:
    """Whether the key is accepted, and each model exists and has a price; one line each."""
    try:
        if not uses_claude(claude):
            return [Line("Claude", True, "not in use: the playbook writes")]
        prices = claude.price_list
    except SergasError as exc:
        return [Line("Claude", False, str(exc))]
    lines = []
    async with open_api(access_of(claude)) as api:
        for name, model in (("small", claude.small), ("strong", claude.strong)):
            try:
                called, price = await api.model(model), prices[model]
            except SergasError as exc:
                lines.append(Line(f"Claude, {name} model", False, str(exc)))
            else:
                told = f"{called} ({model}), ${price.plain:g} in and ${price.output:g} out per million tokens"
                lines.append(Line(f"Claude, {name} model", True, told))
    return lines


async def _zoho(zoho: ZohoSettings, database: Database, *, sign: str) -> list[Line]:
    try:
        zoho = await with_refresh_token(zoho)
        async with open_crm(zoho, database, SystemClock()) as crm:
            token = await crm.rest.signed_in()
            signed = Line("Zoho sign-in", True, f"region {zoho.region}, {httpx.URL(token.api_url).host}")
            fields = zoho.field_map
            modules = await asyncio.gather(*(_module(crm, module, fields) for module in FIELDS))
            admins = await _line("Administrators", lambda: _administrators(crm, zoho))
            return [signed, look_at_scopes(token.scopes, sign=sign), *modules, admins]
    except SergasError as exc:
        return [Line("Zoho sign-in", False, str(exc))]


async def _administrators(crm: ZohoClient, zoho: ZohoSettings) -> str:
    """Whether the settings name active users. Raises: SergasError."""
    if not zoho.administrators and not zoho.admin_profile_ids:
        return "none; set SERGAS_ADMINISTRATORS, so that someone hears of problems and of people who left"
    if unknown := await crm.hurried().unknown_administrators():
        raise SergasError(
            f"no active user of Zoho is or has {', '.join(unknown)}; correct SERGAS_ADMINISTRATORS or SERGAS_ADMIN_PROFILE_IDS."
        )
    return "all that the settings name are active users of Zoho"


def look_at_scopes(granted: Sequence[str], *, sign: str) -> Line:
    """`sign` is the currency's, if the settings name it."""
    if lacking := missing(granted):
        return Line("Zoho scopes", False, f"missing {', '.join(lacking)}; run `sergas zoho login`")
    if (left := untold(granted)) and not sign:
        help_ = "run `sergas zoho login`, or set SERGAS_CURRENCY"
        return Line("Zoho scopes", True, f"amounts have no currency sign without {', '.join(left)}; {help_}")
    return Line("Zoho scopes", True, "complete")


async def _module(crm: ZohoClient, module: str, fields: FieldMap) -> Line:
    """Whether the module exists, with the fields that the bot reads."""
    try:
        answer = await crm.hurried().transport.get("/settings/fields", params={"module": module})
    except CrmRefused as exc:
        return Line(f"Zoho {module}", False, f"{exc} Does the module exist, and can the user see it?")
    except CrmError as exc:
        return Line(f"Zoho {module}", False, str(exc))
    known = {field.get("api_name") for field in rows_of(answer, "fields")}
    absent = [name for name in fields.wanted(module) if name not in known and not _unlisted(name)]
    if lacking := [name for name in absent if name not in fields.optional(module)]:
        help_ = "make it visible to the user in Zoho, or map another field with SERGAS_ZOHO_FIELDS."
        return Line(f"Zoho {module}", False, f"has no field {', '.join(lacking)}; {help_}")
    return Line(
        f"Zoho {module}", True, f"without the custom field {', '.join(absent)}" if absent else "all fields found"
    )


def _unlisted(name: str) -> bool:
    """Whether every record has this field, even if the list of fields leaves it out."""
    return name in UNLISTED or name.startswith("$")
