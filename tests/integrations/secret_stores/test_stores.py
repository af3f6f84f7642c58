"""Where the refresh token is kept: a file of one's own, or a cloud's secret store, by its own wire."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from integrations.secret_stores import SecretStore, open_store
from store.domain.errors import BadInput, SettingError

SECRET = "1000.refresh.token"


def test_a_file_is_its_owners_alone_and_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "token"
    store = open_store(f"file:{path}")
    assert store is not None
    store.write("first")
    store.write(SECRET)

    assert store.read() == SECRET
    assert path.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in path.parent.iterdir()] == ["token"]


@pytest.mark.parametrize("mode", [0o640, 0o604])
def test_a_file_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "token"
    path.write_text(SECRET)
    path.chmod(mode)
    with pytest.raises(BadInput, match="chmod 600") as told:
        read(f"file:{path}")
    assert SECRET not in str(told.value)


def test_a_file_that_is_not_there_or_empty_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="sergas zoho login"):
        read(f"file:{tmp_path}/none")
    (tmp_path / "empty").touch(mode=0o600)
    with pytest.raises(BadInput, match="is empty"):
        read(f"file:{tmp_path}/empty")


def read(place: str) -> str:
    store = open_store(place)
    assert store is not None
    return store.read()


@pytest.mark.parametrize("place", ["", "file:", "aws", "s3:bucket", "env:x"])
def test_a_place_that_is_none_names_those_that_are(place: str) -> None:
    with pytest.raises(SettingError, match="aws:SECRET_ID"):
        open_store(place)
    assert open_store("env") is None


@pytest.mark.parametrize(
    ("place", "module", "extra"),
    [
        ("aws:x", "boto3", "aws"),
        ("azure:https://v.vault.azure.net/x", "azure.keyvault.secrets", "azure"),
        ("vault:secret/x#k", "hvac", "vault"),
    ],
)
def test_a_library_that_is_not_there_is_named_with_its_extra(
    place: str, module: str, extra: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(BadInput, match=rf"\[{extra}\]"):
        open_store(place)


@asynccontextmanager
async def serving(answer: Callable[[web.Request, Any], web.Response]) -> AsyncIterator[str]:
    """A stand-in for a service; `answer` takes the request and its JSON body."""

    async def handle(request: web.Request) -> web.Response:
        raw = await request.read()
        return answer(request, json.loads(raw) if raw else None)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handle)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def kept(store: SecretStore | None) -> None:
    """Nothing there, then made, then replaced."""
    assert store is not None
    with pytest.raises(BadInput) as told:
        await asyncio.to_thread(store.read)
    assert "refused or failed" in str(told.value)
    for secret in ("first", SECRET):
        await asyncio.to_thread(store.write, secret)
        assert await asyncio.to_thread(store.read) == secret


async def test_aws_secrets_manager(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    held: dict[str, str] = {}

    def answer(request: web.Request, body: Any) -> web.Response:
        assert request.headers["Authorization"].startswith("AWS4-HMAC-SHA256 Credential=key/")
        assert "/eu-west-1/secretsmanager/aws4_request" in request.headers["Authorization"]
        action = request.headers["X-Amz-Target"].removeprefix("secretsmanager.")
        name = body["Name"] if action == "CreateSecret" else body["SecretId"]
        known = {"PutSecretValue", "GetSecretValue", "CreateSecret"}
        assert action in known
        if action != "CreateSecret" and name not in held:
            return web.json_response({"__type": "ResourceNotFoundException", "Message": "no"}, status=400)
        if action != "GetSecretValue":
            held[name] = body["SecretString"]
        return web.json_response(
            {"Name": name, "SecretString": held[name], "ARN": f"arn:aws:x:{name}", "VersionId": "v" * 32}
        )

    async with serving(answer) as url:
        for name, value in {
            "AWS_ENDPOINT_URL": url,
            "AWS_ACCESS_KEY_ID": "key",
            "AWS_SECRET_ACCESS_KEY": "hush",
            "AWS_DEFAULT_REGION": "eu-west-1",
            "AWS_CONFIG_FILE": str(tmp_path / "none"),
        }.items():
            monkeypatch.setenv(name, value)
        await kept(open_store("aws:sergas/zoho"))
    assert held == {"sergas/zoho": SECRET}


async def test_hashicorp_vault_keeps_what_else_stands_under_the_path(monkeypatch: pytest.MonkeyPatch) -> None:
    versions: list[dict[str, str]] = []

    def answer(request: web.Request, body: Any) -> web.Response:
        assert request.headers["X-Vault-Token"] == "hush"
        assert request.path == "/v1/kv/data/sergas/zoho"
        if request.method == "GET":
            if not versions:
                return web.json_response({"errors": []}, status=404)
            return web.json_response({"data": {"data": versions[-1], "metadata": {"version": len(versions)}}})
        if body["options"]["cas"] != len(versions):
            return web.json_response({"errors": ["check-and-set parameter did not match"]}, status=400)
        versions.append(body["data"])
        return web.json_response({"data": {"version": len(versions)}})

    async with serving(answer) as url:
        monkeypatch.setenv("VAULT_ADDR", url)
        monkeypatch.setenv("VAULT_TOKEN", "hush")
        await kept(open_store("vault:kv/sergas/zoho#refresh_token"))
        versions.append({"refresh_token": "old", "other": "stays"})
        store = open_store("vault:kv/sergas/zoho#refresh_token")
        assert store is not None
        await asyncio.to_thread(store.write, SECRET)
    assert versions[-1] == {"refresh_token": SECRET, "other": "stays"}


async def test_azure_key_vault() -> None:
    from azure.core.credentials import AccessToken

    from integrations.secret_stores.cloud import AzureStore

    class Signed:
        def get_token(self, *_scopes: str, **_: Any) -> AccessToken:
            return AccessToken("hush", 4_000_000_000)

    held: dict[str, str] = {}

    def answer(request: web.Request, body: Any) -> web.Response:
        name = request.path.split("/")[2]
        assert request.path.startswith("/secrets/")
        assert "api-version" in request.query
        if request.headers.get("Authorization") != "Bearer hush":
            challenge = 'Bearer authorization="https://login.example/tenant", resource="https://vault.azure.net"'
            return web.Response(status=401, headers={"WWW-Authenticate": challenge})
        if request.method == "PUT":
            held[name] = body["value"]
        if name not in held:
            return web.json_response({"error": {"code": "SecretNotFound", "message": "no"}}, status=404)
        return web.json_response(
            {"value": held[name], "id": f"https://v.vault.azure.net/secrets/{name}/1", "attributes": {}}
        )

    async with serving(answer) as url:
        from azure.core.pipeline.transport import RequestsTransport

        from tests.integrations.secret_stores.plain import OverPlainHttp

        transport = OverPlainHttp(RequestsTransport(), url)
        store = AzureStore(
            "https://v.vault.azure.net/zoho", credential=Signed(), transport=transport, verify_challenge_resource=False
        )
        await kept(store)
    assert held == {"zoho": SECRET}
