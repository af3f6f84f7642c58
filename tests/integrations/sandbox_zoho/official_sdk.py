"""Zoho's own Python SDK, pointed at a sandbox. It is synchronous and keeps one client for the process: use it in a thread.

An `Environment` takes any address, so nothing of the SDK is changed. It knows Zoho's addresses by heart only to tell the data
centres apart; where it meets another one it keeps the environment it was given.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from zohocrmsdk.src.com.zoho.api.authenticator.oauth_token import OAuthToken
from zohocrmsdk.src.com.zoho.api.authenticator.store import TokenStore
from zohocrmsdk.src.com.zoho.crm.api import HeaderMap, Initializer, ParameterMap
from zohocrmsdk.src.com.zoho.crm.api.bulk_read import BodyWrapper as JobWrapper
from zohocrmsdk.src.com.zoho.crm.api.bulk_read import BulkReadOperations, Query
from zohocrmsdk.src.com.zoho.crm.api.dc import DataCenter
from zohocrmsdk.src.com.zoho.crm.api.modules import MinifiedModule
from zohocrmsdk.src.com.zoho.crm.api.record import BodyWrapper, GetRecordsParam, Record, RecordOperations
from zohocrmsdk.src.com.zoho.crm.api.sdk_config import SDKConfig
from zohocrmsdk.src.com.zoho.crm.api.util import Choice

from integrations.sandbox.zoho import ZohoSandbox


class _InMemory(TokenStore):  # type: ignore[misc]  # the SDK has no types
    """Where the SDK keeps its token: nowhere else than here."""

    def __init__(self) -> None:
        self._token: Any = None

    def find_token(self, token: Any) -> Any:
        return self._token

    def find_token_by_id(self, id: str) -> Any:
        return self._token

    def save_token(self, token: Any) -> None:
        self._token = token

    def delete_token(self, id: str) -> None:
        self._token = None

    def get_tokens(self) -> list[Any]:
        return [self._token] if self._token else []

    def delete_tokens(self) -> None:
        self._token = None


def sign_in(sandbox: ZohoSandbox, folder: Path) -> None:
    """Sign this thread in; the SDK keeps what it learns of the fields in `folder`."""
    known = sandbox.credentials
    Initializer.initialize(
        DataCenter.Environment(sandbox.url, f"{sandbox.url}/oauth/v2/token", sandbox.url),
        OAuthToken(client_id=known.client_id, client_secret=known.client_secret, refresh_token=known.refresh_token),
        store=_InMemory(),
        sdk_config=SDKConfig(pick_list_validation=False),
        resource_path=str(folder),
    )


def records(module: str, fields: str) -> dict[str, dict[str, Any]]:
    """The first page of a list, by id."""
    asked = ParameterMap()
    asked.add(GetRecordsParam.fields, fields)
    answer = RecordOperations(module).get_records(asked, HeaderMap()).get_object()
    return {str(one.get_id()): {**one.get_key_values()} for one in answer.get_data()}


def create_task(subject: str, account_id: str) -> str:
    """A task on an account; its id."""
    what = Record()
    what.set_id(int(account_id))
    task = Record()
    for name, value in (("Subject", subject), ("What_Id", what), ("$se_module", "Accounts")):
        task.add_key_value(name, value)
    return str(
        RecordOperations("Tasks")
        .create_records(_body(task), HeaderMap())
        .get_object()
        .get_data()[0]
        .get_details()["id"]
    )


def rate(account_id: str, rating: str) -> int:
    """The status of an update of one account."""
    account = Record()
    account.add_key_value("Rating", Choice(rating))
    status: int = (
        RecordOperations("Accounts").update_record(int(account_id), _body(account), HeaderMap()).get_status_code()
    )
    return status


def count(module: str) -> int:
    counted: int = RecordOperations(module).record_count(ParameterMap()).get_object().get_count()
    return counted


def bulk_read(module: str, fields: list[str], folder: Path) -> Path:
    """The zip that a bulk read job of one module leaves behind."""
    named = MinifiedModule()
    named.set_api_name(module)
    query = Query()
    query.set_module(named)
    query.set_fields(fields)
    asked = JobWrapper()
    asked.set_query(query)
    jobs = BulkReadOperations()
    job = int(jobs.create_bulk_read_job(asked).get_object().get_data()[0].get_details()["id"])
    while jobs.get_bulk_read_job_details(job).get_object().get_data()[0].get_state().get_value() != "COMPLETED":
        pass
    file = jobs.download_result(job).get_object().get_file()
    packed = folder / f"{job}.zip"
    packed.write_bytes(b"".join(file.get_stream()))
    return packed


def plain(value: Any) -> Any:
    """A value of the SDK as its JSON has it: a choice is its text, a reference its id."""
    if isinstance(value, Choice):
        return value.get_value()
    return str(value.get_id()) if hasattr(value, "get_id") else value


def _body(record: Any) -> Any:
    body = BodyWrapper()
    body.set_data([record])
    body.set_trigger([])
    return body
