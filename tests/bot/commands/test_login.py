"""`sergas zoho login`, as an operator runs it."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from bot.commands.zoho import run_login
from bot.settings import load_settings
from bot.wiring.crm import with_refresh_token
from integrations.zoho.sign_in.scopes import SCOPES
from store.domain.errors import BadInput, CrmAuth
from tests.flows.stage import Stage


async def test_login_keeps_the_token_in_a_file_and_the_bot_finds_it_there(
    made: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SERGAS_ZOHO_REFRESH_TOKEN_STORE", f"file:{tmp_path}/token")
    monkeypatch.setenv("SERGAS_ZOHO_REFRESH_TOKEN", "")
    known, code = made.zoho.credentials, made.zoho.generate_code(",".join(SCOPES))

    assert await run_login(browser=False, code=code, port=0) == 0

    assert known.refresh_token not in capsys.readouterr().out
    assert (tmp_path / "token").stat().st_mode & 0o777 == 0o600
    found = await with_refresh_token(load_settings().zoho)
    assert found.refresh_token.get_secret_value() == known.refresh_token


async def test_login_with_too_wide_a_code_keeps_nothing(
    made: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SERGAS_ZOHO_REFRESH_TOKEN_STORE", f"file:{tmp_path}/token")
    with pytest.raises(CrmAuth, match=r"lacks|more scopes than"):
        await run_login(browser=False, code=made.zoho.credentials.code, port=0)
    assert not (tmp_path / "token").exists()


async def test_login_without_a_store_prints_the_line_to_set(
    made: Stage, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    known, code = made.zoho.credentials, made.zoho.generate_code(",".join(SCOPES))

    await run_login(browser=False, code=None, port=0, ask=lambda _: f" {code}\n")

    assert f"SERGAS_ZOHO_REFRESH_TOKEN={known.refresh_token}\n" in capsys.readouterr().out


async def test_an_empty_line_is_no_code(made: Stage) -> None:
    with pytest.raises(BadInput, match="Generate Code"):
        await run_login(browser=False, code=None, port=0, ask=lambda _: "\n")
    assert made.zoho.tokens_issued == 1  # the bot's own


async def test_scopes_for_notifications_are_asked_for_where_zoho_is_to_tell_what_changed(
    made: Stage, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SERGAS_ZOHO_NOTIFY_URL", "https://bot.example.com/zoho/changes")

    def pasted(_: str) -> str:
        scope = next(line for line in capsys.readouterr().out.splitlines() if line.startswith("ZohoCRM."))
        assert "ZohoCRM.notifications.CREATE" in scope
        return made.zoho.generate_code(scope)

    assert await run_login(browser=False, code=None, port=0, ask=pasted) == 0


async def test_the_sandboxs_consent_page_sends_no_one_to_an_unknown_client(made: Stage) -> None:
    async with httpx.AsyncClient(trust_env=False) as http:
        answer = await http.get(f"{made.zoho.url}/oauth/v2/auth?agreed&response_type=code&client_id=x")
    assert answer.status_code == 400
