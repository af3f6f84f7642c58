"""The sandbox Slack as one server on the loopback interface, with the same actions in Python for tests."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

from aiohttp import web

from integrations.doors.keeper import Doorkeeper
from integrations.doors.on_aiohttp import GuardedRunner, at_the_door
from integrations.sandbox.slack import hands, page_api, web_api
from integrations.sandbox.slack.changes import Changes
from integrations.sandbox.slack.conversations import Conversations
from integrations.sandbox.slack.courier import Carrier, Courier, Parcel, Receipt
from integrations.sandbox.slack.faults import Faults
from integrations.sandbox.slack.forms import Values
from integrations.sandbox.slack.installation import Clock, Installation, Json, SlackUser
from integrations.sandbox.slack.rates import Rates
from integrations.sandbox.slack.rotation import Rotation
from integrations.sandbox.slack.signed_http import SignedHttp
from integrations.sandbox.slack.socket_mode import SocketMode
from integrations.sandbox.slack.tickets import ResponseTickets, Triggers
from integrations.sandbox.slack.views import Views
from integrations.sandbox.slack.workspace import Workspace
from store.domain.errors import BadInput

Inspector = Callable[[str], Awaitable[Mapping[str, Any]]]

COMMANDS: Mapping[str, str] = {"/review-account": "[account name]"}
SLACKS_RETRIES = (0.0, 60.0, 300.0)


class SlackSandbox:
    """A workspace with one app and these people.

    `delivery` selects how to reach the app: over the sockets it opens, or at `request_url`. `inspector` returns, by a
    person's e-mail address, the CRM, the audit trail and their e-mails, and may be set later, as `mailbox`, which returns one of
    these as HTML. `clock` returns the present, aware; `ack_timeout` and `retry_delays` are in seconds. `rates` are Slack's own if
    not given. With `rotates`, the app has token rotation (`rotation`), and `bot_token` is not taken.
    """

    def __init__(
        self,
        *,
        users: Sequence[SlackUser],
        clock: Clock,
        team_id: str = "T0SERGAS",
        bot_token: str = "xoxb-sandbox",  # noqa: S107 - a made-up token of the sandbox
        app_token: str = "xapp-sandbox",  # noqa: S107 - of a sandbox, and no secret
        signing_secret: str = "sandbox-signing-secret",  # noqa: S107 - of a sandbox, and no secret
        delivery: Literal["socket", "http"] = "socket",
        request_url: str | None = None,
        inspector: Inspector | None = None,
        commands: Mapping[str, str] = COMMANDS,
        ack_timeout: float = 3.0,
        retry_delays: Sequence[float] = SLACKS_RETRIES,
        rates: Rates | None = None,
        rotates: bool = False,
        organisation: str | None = None,
    ) -> None:
        secrets = {"bot_token": bot_token, "app_token": app_token, "signing_secret": signing_secret}
        installation = Installation(users=tuple(users), team_id=team_id, organisation=organisation, **secrets)
        changes, self.faults, self.rates = Changes(), Faults(), rates or Rates()
        sockets = SocketMode(installation.app_id, changes, ack_timeout=ack_timeout)
        self._http = SignedHttp(signing_secret, request_url=request_url, ack_timeout=ack_timeout)
        carrier: Carrier = sockets if delivery == "socket" else self._http
        self.workspace = Workspace(
            installation=installation,
            clock=clock,
            changes=changes,
            faults=self.faults,
            rates=self.rates,
            rotation=Rotation(clock) if rotates else None,
            conversations=Conversations(installation, clock, changes),
            views=Views(installation, clock, changes),
            triggers=Triggers(clock),
            response_tickets=ResponseTickets(clock),
            sockets=sockets,
            courier=Courier(carrier, self.faults, retry_delays=retry_delays),
            commands=commands,
        )
        self.inspector = inspector
        self.mailbox: page_api.Mailbox | None = None
        self._runner: web.AppRunner | None = None

    async def start(self, host: str = "127.0.0.1", port: int = 0, *, names: Collection[str] = ()) -> SlackSandbox:
        """Listen; port 0 takes a free one. `names` are host names of clients besides this machine's own and `host`.
        Raises: BadInput if the port is taken."""
        keeper = Doorkeeper("sandbox.slack")
        app = web.Application(middlewares=[at_the_door(keeper, names=[host, *names])], client_max_size=2**20)
        app.add_routes([web.get("/link", self.workspace.sockets.link), *web_api.routes(self.workspace)])
        app.add_routes(page_api.routes(self.workspace, self._inspect, self._letter))
        self._runner = GuardedRunner(app, keeper, shutdown_timeout=0.1)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, host, port).start()
        except OSError as exc:
            await self._runner.cleanup()
            raise BadInput(f"Port {port} of {host} is not available; choose another port.") from exc
        self.workspace.url = f"http://{host}:{self._runner.addresses[0][1]}"
        return self

    async def stop(self) -> None:
        await self.workspace.courier.stop()
        await self.workspace.sockets.stop()
        if self._runner:
            await self._runner.cleanup()

    @property
    def url(self) -> str:
        return self.workspace.url

    @property
    def api_url(self) -> str:
        """The base address for a Slack SDK client."""
        return f"{self.url}/api/"

    @property
    def bot_token(self) -> str:
        return self.workspace.installation.bot_token

    @property
    def rotation(self) -> Rotation:
        """Where the app has token rotation."""
        assert self.workspace.rotation is not None
        return self.workspace.rotation

    @property
    def app_token(self) -> str:
        return self.workspace.installation.app_token

    @property
    def signing_secret(self) -> str:
        return self.workspace.installation.signing_secret

    @property
    def request_url(self) -> str | None:
        """Where to send signed HTTP; may be set once the app listens."""
        return self._http.request_url

    @request_url.setter
    def request_url(self, address: str) -> None:
        self._http.request_url = address

    @property
    def calls(self) -> list[tuple[str, Json]]:
        """Every Web API call in order, with its arguments but without its token."""
        return self.workspace.calls

    @property
    def deliveries(self) -> list[tuple[Parcel, Receipt]]:
        """Every attempt to deliver a payload to the app, with its outcome."""
        return self.workspace.courier.deliveries

    def channel(self, user_id: str) -> str:
        """The id of a person's conversation with the app."""
        return self.workspace.conversations.of(user_id).id

    def messages(self, channel: str) -> list[Json]:
        """Return all messages of a conversation, including threads, in the order of posting."""
        return list(self.workspace.conversations.find(channel).messages.values())

    def dm(self, user_id: str) -> list[Json]:
        """All messages between a person and the app."""
        return self.messages(user_id)

    def ephemerals(self, user_id: str) -> list[Json]:
        return list(self.workspace.conversations.of(user_id).ephemerals.values())

    def warnings(self, user_id: str) -> set[str]:
        """The messages and views that show the warning triangle, by ts or view id."""
        return self.workspace.conversations.of(user_id).warnings

    def modal(self, user_id: str) -> Json | None:
        """Return a person's front modal."""
        stack = self.workspace.views.stack(user_id)
        return stack[-1] if stack else None

    def home_view(self, user_id: str) -> Json | None:
        return self.workspace.views.home(user_id)

    async def click(
        self,
        user_id: str,
        action_id: str,
        *,
        ts: str | None = None,
        block_id: str | None = None,
        value: Any = None,
        channel: str | None = None,
    ) -> Receipt:
        """Use an element of a message: the newest that has it, or the one at `ts`. `value` is the choice, or identifies one
        of several buttons. `channel` is another person's conversation, for presses that Slack would prevent."""
        of = self.workspace
        conversation = of.conversations.find(channel or user_id)
        user = of.installation.user(user_id)
        return await hands.press(of, user, conversation, action_id=action_id, ts=ts, block_id=block_id, value=value)

    async def click_in_view(
        self,
        user_id: str,
        action_id: str,
        *,
        view_id: str | None = None,
        block_id: str | None = None,
        value: Any = None,
        values: Values | None = None,
    ) -> Receipt:
        """Use an element of the front modal, or else of the Home tab."""
        view = self.modal(user_id) or self.home_view(user_id) or {"id": ""}
        user = self.workspace.installation.user(user_id)
        return await hands.press_in_view(
            self.workspace,
            user,
            view_id or view["id"],
            action_id=action_id,
            block_id=block_id,
            value=value,
            values=values,
        )

    async def submit(self, user_id: str, values: Values, *, view_id: str | None = None) -> hands.Submitted:
        """Submit the front modal with `values`: block_id -> action_id -> entry."""
        of = self.workspace
        return await hands.submit(of, of.installation.user(user_id), view_id or self._front(user_id), values)

    async def close(self, user_id: str, *, everything: bool = False) -> None:
        of = self.workspace
        await hands.close(of, of.installation.user(user_id), self._front(user_id), everything=everything)

    async def message(self, user_id: str, text: str, *, thread_ts: str | None = None, **how: Any) -> Json:
        """Write to the app; the event is on its way when this returns (see `settled`). `how` is as for `hands.write`."""
        by = self.workspace.installation.user(user_id)
        return hands.write(self.workspace, by, text, thread_ts=thread_ts, **how)

    def take_back(self, user_id: str, ts: str) -> None:
        """Delete a message of a person's conversation, as the person does with their own and an administrator with any."""
        channel = self.workspace.conversations.of(user_id)
        self.workspace.conversations.delete(channel, channel.message(ts))

    async def command(self, user_id: str, command: str, text: str = "") -> Receipt:
        return await hands.command(self.workspace, self.workspace.installation.user(user_id), command, text)

    async def home(self, user_id: str, *, tab: str = "home") -> None:
        hands.open_home(self.workspace, self.workspace.installation.user(user_id), tab=tab)

    def deactivate(self, user_id: str) -> None:
        """Close a person's account as an administrator, as when they leave."""
        self.workspace.installation.deactivated.add(user_id)

    def change_user(self, user_id: str, **fields: Any) -> None:
        """Change what the directory says of a person, as an administrator may: their address, or that they are a guest now."""
        of = self.workspace.installation
        of.changed[user_id] = replace(of.user(user_id), **fields)

    async def disconnect(self, reason: str = "refresh_requested", *, closing: bool = True) -> None:
        """Announce a disconnect to the app's sockets and close them (or only announce it, as `warning` does)."""
        await self.workspace.sockets.disconnect(reason, closing=closing)

    async def connected(self, *, timeout: float = 5.0) -> None:
        """Wait until the app has a socket open. Raises: TimeoutError."""
        await self.until(lambda: self.workspace.sockets.connections > 0, timeout=timeout)

    async def settled(self) -> None:
        """Wait until no delivery is in progress."""
        await self.workspace.courier.settled()

    async def until(self, holds: Callable[[], bool], *, timeout: float = 30.0) -> None:
        """Wait until something holds in the workspace, checking at each change. Raises: TimeoutError."""
        await self.workspace.changes.until(holds, timeout=timeout)

    def touch(self) -> None:
        """Refresh open pages after a change outside Slack (the CRM, the audit trail)."""
        self.workspace.changes.touch()

    async def _inspect(self, email: str) -> Mapping[str, Any]:
        return await self.inspector(email) if self.inspector else {"records": [], "audit": [], "audit_ok": True}

    def _letter(self, email: str, mail_id: str) -> str | None:
        return self.mailbox(email, mail_id) if self.mailbox else None

    def _front(self, user_id: str) -> str:
        view = self.modal(user_id)
        return view["id"] if view else ""
