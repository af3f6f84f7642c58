"""Values for any schema, from what a text says."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from integrations.sandbox.claude.characters.material import Material
from integrations.sandbox.claude.filling import filled
from integrations.sandbox.claude.schemas import fits
from tests.repetition import times

TEXT = {"type": "string"}


def _object(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties)}


PERSON = _object(name=TEXT, age={"type": "integer"})


@pytest.mark.parametrize(
    ("text", "schema", "value"),
    [
        ("Anna Berg is 23 years old and lives in Oslo.", {**PERSON}, {"name": "Anna Berg", "age": 23}),
        (
            "Anna Berg is 23 years old and lives in Oslo.",
            _object(city=TEXT, name=TEXT),
            {"city": "Oslo", "name": "Anna Berg"},
        ),
        (
            "Anna is 23, Ben is 31",
            _object(people={"type": "array", "items": PERSON}),
            {"people": [{"name": "Anna", "age": 23}, {"name": "Ben", "age": 31}]},
        ),
        (
            "I love this phone, it is great!",
            _object(sentiment={"enum": ["positive", "neutral", "negative"]}),
            {"sentiment": "positive"},
        ),
        ("Please make it urgent.", _object(urgent={"type": "boolean"}), {"urgent": True}),
        ("It is not urgent.", _object(urgent={"type": "boolean"}), {"urgent": False}),
        ("Write to jo@acme.example by 2026-03-04", _object(email=TEXT, due={"type": "string", "format": "date"}),
         {"email": "jo@acme.example", "due": "2026-03-04"}),
        ("Buy: milk, bread and eggs", _object(items={"type": "array", "items": TEXT}), {"items": ["milk", "bread", "eggs"]}),
        ("The price is 1,200.50 EUR for 3 licences", _object(price={"type": "number"}), {"price": 1200.5}),
        ("Set the priority to high", _object(priority={"type": "string", "enum": ["low", "high"]}), {"priority": "high"}),
        ("Hello", {**_object(q=TEXT), "properties": {"q": TEXT, "limit": {"type": "integer"}}}, {"q": "Hello"}),
    ],
)  # fmt: skip
def test_a_schema_is_filled_from_what_the_text_says(text: str, schema: dict[str, Any], value: Any) -> None:
    assert filled(schema, Material(text)) == value


SCHEMAS: list[dict[str, Any]] = [
    _object(a={"type": "string", "minLength": 12, "maxLength": 14}),
    _object(a={"type": "string", "description": "A name\n\n{minLength: 5, maxLength: 6}"}),
    _object(a={"type": "integer", "minimum": 5, "multipleOf": 4}),
    _object(a={"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1}),
    _object(a={"type": "integer", "maximum": -3}),
    _object(a={"type": "array", "items": TEXT, "minItems": 3, "uniqueItems": True}),
    _object(a={"type": "array", "items": {"enum": ["x", "y"]}, "minItems": 2, "uniqueItems": True}),
    _object(a={"type": "array", "prefixItems": [TEXT, {"type": "integer"}], "items": False}),
    _object(a={"type": "array", "contains": {"const": 7}}),
    _object(a={"type": "array", "items": PERSON, "minItems": 2, "maxItems": 2}),
    _object(a={"type": "string", "pattern": "^[A-Z]{2}-\\d{4,}$"}),
    _object(a={"type": "string", "pattern": "^(foo|bar)+$", "minLength": 9}),
    _object(a={"type": "string", "pattern": "^[^a-z]+$"}),
    _object(a={"type": "string", "format": "uuid"}, b={"type": "string", "format": "date-time"}),
    _object(a={"oneOf": [{"type": "integer"}, PERSON]}),
    _object(a={"anyOf": [{"type": "null"}, PERSON]}),
    _object(a={"type": ["null", "integer"], "minimum": 3}),
    _object(a={"allOf": [_object(b=TEXT), _object(c={"type": "integer", "minimum": 2})]}),
    {**_object(a={"$ref": "#/$defs/leaf"}), "$defs": {"leaf": _object(b={"$ref": "#/$defs/number"}), "number": {"type": "number"}}},
    {**_object(a={"$ref": "#/$defs/tree"}), "$defs": {"tree": {**_object(name=TEXT), "properties": {
        "name": TEXT, "children": {"type": "array", "items": {"$ref": "#/$defs/tree"}}}}}},
    {"type": "object", "required": ["a", "b"], "additionalProperties": {"type": "integer"}},
    {"type": "object", "minProperties": 2},
    {"type": "object", "patternProperties": {"^x": {"type": "integer"}}, "required": ["x1"]},
    {**_object(a=TEXT), "dependentRequired": {"a": ["b"]}},
    {"properties": {"a": {"minimum": 2}}, "required": ["a"]},
    _object(a={}, b=True),
]  # fmt: skip


@pytest.mark.parametrize("schema", SCHEMAS)
@pytest.mark.parametrize("text", ["", "Call Jo Lind about “Renewal” by 2026-03-04: 12 licences, EUR 1,200.50, urgent."])
def test_the_value_fits_whatever_the_text(schema: dict[str, Any], text: str) -> None:
    assert fits(filled(schema, Material(text)), schema)
    assert fits(filled(schema), schema)


_LEAVES = st.one_of(
    st.builds(lambda low, more: {"type": "string", "minLength": low, "maxLength": low + more}, st.integers(0, 9), st.just(9)),
    st.builds(lambda low, more: {"type": "integer", "minimum": low, "maximum": low + more}, st.integers(-9, 9), st.integers(0, 9)),
    st.builds(lambda low: {"type": "number", "exclusiveMinimum": low}, st.integers(-9, 9)),
    st.lists(st.one_of(st.text(max_size=5), st.integers(), st.none(), st.booleans()), min_size=1, max_size=4, unique_by=repr).map(
        lambda options: {"enum": options}
    ),
    st.sampled_from([{"type": "boolean"}, {"type": "null"}, {"type": ["string", "null"]}]),
)  # fmt: skip
_SCHEMAS = st.recursive(
    _LEAVES,
    lambda inner: st.one_of(
        st.dictionaries(st.sampled_from(["name", "age", "due_date", "items", "city"]), inner, max_size=4).map(
            lambda fields: _object(**fields) | {"additionalProperties": False}
        ),
        st.builds(
            lambda each, least, more: {"type": "array", "items": each, "minItems": least, "maxItems": least + more},
            inner, st.integers(0, 3), st.integers(0, 3),
        ),
        st.lists(inner, min_size=1, max_size=3).map(lambda options: {"anyOf": options}),
    ),
    max_leaves=8,
)  # fmt: skip
_TEXTS = st.one_of(
    st.text(max_size=80), st.sampled_from(["Anna is 23 and Ben is 31.", "Paris, Rome: 3 and 4.5", "“a” “b” 1 2 3"])
)


@pytest.mark.long
@settings(max_examples=times(60, 3_000), deadline=None)
@given(_SCHEMAS, _TEXTS)
def test_any_schema_gets_a_value_that_fits(schema: dict[str, Any], text: str) -> None:
    assert fits(filled(schema, Material(text)), schema)
