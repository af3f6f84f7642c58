"""For whom a tool is called is told by who holds the key, for one tool and for a short time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from integrations.mcp_servers.principals import LIFETIME, META, Principal, Principals, meta_for
from store.domain.errors import Refused

KEY, NOW, TOOL = "k" * 32, datetime(2026, 3, 24, 8, 0, tzinfo=UTC), "cognee_search_memory"


def principals(now: datetime = NOW, **changed: Any) -> Principals:
    return Principals(**{"tenant": "acme", "now": lambda: now, "key": KEY, **changed})


def told(owner_id: str | None = "7", **changed: Any) -> dict[str, Any]:
    given: dict[str, Any] = {"tool": TOOL, "key": KEY, "tenant": "acme", "now": NOW, **changed}
    return meta_for(Principal(owner_id=owner_id), **given)


@pytest.mark.parametrize("owner_id", ["7", None])
def test_who_is_named_by_the_holder_of_the_key_is_whom_it_is_for(owner_id: str | None) -> None:
    assert principals().of(told(owner_id), tool=TOOL).owner_id == owner_id


@pytest.mark.parametrize(
    "meta",
    [
        None,
        {},
        {META: "7"},
        {META: {"owner": "7"}},
        {META: {"owner": 7, "until": 1, "mac": "x"}},
        told(key="another key"),
        told(tenant="another tenant"),
        told(tool="forget_account"),
        {META: {**told()[META], "owner": "8"}},
        {META: {**told()[META], "owner": None}},
        {META: {**told()[META], "until": told()[META]["until"] + 1}},
    ],
)
def test_nobody_else_names_anybody(meta: dict[str, Any] | None) -> None:
    with pytest.raises(Refused, match="does not say for whom"):
        principals().of(meta, tool=TOOL)


def test_a_call_that_comes_too_late_counts_for_nobody() -> None:
    assert principals(NOW + LIFETIME).of(told(), tool=TOOL).owner_id == "7"
    with pytest.raises(Refused, match="too late"):
        principals(NOW + LIFETIME + timedelta(seconds=1)).of(told(), tool=TOOL)


def test_without_a_key_nobody_is_believed() -> None:
    with pytest.raises(Refused):
        principals(key="").of(told(key=""), tool=TOOL)


def test_a_server_for_one_owner_serves_that_owner_whatever_a_call_says() -> None:
    assert principals(fixed=Principal(owner_id="9")).of(told("7"), tool=TOOL).owner_id == "9"
