"""Users, organisation and metadata."""

from __future__ import annotations

from tests.integrations.sandbox_zoho.company import ADA, BEN, EVE, Wire


async def test_users_are_listed_by_type(wire: Wire) -> None:
    async def ids(kind: str) -> list[str]:
        return [user["id"] for user in (await wire.get("/users", type=kind)).json()["users"]]

    assert await ids("AllUsers") == [ADA, BEN, EVE]
    assert await ids("ActiveUsers") == [ADA, BEN]
    assert await ids("AdminUsers") == await ids("CurrentUser") == [ADA]
    assert (await wire.get("/users", type="Nobody")).json()["code"] == "INVALID_DATA"


async def test_users_come_in_pages(wire: Wire) -> None:
    pages = [(await wire.get("/users", per_page=2, page=page)).json() for page in (1, 2)]
    assert [page["info"]["more_records"] for page in pages] == [True, False]
    assert [user["id"] for page in pages for user in page["users"]] == [ADA, BEN, EVE]
    assert (await wire.get("/users", per_page=2, page=3)).status_code == 204


async def test_a_user_has_a_zone_a_manager_and_a_status(wire: Wire) -> None:
    ben = (await wire.get(f"/users/{BEN}")).json()["users"][0]
    assert (ben["time_zone"], ben["Reporting_To"], ben["status"]) == ("America/New_York", ADA, "active")
    eve = (await wire.get(f"/users/{EVE}")).json()["users"][0]
    assert eve["status"] == "disabled"
    assert (await wire.get("/users/77")).status_code == 204


async def test_the_organisation_has_the_companys_name_and_currency(wire: Wire) -> None:
    org = (await wire.get("/org")).json()["org"][0]
    assert (org["company_name"], org["currency"]) == ("Test & Sons", "USD")


async def test_fields_tell_types_choices_and_which_are_custom(wire: Wire) -> None:
    fields = {
        field["api_name"]: field for field in (await wire.get("/settings/fields", module="Contacts")).json()["fields"]
    }
    assert fields["Buying_Role"]["custom_field"]
    assert [value["actual_value"] for value in fields["Buying_Role"]["pick_list_values"]] == [
        "Sponsor", "Champion", "Decision maker", "User", "Gatekeeper",
    ]  # fmt: skip
    assert fields["Account_Name"]["lookup"]["module"]["api_name"] == "Accounts"
    assert fields["Last_Name"]["system_mandatory"]
    assert "$se_module" not in fields


async def test_a_layout_and_the_pipeline_tell_what_each_stage_means(wire: Wire) -> None:
    layout = (await wire.get("/settings/layouts", module="Deals")).json()["layouts"][0]
    stage = next(field for field in layout["sections"][0]["fields"] if field["api_name"] == "Stage")
    meaning = {value["actual_value"]: value["forecast_type"] for value in stage["pick_list_values"]}
    assert (meaning["Qualification"], meaning["Closed Won"], meaning["Closed Lost"]) == (
        "Open",
        "Closed Won",
        "Closed Lost",
    )
    pipeline = (await wire.get("/settings/pipeline", layout_id=layout["id"])).json()["pipeline"][0]
    assert {stage["actual_value"]: stage["forecast_type"] for stage in pipeline["maps"]} == meaning


async def test_a_module_must_be_named_and_exist(wire: Wire) -> None:
    assert (await wire.get("/settings/fields")).json()["code"] == "REQUIRED_PARAM_MISSING"
    assert (await wire.get("/settings/fields", module="Nonsense")).json()["code"] == "INVALID_DATA"
