"""Modals and Home tabs: each person's open ones, with Slack's ids, hashes and stacks."""

from __future__ import annotations

from secrets import token_hex
from typing import Any

from integrations.sandbox.slack.blockkit import view_problems
from integrations.sandbox.slack.changes import Changes
from integrations.sandbox.slack.conversations import complete
from integrations.sandbox.slack.installation import Clock, Installation, Json, Refusal

STACK_LIMIT = 3


class Views:
    """Each person has at most one stack of up to three modals, and one Home tab."""

    def __init__(self, installation: Installation, clock: Clock, changes: Changes) -> None:
        self._installation = installation
        self._clock = clock
        self._changes = changes
        self._stacks: dict[str, list[Json]] = {}
        self._homes: dict[str, Json] = {}

    def stack(self, user_id: str) -> list[Json]:
        """Return the open modals, the front one last."""
        return self._stacks.get(user_id, [])

    def home(self, user_id: str) -> Json | None:
        return self._homes.get(user_id)

    def open(self, user_id: str, view: Any) -> Json:
        """Raises: Refusal `invalid_arguments`."""
        made = self._made(checked(view, "modal"))
        made["root_view_id"] = made["id"]
        self._stacks[user_id] = [made]
        self._changes.touch()
        return made

    def push(self, user_id: str, view: Any) -> Json:
        """Raises: Refusal `invalid_arguments`, `push_limit_reached`; `not_found` if no modal is open."""
        wanted, stack = checked(view, "modal"), self._stacks.get(user_id, [])
        if not stack:
            raise Refusal("not_found")
        if len(stack) >= STACK_LIMIT:
            raise Refusal("push_limit_reached")
        made = self._made(wanted) | {"root_view_id": stack[0]["id"], "previous_view_id": stack[-1]["id"]}
        stack.append(made)
        self._changes.touch()
        return made

    def update(self, standing: Json, view: Any, *, hash: str | None = None) -> Json:
        """Replace an open view, keeping entries in blocks that stay. Raises: Refusal `hash_conflict`."""
        wanted = checked(view, standing["type"])
        if hash and hash != standing["hash"]:
            raise Refusal("hash_conflict")
        fresh = self._made(wanted)
        kept = ("id", "root_view_id", "previous_view_id", "state", "external_id")
        standing.update(fresh | {key: standing[key] for key in kept if key in standing and key not in wanted})
        self._changes.touch()
        return standing

    def publish(self, user_id: str, view: Any, *, hash: str | None = None) -> Json:
        """Raises: Refusal `invalid_arguments`, `hash_conflict`."""
        self._installation.user(user_id)
        standing = self._homes.get(user_id)
        if standing:
            return self.update(standing, view, hash=hash)
        made = self._homes[user_id] = self._made(checked(view, "home"))
        made["root_view_id"] = made["id"]
        self._changes.touch()
        return made

    def find(self, *, view_id: str | None = None, external_id: str | None = None) -> Json:
        """Raises: Refusal `not_found`."""
        everything = [view for stack in self._stacks.values() for view in stack] + [*self._homes.values()]
        for view in everything:
            if (view_id and view["id"] == view_id) or (external_id and view["external_id"] == external_id):
                return view
        raise Refusal("not_found")

    def close(self, user_id: str, *, everything: bool = False) -> None:
        """Close the front modal, or the whole stack."""
        stack = self._stacks.get(user_id, [])
        self._stacks[user_id] = [] if everything else stack[:-1]
        self._changes.touch()

    def _made(self, view: Json) -> Json:
        of = self._installation
        identity = f"V{token_hex(5).upper()}"
        return {
            "id": identity,
            "team_id": of.team_id,
            "private_metadata": "",
            "callback_id": "",
            "title": None,
            "close": None,
            "submit": None,
            "clear_on_close": False,
            "notify_on_close": False,
            "previous_view_id": None,
            "external_id": "",
            "app_id": of.app_id,
            "app_installed_team_id": of.team_id,
            "bot_id": of.bot_id,
            **complete(view, identity),
            "state": {"values": {}},
            "hash": f"{int(self._clock().timestamp())}.{token_hex(4)}",
        }


def checked(view: Any, kind: str) -> Json:
    """Return the view if Slack would accept it. Raises: Refusal `invalid_arguments` with the problems."""
    found = view_problems(view)
    if not found and view["type"] != kind:
        found = [f"[ERROR] expected a view of type {kind} [json-pointer:/view/type]"]
    if found:
        raise Refusal("invalid_arguments", found)
    wanted: Json = view
    return wanted
