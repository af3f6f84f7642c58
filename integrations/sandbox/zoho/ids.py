"""Ids for things without a row: modules, fields, picklist values, layouts. They are the same on every run."""

from __future__ import annotations

from collections.abc import Mapping

from integrations.sandbox.zoho.fields import Module

_ORG = "4150868"
Modules = Mapping[str, Module]


def module_id(modules: Modules, name: str) -> str:
    return _id(2_000 + _position(modules, name))


def layout_id(modules: Modules, name: str) -> str:
    return _id(90_000 + _position(modules, name))


def section_id(modules: Modules, name: str) -> str:
    return _id(91_000 + _position(modules, name))


def field_id(modules: Modules, module: str, field: str) -> str:
    return _id(_field(modules, module, field))


def option_id(modules: Modules, module: str, field: str, sequence: int) -> str:
    """`sequence` is the position of the value in its picklist, from 1."""
    return _id(_field(modules, module, field) * 10_000 + sequence)


def category_id(sequence: int) -> str:
    return _id(59_000 + sequence)


def job_id(sequence: int) -> str:
    return _id(70_000_000 + sequence)


def _field(modules: Modules, module: str, field: str) -> int:
    return 100_000 + 1_000 * _position(modules, module) + modules[module].order.index(field)


def _position(modules: Modules, name: str) -> int:
    return list(modules).index(name) + 1


def _id(number: int) -> str:
    return f"{_ORG}{number:012d}"
