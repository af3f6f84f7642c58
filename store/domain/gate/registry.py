"""All kinds of write, found by the files in `writes/`; code that isn't about one kind asks here.

The other layers have a file of the same name for each kind; `modules` finds those.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import Annotated, Any

from pydantic import PlainSerializer, PlainValidator

from store.domain.errors import BadInput
from store.domain.gate import writes
from store.domain.gate.write import Write, adapter_of, values_of


@cache
def kinds() -> Mapping[str, type[Write]]:
    """Every kind by its name, in alphabetical order. Raises: TypeError for a file that doesn't define its kind."""
    names = sorted(module.name for module in iter_modules(writes.__path__))
    return {name: _kind_in(module) for name, module in modules(writes.__name__, names).items()}


def kind_named(name: str) -> type[Write]:
    """The kind of this name, or of this name in earlier releases. Raises: BadInput."""
    found = kinds().get(name) or _by_former_name().get(name)
    if found is None:
        raise BadInput(f"There is no kind of write “{name}”.")
    return found


def names_of_proposable() -> tuple[str, ...]:
    """The names, today's and earlier ones, of the kinds that are proposed to people."""
    proposable = [each for each in kinds().values() if not each.only_undoes]
    return (*(each.kind for each in proposable), *(each.former_tool for each in proposable if each.former_tool))


def kinds_of(system: str) -> tuple[str, ...]:
    """The names of the kinds that this system executes."""
    return tuple(name for name, kind in kinds().items() if kind.system == system)


def systems() -> frozenset[str]:
    """The systems that execute writes."""
    return frozenset(kind.system for kind in kinds().values())


def modules(package: str, names: Iterable[str]) -> Mapping[str, ModuleType]:
    """The modules of these names in a package. Raises: ModuleNotFoundError if one is missing."""
    return {name: import_module(f"{package}.{name}") for name in names}


def dump(write: Write) -> dict[str, Any]:
    """Its kind and its fields as JSON values: the form in which it is stored."""
    return {"kind": write.kind, **values_of(write)}


def load(stored: Any) -> Write:
    """A write from its stored form, also from the form of releases that called the kind `tool`.

    Raises: ValueError, TypeError for anything else.
    """
    if isinstance(stored, Write):
        return stored
    values = dict(stored)
    name = values.pop("kind", None) or values.pop("tool", None)
    try:
        kind = kind_named(str(name))
    except BadInput as exc:
        raise ValueError(str(exc)) from exc
    write: Write = adapter_of(kind).validate_python(values)
    return write


# A write as a field of something that is stored.
StoredWrite = Annotated[Write, PlainValidator(load), PlainSerializer(dump)]


@cache
def _by_former_name() -> Mapping[str, type[Write]]:
    return {kind.former_tool: kind for kind in kinds().values() if kind.former_tool is not None}


def _kind_in(module: ModuleType) -> type[Write]:
    name = module.__name__.rpartition(".")[2]
    for found in vars(module).values():
        if isinstance(found, type) and issubclass(found, Write) and found.__module__ == module.__name__:
            if found.kind != name:
                break
            return found
    raise TypeError(f"{module.__name__} has to define the kind of write “{name}”.")
