"""The official conformance suite against our HTTP stack, and docs/mcp.md against what it says."""

from __future__ import annotations

import re

import pytest

from store.domain.access.rules import EVERYONE
from tests.conformance.everything import everything_server
from tests.conformance.stage import reachable
from tests.conformance.suite import VERSIONS, Suite, find_suite
from tests.documents import read, table
from tests.integrations.mcp_servers.host import Host
from tests.integrations.zoho.bench import bench
from tests.integrations.zoho.company import company

PAGE = read("docs/mcp.md")
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def suite() -> Suite:
    found = find_suite()
    if isinstance(found, str):
        pytest.skip(found)
    return found


def listed(version: str, said: str) -> set[str]:
    """The scenarios of which the table says this for a protocol revision."""
    column = 1 + VERSIONS.index(version)
    return {row[0] for row in table(PAGE, "Scenario") if row[column] == said}


@pytest.mark.parametrize("version", VERSIONS)
async def test_the_stack_passes_what_the_page_says_and_no_less(suite: Suite, version: str) -> None:
    async with reachable(everything_server()) as url:
        verdicts = await suite.verdicts(url, version)

    assert {name for name, passed in verdicts.items() if passed} == listed(version, "passed")
    assert {name for name, passed in verdicts.items() if not passed} == listed(version, "does not apply")


@pytest.mark.parametrize("version", VERSIONS)
async def test_the_crm_server_passes_what_asks_for_no_tool_by_name(suite: Suite, version: str) -> None:
    (line,) = [line for line in PAGE.splitlines() if line.startswith(f"- {version}: ")]
    async with bench(company()) as crm, reachable(Host(crm, EVERYONE).server) as url:
        verdicts = await suite.verdicts(url, version)

    assert {name for name, passed in verdicts.items() if passed} >= set(re.findall(r"`([\w-]+)`", line)) != set()


def test_what_does_not_apply_says_why() -> None:
    rows = table(PAGE, "Scenario")
    assert len(rows) > 30
    assert [row[0] for row in rows if ("does not apply" in row) != bool(row[3])] == []
