"""The company of a sandbox CRM file, kept inside it, so that the file alone can be served again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from integrations.sandbox.history import Company, CrmUser, PipelineDef, StageDef
from integrations.sandbox.zoho.fields import schema
from integrations.sandbox.zoho.tables import Tables
from store.domain.errors import BadInput

_META = "company"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """A company without its events: the tables hold those that were played."""

    name: str
    users: tuple[CrmUser, ...]
    stages: tuple[StageDef, ...]
    as_of: date
    currency: str
    pipelines: tuple[PipelineDef, ...] = ()


_KEPT: TypeAdapter[_Kept] = TypeAdapter(_Kept)


def open_tables(company: Company | None, path: Path | None) -> tuple[Company, Tables]:
    """Open the tables for a company, or without one, for the company that the file at `path` keeps.

    Raises: BadInput if the file keeps none, or a different one than given.
    """
    if company is None:
        company = _read(path)
    tables = Tables(schema(company.stages, company.pipelines), path)
    present = tables.meta(_META)
    if present is None:
        tables.keep(_META, _KEPT.dump_json(_to_keep(company)).decode())
    elif _KEPT.validate_json(present) != _to_keep(company):
        tables.close()
        raise BadInput(f"{path} holds a company other than {company.name}; choose another file or remove it.")
    return company, tables


def _read(path: Path | None) -> Company:
    if path is None:
        raise BadInput("A sandbox CRM needs a company or a file.")
    if not path.is_file():
        raise BadInput(f"There is no sandbox CRM file {path}.")
    try:
        kept = _KEPT.validate_json(Tables.peek(path, _META) or "")
    except ValidationError as exc:
        raise BadInput(f"{path} is not a sandbox CRM file.") from exc
    return Company(
        name=kept.name,
        users=kept.users,
        stages=kept.stages,
        events=(),
        as_of=kept.as_of,
        currency=kept.currency,
        pipelines=kept.pipelines,
    )


def _to_keep(company: Company) -> _Kept:
    return _Kept(
        name=company.name,
        users=company.users,
        stages=company.stages,
        as_of=company.as_of,
        currency=company.currency,
        pipelines=company.pipelines,
    )
