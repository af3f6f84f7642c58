"""Several sales pipelines that share stages."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from integrations.sandbox.history import PipelineDef
from integrations.sandbox.zoho import ZohoSandbox
from tests.integrations.sandbox_zoho.company import DEAL, StillClock, Wire, company, running
from tests.integrations.sandbox_zoho.contract import CONTRACTS, problems

ENTERPRISE = PipelineDef(
    name="Enterprise", stages=("Qualification", "Needs Analysis", "Negotiation/Review", "Closed Won", "Closed Lost")
)
RENEWALS = PipelineDef(name="Renewals", stages=("Negotiation/Review", "Qualification", "Closed Won", "Closed Lost"))


@pytest.fixture
async def both() -> AsyncIterator[Wire]:
    async with running(pipelines=(ENTERPRISE, RENEWALS)) as made:
        yield made


async def layout_of(wire: Wire) -> dict[str, Any]:
    layout: dict[str, Any] = (await wire.get("/settings/layouts", module="Deals")).json()["layouts"][0]
    return layout


async def test_each_pipeline_lists_its_stages_in_its_own_order(both: Wire) -> None:
    layout = await layout_of(both)
    told = (await both.get("/settings/pipeline", layout_id=layout["id"])).json()["pipeline"]
    assert {one["actual_value"]: tuple(stage["actual_value"] for stage in one["maps"]) for one in told} == {
        "Enterprise": ENTERPRISE.stages,
        "Renewals": RENEWALS.stages,
    }
    assert [one["default"] for one in told] == [True, False]
    ids = [{stage["actual_value"]: stage["id"] for stage in one["maps"]} for one in told]
    assert ids[0]["Qualification"] == ids[1]["Qualification"]


async def test_a_layout_says_which_stages_a_pipeline_offers_and_lists_those_of_all(both: Wire) -> None:
    fields = {field["api_name"]: field for field in (await layout_of(both))["sections"][0]["fields"]}
    offered = {
        one["actual_value"]: tuple(stage["actual_value"] for stage in one["maps"][0]["pick_list_values"])
        for one in fields["Pipeline"]["pick_list_values"]
    }
    assert offered == {"Enterprise": ENTERPRISE.stages, "Renewals": RENEWALS.stages}
    assert {one["actual_value"] for one in fields["Stage"]["pick_list_values"]} >= set(ENTERPRISE.stages)


@pytest.mark.parametrize(
    "record",
    [
        {"Pipeline": "Renewals"},  # the deal is in Needs Analysis
        {"Pipeline": "Renewals", "Stage": "Value Proposition"},
        {"Pipeline": "Partners", "Stage": "Qualification"},
    ],
)
async def test_a_deal_is_only_in_a_stage_of_its_pipeline(both: Wire, record: dict[str, str]) -> None:
    refused = (await both.put(f"/Deals/{DEAL}", record)).json()["data"][0]
    assert (refused["code"], refused["details"]["expected_data_type"]) == ("INVALID_DATA", "picklist")
    assert (await both.get(f"/Deals/{DEAL}")).json()["data"][0]["Pipeline"] is None


async def test_a_deal_moves_to_another_pipeline_with_a_stage_of_it_and_its_history_says_so(both: Wire) -> None:
    await both.put(f"/Deals/{DEAL}", {"Pipeline": "Enterprise"})
    moved = await both.put(f"/Deals/{DEAL}", {"Pipeline": "Renewals", "Stage": "Qualification"})
    assert moved.json()["data"][0]["code"] == "SUCCESS"
    changes = both.sandbox.history("Deals", DEAL)[0]["field_history"]
    assert {each["api_name"]: each["_value"] for each in changes if each["api_name"] == "Pipeline"} == {
        "Pipeline": {"old": "Enterprise", "new": "Renewals"}
    }
    found = await both.coql("select id, Pipeline from Deals where Pipeline = 'Renewals'")
    assert found.json()["data"] == [{"id": DEAL, "Pipeline": "Renewals"}]


@pytest.mark.skipif(not CONTRACTS.is_dir(), reason="Zoho's OpenAPI files are not beside the repository")
async def test_pipelines_answer_as_the_contracts_say(both: Wire) -> None:
    layouts = await both.get("/settings/layouts", module="Deals")
    assert problems(layouts, contract="layouts", path="/settings/layouts") == []
    answer = await both.get("/settings/pipeline", layout_id=layouts.json()["layouts"][0]["id"])
    assert problems(answer, contract="pipeline", path="/settings/pipeline") == []


async def test_a_field_hidden_from_our_profile_is_unknown_and_keeps_its_values(both: Wire) -> None:
    await both.put(f"/Deals/{DEAL}", {"Pipeline": "Enterprise"})
    both.sandbox.hide_field("Deals", "Pipeline")
    listed = (await both.get("/settings/fields", module="Deals")).json()["fields"]
    assert "Pipeline" not in {field["api_name"] for field in listed}
    assert (await both.coql("select Pipeline from Deals where id > 0")).json()["code"] == "INVALID_QUERY"
    assert "Pipeline" not in (await both.get(f"/Deals/{DEAL}")).json()["data"][0]


async def test_a_sandbox_file_keeps_the_companys_pipelines(tmp_path: Path) -> None:
    path = tmp_path / "crm.db"
    made = ZohoSandbox(replace(company(), pipelines=(ENTERPRISE,)), clock=StillClock().now, path=path)
    await made.stop()
    again = ZohoSandbox(None, clock=StillClock().now, path=path)
    await again.stop()
    assert again.company.pipelines == (ENTERPRISE,)
