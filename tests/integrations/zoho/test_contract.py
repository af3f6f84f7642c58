"""What we send, held against Zoho's own OpenAPI files where they lie beside the repository."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from integrations.zoho.writing.kind import zoho_kinds
from store.domain.crm.accounts import Stream
from store.domain.gate.write import Write
from tests.integrations.zoho.bench import Bench
from tests.integrations.zoho.changes import DESCRIBED, NOTE, TASK, UPDATE, approved

CONTRACTS = Path(__file__).parents[4] / "shared" / "contracts" / "zoho"
pytestmark = pytest.mark.skipif(not CONTRACTS.is_dir(), reason="Zoho's OpenAPI files are not beside the repository")


@pytest.mark.parametrize(
    ("write", "contract", "path", "method"),
    [
        (TASK, "record", "/{module}", "post"),
        (NOTE, "notes", "/Notes", "post"),
        (UPDATE, "record", "/{module}/{recordID}", "put"),
        (DESCRIBED, "record", "/{module}/{recordID}", "put"),
    ],
)
def test_a_write_is_a_request_that_zoho_describes(write: Write, contract: str, path: str, method: str) -> None:
    request = zoho_kinds()[write.kind].request(write, approved(write))
    check(request.json, contract=contract, path=path, method=method)


async def test_every_query_of_a_sync_is_a_request_that_zoho_describes(crm: Bench) -> None:
    for stream in Stream:
        async for _ in crm.client.changed(stream, since=None):
            pass
    sent = crm.sent("/coql")
    assert len(sent) == len(Stream)
    for request in sent:
        check(json.loads(request.content), contract="coql", path="/coql", method="post")


def check(body: object, *, contract: str, path: str, method: str) -> None:
    document: dict[str, Any] = json.loads((CONTRACTS / f"zoho-crm-{contract}-openapi.json").read_text())
    schema = document["paths"][path][method]["requestBody"]["content"]["application/json"]["schema"]
    jsonschema.Draft202012Validator({**schema, "components": document["components"]}).validate(body)
