"""A secret in AWS Secrets Manager, Azure Key Vault or HashiCorp Vault (KV version 2), through the vendors' own libraries.

Each vendor's library finds its credentials in its own way: profiles, workload identities, `VAULT_ADDR` and `VAULT_TOKEN`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from integrations.loopback import keeps_secrets
from store.domain.errors import BadInput


class AwsStore:
    """`where` is the name or ARN of a secret; a missing secret is created."""

    def __init__(self, where: str) -> None:
        self._id = where
        self._boto3 = _imported("boto3", extra="aws")
        self._errors = (
            import_module("botocore.exceptions").ClientError,
            import_module("botocore.exceptions").BotoCoreError,
        )

    def read(self) -> str:
        with _told("AWS Secrets Manager", self._errors):
            return _text(self._client().get_secret_value(SecretId=self._id).get("SecretString"))

    def write(self, secret: str) -> None:
        client = self._client()
        with _told("AWS Secrets Manager", self._errors):
            try:
                client.put_secret_value(SecretId=self._id, SecretString=secret)
            except client.exceptions.ResourceNotFoundException:
                client.create_secret(Name=self._id, SecretString=secret)

    def _client(self) -> Any:
        with _told("AWS Secrets Manager", self._errors):
            return self._boto3.client("secretsmanager")


class AzureStore:
    """`where` is the vault's address and the secret's name: `https://my-vault.vault.azure.net/sergas-refresh-token`."""

    def __init__(self, where: str, *, credential: Any = None, **options: Any) -> None:
        self._vault, _, self._name = where.rpartition("/")
        if not self._vault.startswith("https://") or not keeps_secrets(self._vault) or not self._name:
            raise BadInput("Give Azure Key Vault as azure:https://NAME.vault.azure.net/SECRET.")
        self._secrets = _imported("azure.keyvault.secrets", extra="azure")
        self._credential = credential or _imported("azure.identity", extra="azure").DefaultAzureCredential()
        self._errors = (import_module("azure.core.exceptions").AzureError,)
        self._options = options

    def read(self) -> str:
        with _told("Azure Key Vault", self._errors), self._client() as client:
            return _text(client.get_secret(self._name).value)

    def write(self, secret: str) -> None:
        with _told("Azure Key Vault", self._errors), self._client() as client:
            client.set_secret(self._name, secret)

    def _client(self) -> Any:
        return self._secrets.SecretClient(vault_url=self._vault, credential=self._credential, **self._options)


class VaultStore:
    """`where` is `MOUNT/PATH#KEY`; other keys under the path stay as they are."""

    def __init__(self, where: str) -> None:
        path, _, self._key = where.partition("#")
        self._mount, _, self._path = path.partition("/")
        if not (self._mount and self._path and self._key):
            raise BadInput("Give HashiCorp Vault as vault:MOUNT/PATH#KEY.")
        self._hvac = _imported("hvac", extra="vault")
        requests = import_module("requests.exceptions")
        self._errors = (self._hvac.exceptions.VaultError, requests.RequestException)

    def read(self) -> str:
        with _told("HashiCorp Vault", self._errors):
            return _text(self._all()[0].get(self._key))

    def write(self, secret: str) -> None:
        with _told("HashiCorp Vault", self._errors):
            try:
                standing, version = self._all()
            except self._hvac.exceptions.InvalidPath:
                standing, version = {}, 0
            self._client().secrets.kv.v2.create_or_update_secret(
                path=self._path, mount_point=self._mount, secret={**standing, self._key: secret}, cas=version
            )

    def _all(self) -> tuple[dict[str, Any], int]:
        answer = self._client().secrets.kv.v2.read_secret_version(
            path=self._path, mount_point=self._mount, raise_on_deleted_version=True
        )["data"]
        return answer["data"], answer["metadata"]["version"]

    def _client(self) -> Any:
        address = os.environ.get("VAULT_ADDR")
        if address and not keeps_secrets(address):
            raise BadInput(
                "VAULT_ADDR is wrong: give an address that begins with https:// (or with http:// on this machine)."
            )
        return self._hvac.Client(url=address, token=os.environ.get("VAULT_TOKEN"))


def _imported(module: str, *, extra: str) -> Any:
    try:
        return import_module(module)
    except ImportError as exc:
        raise BadInput(
            f"This secret store needs a library that is not installed: pip install 'sergas-super-account-manager[{extra}]'."
        ) from exc


def _text(secret: object) -> str:
    if not isinstance(secret, str) or not secret.strip():
        raise BadInput("The secret store holds no refresh token there; run `sergas zoho login`.")
    return secret.strip()


@contextmanager
def _told(service: str, errors: tuple[type[BaseException], ...]) -> Iterator[None]:
    """Turn a vendor's error into one sentence without its text, which may reveal secrets."""
    try:
        yield
    except errors as exc:
        raise BadInput(
            f"{service} refused or failed ({type(exc).__name__}); check the name, the credentials and the permissions."
        ) from exc
