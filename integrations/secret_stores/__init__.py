"""Where the refresh token is kept: `env`, `file:PATH`, `aws:SECRET_ID`, `azure:VAULT_URL/NAME`, `vault:MOUNT/PATH#KEY`.

The cloud vendors' libraries are optional and imported only if their store is named.
"""

from __future__ import annotations

from typing import Protocol

from store.domain.errors import SettingError

VARIABLE = "SERGAS_ZOHO_REFRESH_TOKEN_STORE"
KINDS = "env, file:PATH, aws:SECRET_ID, azure:VAULT_URL/NAME or vault:MOUNT/PATH#KEY"


class SecretStore(Protocol):
    """Blocking: call it in a thread. Both methods raise BadInput with one sentence."""

    def read(self) -> str: ...

    def write(self, secret: str) -> None: ...


def open_store(place: str) -> SecretStore | None:
    """Return None for `env`, where a person sets the variable. Raises: SettingError."""
    kind, _, where = place.strip().partition(":")
    if kind == "env" and not where:
        return None
    if not where or kind not in ("file", "aws", "azure", "vault"):
        raise SettingError(VARIABLE, f"is not a known secret store: use {KINDS}.")
    if kind == "file":
        from integrations.secret_stores.file import FileStore

        return FileStore(where)
    from integrations.secret_stores import cloud

    if kind == "aws":
        return cloud.AwsStore(where)
    return cloud.AzureStore(where) if kind == "azure" else cloud.VaultStore(where)
