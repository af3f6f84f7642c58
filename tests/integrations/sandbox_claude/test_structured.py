"""Structured outputs: what is answered fits the schema, and which schemas are taken."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from anthropic import AsyncAnthropic, BadRequestError
from pydantic import BaseModel

from integrations.sandbox.claude import ClaudeSandbox, Said
from integrations.sandbox.claude.schemas import fits
from tests.integrations.sandbox_claude.puppet import Puppet, an_object, asking, shaped, told

TEXT = {"type": "string"}
CARD = an_object(
    title=TEXT,
    due={"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}]},
    verdict={"type": "string", "enum": ["pass", "hold"]},
    cites={"type": "array", "items": TEXT},
    steps={"type": "array", "items": {"$ref": "#/$defs/step"}},
) | {"$defs": {"step": an_object(what=TEXT, hours={"type": ["integer", "null"]})}}


class Brief(BaseModel):
    title: str
    score: int | None
    notes: list[str] = []


async def test_a_value_is_brought_into_the_shape_that_was_asked_for(
    client: AsyncAnthropic, sandbox: ClaudeSandbox
) -> None:
    sandbox.character = Puppet(
        Said(value={"title": 7, "verdict": "grant", "steps": [{"what": "Call", "by": "Jo"}], "more": True})
    )

    answer = await client.messages.create(**asking(output_config=shaped(CARD)))

    assert fits(told(answer), CARD)
    assert told(answer) == {
        "title": "7",
        "due": None,
        "verdict": "pass",
        "cites": [],
        "steps": [{"what": "Call", "hours": None}],
    }


async def test_the_sdks_own_parsing_reads_it(client: AsyncAnthropic, sandbox: ClaudeSandbox) -> None:
    sandbox.character = Puppet(Said(value={"title": "Renewal", "score": 3, "notes": ["late"]}))

    parsed = await client.messages.parse(**asking(), output_format=Brief)

    assert parsed.parsed_output == Brief(title="Renewal", score=3, notes=["late"])


async def test_what_is_optional_may_be_left_out(client: AsyncAnthropic, sandbox: ClaudeSandbox) -> None:
    sandbox.character = Puppet(Said(value={}))
    schema = {**an_object(a=TEXT, b=TEXT), "required": ["a"]}

    answer = await client.messages.create(**asking(output_config=shaped(schema)))

    assert told(answer) == {"a": ""}


async def test_a_cut_answer_is_no_json_any_more(client: AsyncAnthropic, sandbox: ClaudeSandbox) -> None:
    sandbox.character = Puppet(Said(value={"title": "Renewal " * 50}))

    answer = await client.messages.create(**asking(output_config=shaped(an_object(title=TEXT)), max_tokens=10))

    assert answer.stop_reason == "max_tokens"
    with pytest.raises(ValueError, match=r"."):
        told(answer)


@pytest.mark.parametrize(
    ("schema", "message"),
    [
        (an_object(a={"type": "string", "minLength": 1}), "For 'string' type, property 'minLength' is not supported"),
        (an_object(a={"type": "string", "maxLength": 9}), "For 'string' type, property 'maxLength' is not supported"),
        (
            an_object(a={"type": "integer", "minimum": 1, "maximum": 5}),
            "For 'integer' type, properties 'maximum', 'minimum' are not supported",
        ),
        (an_object(a={"type": "number", "multipleOf": 2}), "property 'multipleOf' is not supported"),
        (
            an_object(a={"type": "array", "items": TEXT, "minItems": 2}),
            "For 'array' type, 'minItems' values other than 0 or 1 are not supported",
        ),
        (an_object(a={"type": "array", "items": TEXT, "maxItems": 2}), "property 'maxItems' is not supported"),
        (an_object(a={"type": "string", "format": "color"}), "format 'color' is not supported"),
        ({"type": "object", "properties": {}}, "'additionalProperties' must be explicitly set to false"),
        (an_object(a={"type": "object"}), "'additionalProperties' must be explicitly set to false"),
        (an_object(a={"oneOf": [TEXT]}), "'type', 'anyOf', 'allOf', 'enum' or 'const'"),
        (an_object(a={"enum": [["x"]]}), "'enum' values must be strings, numbers, booleans or null"),
        (an_object(a={"$ref": "https://example.com/x"}), "External '$ref' is not supported"),
        (an_object(a={"$ref": "#/$defs/none"}), "'$ref' does not resolve"),
        (
            an_object(a={"$ref": "#/$defs/a"}) | {"$defs": {"a": an_object(b={"$ref": "#/$defs/a"})}},
            "Circular reference detected",
        ),
        (an_object(a={"type": "wrong"}), "JSON schema is invalid"),
        ({**an_object(**{f"f{n}": TEXT for n in range(25)}), "required": []}, "too many optional parameters (25)"),
        (an_object(**{f"f{n}": {"type": ["string", "null"]} for n in range(17)}), "union types (17 parameters"),
    ],
)
async def test_schemas_that_the_api_does_not_compile_are_refused(
    client: AsyncAnthropic, schema: Mapping[str, Any], message: str
) -> None:
    with pytest.raises(BadRequestError) as refused:
        await client.messages.create(**asking(output_config=shaped(schema)))

    assert message in str(refused.value.api_message)


@pytest.mark.parametrize(
    "schema",
    [
        CARD,
        an_object(a={"type": "string", "format": "date-time", "description": "When", "default": "x"}),
        an_object(
            a={"type": "array", "items": TEXT, "minItems": 1}, b={"const": 1}, c={"type": "string", "pattern": "^a"}
        ),
        an_object(a={"allOf": [an_object(b=TEXT)]}),
    ],
)
async def test_schemas_that_the_api_compiles_are_filled_in(client: AsyncAnthropic, schema: Mapping[str, Any]) -> None:
    answer = await client.messages.create(**asking(output_config=shaped(schema)))

    assert set(told(answer)) == set(schema["properties"])


@pytest.mark.parametrize(
    ("said", "fitted"),
    [
        ({"proposal": 7, "more": 1}, {"proposal": "7", "days": 0}),
        (None, None),
        ("never", None),
        ([], []),
        (["a", 3], ["a", "3"]),
    ],
)
async def test_of_several_shapes_the_nearest_is_taken(
    client: AsyncAnthropic, sandbox: ClaudeSandbox, said: object, fitted: object
) -> None:
    wish = an_object(proposal=TEXT, days={"type": "integer"})
    schema = an_object(a={"anyOf": [{"type": "null"}, wish, {"type": "array", "items": TEXT}]})
    sandbox.character = Puppet(Said(value={"a": said}))

    assert told(await client.messages.create(**asking(output_config=shaped(schema)))) == {"a": fitted}


async def test_a_text_that_is_json_counts_as_the_value(client: AsyncAnthropic, sandbox: ClaudeSandbox) -> None:
    sandbox.character = Puppet(Said(text='{"title": "Renewal"}'))
    asked = asking(output_config=shaped(an_object(title=TEXT, items={"type": "array", "items": TEXT, "minItems": 1})))

    assert told(await client.messages.create(**asked)) == {"title": "Renewal", "items": [""]}
