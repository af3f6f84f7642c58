"""Every kind of answer, held against Zoho's own OpenAPI files."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integrations.sandbox_zoho.company import ACME, BEN, DEAL, NOTE, TASK, Wire
from tests.integrations.sandbox_zoho.contract import CONTRACTS, problems

pytestmark = pytest.mark.skipif(not CONTRACTS.is_dir(), reason="Zoho's OpenAPI files are not beside the repository")

RELATED = "/{parentRecordModule}/{parentRecord}/{relatedList}"
RELATED_NOTES = "/{parentRecordModule}/{parentRecordId}/Notes"
READS: list[tuple[str, str, str, dict[str, Any]]] = [
    ("users", "/users", "/users", {"type": "AllUsers"}),
    ("users", "/users", "/users", {"type": "CurrentUser"}),
    ("users", "/users/{user}", f"/users/{BEN}", {}),
    ("org", "/org", "/org", {}),
    ("modules", "/settings/modules", "/settings/modules", {}),
    ("fields", "/settings/fields", "/settings/fields", {"module": "Deals"}),
    ("fields", "/settings/fields", "/settings/fields", {"module": "Contacts"}),
    ("layouts", "/settings/layouts", "/settings/layouts", {"module": "Deals"}),
    ("record", "/{module}", "/Deals", {"fields": "Deal_Name,Owner,Stage"}),
    ("record", "/{module}", "/Deals", {}),
    ("record", "/{module}", "/Nonsense", {"fields": "id"}),
    ("record", "/{module}", "/Deals", {"fields": "id", "per_page": 200, "page": 11}),
    ("record", "/{module}/{recordID}", f"/Accounts/{ACME}", {}),
    ("record", "/{module}/deleted", "/Accounts/deleted", {"type": "all"}),
    ("record", "/{module}/deleted", "/Accounts/deleted", {"type": "some"}),
    ("notes", "/Notes", "/Notes", {"fields": "Note_Title,Note_Content,Parent_Id"}),
    ("notes", "/Notes", "/Notes", {}),
    ("related-notes", RELATED_NOTES, f"/Accounts/{ACME}/Notes", {"fields": "Note_Title,Parent_Id"}),
    ("related-records", RELATED, f"/Accounts/{ACME}/Tasks", {"fields": "Subject"}),
    ("related-records", RELATED, f"/Accounts/{ACME}/Tasks", {}),
    ("related-records", RELATED, f"/Deals/{DEAL}/Calls", {"fields": "Subject"}),
    ("timelines", "/{module}/{recordId}/__timeline", f"/Deals/{DEAL}/__timeline", {}),
    ("module-search", "/{module}/search", "/Accounts/search", {"criteria": "(Account_Name:equals:Acme)"}),
    ("module-search", "/{module}/search", "/Accounts/search", {"word": "nothing"}),
    ("module-search", "/{module}/search", "/Accounts/search", {}),
    ("module-search", "/{module}/search", "/Notes/search", {"word": "x"}),
]  # fmt: skip

QUERIES = [
    "select Deal_Name, Owner, Account_Name, Account_Name.Account_Name from Deals where Amount > 10",
    "select COUNT(id), Stage from Deals where id is not null group by Stage",
    "select id from Deals where Amount > 1000000000",
    "select id from Deals",
    "select id frm Deals",
    "select Nonsense from Deals where id > 0",
    "select id from Nonsense where id > 0",
    "select id from Deals where Description = 'x'",
    "select id from Deals where Amount > 'much'",
    "select id from Deals where id > 0 limit 2001",
]


@pytest.mark.parametrize(("contract", "operation", "path", "params"), READS, ids=lambda part: str(part))
async def test_reads_answer_as_the_contract_says(
    wire: Wire, contract: str, operation: str, path: str, params: dict[str, Any]
) -> None:
    assert problems(await wire.get(path, **params), contract=contract, path=operation) == []


@pytest.mark.parametrize("query", QUERIES)
async def test_queries_answer_as_the_contract_says(wire: Wire, query: str) -> None:
    assert problems(await wire.coql(query), contract="coql", path="/coql", method="post") == []


async def test_the_pipeline_answers_as_the_contract_says(wire: Wire) -> None:
    layout = (await wire.get("/settings/layouts", module="Deals")).json()["layouts"][0]["id"]
    for layout_id in (layout, "1"):
        answer = await wire.get("/settings/pipeline", layout_id=layout_id)
        assert problems(answer, contract="pipeline", path="/settings/pipeline") == []


@pytest.mark.parametrize(
    ("module", "record"),
    [
        ("Tasks", {"Subject": "Call", "What_Id": {"id": ACME}, "$se_module": "Accounts"}),
        ("Tasks", {"Status": "Not Started"}),
        ("Tasks", {"Subject": "Call", "Status": "Perhaps"}),
        ("Accounts", {"Account_Name": "x" * 201}),
    ],
)
async def test_creations_answer_as_the_contract_says(wire: Wire, module: str, record: dict[str, Any]) -> None:
    answer = await wire.post(f"/{module}", record)
    assert problems(answer, contract="record", path="/{module}", method="post") == []


@pytest.mark.parametrize(
    "record",
    [{"Note_Content": "Hi", "Parent_Id": {"module": {"api_name": "Accounts"}, "id": ACME}}, {"Note_Content": "Hi"}],
)
async def test_notes_are_created_as_the_contract_says(wire: Wire, record: dict[str, Any]) -> None:
    assert problems(await wire.post("/Notes", record), contract="notes", path="/Notes", method="post") == []


async def test_a_partly_refused_creation_of_notes_answers_as_the_contract_says(wire: Wire) -> None:
    good = {"Note_Content": "Hi", "Parent_Id": {"module": {"api_name": "Accounts"}, "id": ACME}}
    answer = await wire.post("/Notes", good, {"Note_Content": "Hi"})
    assert answer.status_code == 207
    assert problems(answer, contract="notes", path="/Notes", method="post") == []


@pytest.mark.parametrize("since", ["2025-01-01T00:00:00+00:00", "2025-06-02T08:00:00+00:00"])
async def test_updates_answer_as_the_contract_says(wire: Wire, since: str) -> None:
    answer = await wire.put(f"/Accounts/{ACME}", {"Rating": "Active"}, headers={"If-Unmodified-Since": since})
    assert problems(answer, contract="record", path="/{module}/{recordID}", method="put") == []


async def test_deletions_answer_as_the_contract_says(wire: Wire) -> None:
    for path, params in ((f"/Tasks/{TASK}", {"wf_trigger": "false"}), (f"/Tasks/{TASK}", {}), ("/Tasks/none", {})):
        answer = await wire.delete(path, **params)
        assert problems(answer, contract="record", path="/{module}/{recordID}", method="delete") == []
    for path in (f"/Notes/{NOTE}", f"/Notes/{NOTE}"):
        answer = await wire.delete(path)
        assert problems(answer, contract="notes", path="/Notes/{id}", method="delete") == []
    answer = await wire.delete("/Notes", ids=NOTE)
    assert problems(answer, contract="notes", path="/Notes", method="delete") == []
    listed = await wire.get("/Tasks/deleted", type="all")
    assert problems(listed, contract="record", path="/{module}/deleted") == []
