"""The validator against each of Slack's limits: what is at the limit passes, what is one over it does not."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from integrations.sandbox.slack.blockkit import message_problems, problems, view_problems
from tests.integrations.sandbox_slack.people import Block, button, form, mrkdwn, option, plain


def section(text: str = "x", **more: Any) -> Block:
    return {"type": "section", "text": mrkdwn(text), **more}


def actions(*elements: Block, **more: Any) -> Block:
    return {"type": "actions", "elements": list(elements), **more}


def entry(element: Block, **more: Any) -> Block:
    return {"type": "input", "label": plain("Label"), "element": element, **more}


def select(**more: Any) -> Block:
    return {"type": "static_select", "action_id": "a", "options": [option("one")], **more}


def options(count: int) -> list[Block]:
    return [option(f"o{number}") for number in range(count)]


def confirm(**more: Any) -> Block:
    return {"title": plain("Sure?"), "text": mrkdwn("Really"), "confirm": plain("Yes"), "deny": plain("No"), **more}


def image(**more: Any) -> Block:
    return {"type": "image", "image_url": "https://example.test/a.png", "alt_text": "A", **more}


def pressed(**more: Any) -> Block:
    return actions(button("a", **more))


# name, limit, a block that holds `n` of what is limited
LIMITS: list[tuple[str, int, Callable[[int], Block]]] = [
    ("section text", 3000, lambda n: section("x" * n)),
    ("section fields", 10, lambda n: {"type": "section", "fields": [mrkdwn("x")] * n}),
    ("field text", 2000, lambda n: {"type": "section", "fields": [plain("x" * n)]}),
    ("header text", 150, lambda n: {"type": "header", "text": plain("x" * n)}),
    ("block_id", 255, lambda n: section(block_id="x" * n)),
    ("action_id", 255, lambda n: actions(button("x" * n, text=plain("Go")))),
    ("actions", 25, lambda n: actions(*(button(f"a{number}") for number in range(n)))),
    ("context elements", 10, lambda n: {"type": "context", "elements": [mrkdwn("x")] * n}),
    ("button text", 75, lambda n: pressed(text=plain("x" * n))),
    ("button value", 2000, lambda n: actions(button("a", "x" * n))),
    ("button url", 3000, lambda n: pressed(url="https://a.test/" + "x" * (n - 15))),
    ("accessibility label", 75, lambda n: pressed(accessibility_label="x" * n)),
    ("options", 100, lambda n: actions(select(options=options(n)))),
    ("option text", 75, lambda n: actions(select(options=[{"text": plain("x" * n), "value": "v"}]))),
    ("option value", 150, lambda n: actions(select(options=[{"text": plain("x"), "value": "x" * n}]))),
    ("option description", 75, lambda n: actions(select(options=[{**option("a"), "description": plain("x" * n)}]))),
    ("overflow options", 5, lambda n: actions({"type": "overflow", "action_id": "a", "options": options(n)})),
    ("radio options", 10, lambda n: actions({"type": "radio_buttons", "action_id": "a", "options": options(n)})),
    ("checkbox options", 10, lambda n: actions({"type": "checkboxes", "action_id": "a", "options": options(n)})),
    ("placeholder", 150, lambda n: actions(select(placeholder=plain("x" * n)))),
    ("confirm title", 100, lambda n: pressed(confirm=confirm(title=plain("x" * n)))),
    ("confirm text", 300, lambda n: pressed(confirm=confirm(text=mrkdwn("x" * n)))),
    ("confirm button", 30, lambda n: pressed(confirm=confirm(confirm=plain("x" * n)))),
    ("deny button", 30, lambda n: pressed(confirm=confirm(deny=plain("x" * n)))),
    ("input label", 2000, lambda n: entry(select()) | {"label": plain("x" * n)}),
    ("input hint", 2000, lambda n: entry(select(), hint=plain("x" * n))),
    ("initial value", 3000, lambda n: entry({"type": "plain_text_input", "initial_value": "x" * n})),
    ("max_length", 3000, lambda n: entry({"type": "plain_text_input", "max_length": n})),
    ("alt text", 2000, lambda n: image(alt_text="x" * n)),
    ("image url", 3000, lambda n: image(image_url="https://a.test/" + "x" * (n - 15))),
    ("image title", 2000, lambda n: image(title=plain("x" * n))),
    ("markdown text", 12_000, lambda n: {"type": "markdown", "text": "x" * n}),
]


@pytest.mark.parametrize(("limit", "block"), [pytest.param(limit, block, id=name) for name, limit, block in LIMITS])
def test_at_the_limit_is_fine_and_one_more_is_not(limit: int, block: Callable[[int], Block]) -> None:
    assert problems([block(limit)], surface="message") == []
    assert problems([block(limit + 1)], surface="message") != []


@pytest.mark.parametrize(("surface", "limit"), [("message", 50), ("modal", 100), ("home", 100)])
def test_a_surface_takes_so_many_blocks(surface: Any, limit: int) -> None:
    assert problems([{"type": "divider"}] * limit, surface=surface) == []
    assert problems([{"type": "divider"}] * (limit + 1), surface=surface) == [
        f"[ERROR] no more than {limit} items allowed [json-pointer:/blocks]"
    ]


def test_all_texts_of_a_message_have_a_limit_together() -> None:
    full = [section("x" * 2640)] * 5
    assert problems(full, surface="message") == []
    assert "msg_blocks_too_long" in problems([*full, section("x")], surface="message")[0]
    assert problems([*full, section("x")], surface="modal") == []


def test_markdown_blocks_share_one_limit() -> None:
    half = {"type": "markdown", "text": "x" * 6000}
    assert problems([half, half], surface="message") == []
    assert "/blocks]" in problems([half, {**half, "text": "x" * 6001}], surface="message")[0]


REFUSED: list[tuple[str, Block, str]] = [
    ("an unknown block", {"type": "carillon"}, "unsupported type: carillon [json-pointer:/blocks/0/type]"),
    ("a block without a type", {"text": plain("x")}, "missing required field: type"),
    ("an unknown key", section(colour="red"), "invalid additional property: colour"),
    ("an unknown element", actions({"type": "clockpicker", "action_id": "a"}), "unsupported type: clockpicker"),
    ("an unhashable type", {"type": ["section"]}, "unsupported type"),
    ("a section that says nothing", {"type": "section"}, "missing required field: text or fields"),
    ("an empty text", section(""), "must be more than 0 characters [json-pointer:/blocks/0/text/text]"),
    ("mrkdwn in a header", {"type": "header", "text": mrkdwn("x")}, "unsupported type: mrkdwn"),
    ("mrkdwn on a button", pressed(text=mrkdwn("x")), "unsupported type: mrkdwn"),
    ("mrkdwn as a label", entry(select()) | {"label": mrkdwn("x")}, "unsupported type: mrkdwn"),
    ("emoji in mrkdwn", section() | {"text": {**mrkdwn("x"), "emoji": True}}, "invalid additional property: emoji"),
    ("a text that is a string", section() | {"text": "x"}, "must provide an object"),
    ("a text that is a number", section() | {"text": {"type": "mrkdwn", "text": 1}}, "must be a string"),
    ("no elements", actions(), "no less than 1 items allowed"),
    ("no options", actions(select(options=[])), "no less than 1 items allowed"),
    ("an option twice", actions(select(options=[option("a"), option("a")])), "duplicate option value: a"),
    ("an initial option not offered", actions(select(initial_option=option("b"))), "initial option must be one of"),
    ("options and groups", actions(select(option_groups=[])), "must define exactly one of: options, option_groups"),
    ("two buttons of one action_id", actions(button("a"), button("a")), "`action_id` a already exists"),
    ("an unknown style", pressed(style="green"), "must be a valid enum value"),
    ("a url without a scheme", pressed(url="example.test"), "does not match pattern"),
    ("a script url", pressed(url="javascript:alert(1)"), "does not match pattern"),
    ("an image without alt text", {"type": "image", "image_url": "https://a.test"}, "missing required field: alt_text"),
    ("an image from nowhere", {"type": "image", "alt_text": "x"}, "must define exactly one of"),
    ("a multi select among actions", actions(select(type="multi_static_select")), "unsupported type: multi_static"),
    ("a text input among actions", actions({"type": "plain_text_input"}), "unsupported type: plain_text_input"),
    ("a button as an input", entry(button("a")), "unsupported type: button"),
    ("a day that cannot be", entry({"type": "datepicker", "initial_date": "2026-13-01"}), "does not match pattern"),
    ("a flag that is a word", entry(select(), optional="yes"), "must be a boolean"),
    ("a number without a kind", entry({"type": "number_input"}), "missing required field: is_decimal_allowed"),
    (
        "lengths that cross",
        entry({"type": "plain_text_input", "min_length": 5, "max_length": 4}),
        "min_length must not",
    ),
    (
        "rich text with a stray leaf",
        {"type": "rich_text", "elements": [{"type": "text", "text": "x"}]},
        "unsupported type",
    ),
]


@pytest.mark.parametrize(("block", "sentence"), [pytest.param(block, words, id=name) for name, block, words in REFUSED])
def test_is_refused_in_slacks_words(block: Block, sentence: str) -> None:
    assert any(sentence in each for each in problems([block], surface="message"))


def test_every_supported_block_and_element_is_taken() -> None:
    chosen = select(option_groups=[{"label": plain("G"), "options": [option("one")]}], initial_option=option("one"))
    del chosen["options"]
    leaves = [{"type": "text", "text": "x", "style": {"bold": True}}, {"type": "user", "user_id": "U1"}]
    blocks = [
        section(accessory=image()),
        section(accessory=select(type="multi_static_select", initial_options=[option("one")])),
        actions({"type": "users_select", "action_id": "u"}, {"type": "datepicker", "action_id": "d"}, chosen),
        entry({"type": "number_input", "is_decimal_allowed": False, "min_value": "1", "initial_value": "2"}),
        entry({"type": "checkboxes", "options": [{"text": mrkdwn("*a*"), "value": "a"}]}),
        {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": leaves}]},
        {"type": "context", "elements": [image(), plain("x")]},
    ]
    assert problems(blocks, surface="message") == []


def test_a_block_id_stands_once_in_a_surface_but_an_action_id_may_stand_in_several_blocks() -> None:
    one, two = actions(button("approve"), block_id="a"), actions(button("approve"), block_id="b")
    assert problems([one, two], surface="message") == []
    [refused] = problems([one, one], surface="message")
    assert refused == "[ERROR] `block_id` a already exists [json-pointer:/blocks/1/block_id]"


def test_markdown_belongs_to_messages_alone() -> None:
    block = {"type": "markdown", "text": "x"}
    assert problems([block], surface="message") == []
    assert "unsupported type: markdown" in problems([block], surface="home")[0]


@pytest.mark.parametrize(
    ("key", "limit"), [("title", 24), ("submit", 24), ("close", 24), ("private_metadata", 3000), ("callback_id", 255)]
)
def test_a_modals_frame_has_limits(key: str, limit: int) -> None:
    def of_length(length: int) -> Any:
        return plain("x" * length) if key in ("title", "submit", "close") else "x" * length

    assert view_problems(form(**{key: of_length(limit)})) == []
    [refused] = view_problems(form(**{key: of_length(limit + 1)}))
    assert f"must be less than {limit + 1} characters" in refused
    assert f"/view/{key}" in refused


def test_a_modal_with_inputs_needs_a_submit_button() -> None:
    view = form()
    del view["submit"]
    assert view_problems(view) == ["[ERROR] missing required field: submit [json-pointer:/view]"]


def test_a_view_has_a_size() -> None:
    frame = len(json.dumps({"type": "home", "blocks": [section("")] * 84}))
    room, rest = divmod(250_000 - frame, 84)
    fits = [section("x" * room)] * 83 + [section("x" * (room + rest))]
    assert view_problems({"type": "home", "blocks": fits}) == []
    assert "250 kB" in view_problems({"type": "home", "blocks": fits, "callback_id": ""})[0]


def test_a_home_has_no_title() -> None:
    assert view_problems({"type": "home", "blocks": []}) == []
    assert "invalid additional property: title" in view_problems({"type": "home", "blocks": [], "title": plain("x")})[0]


@pytest.mark.parametrize("view", [None, "x", [], {}, {"type": "workflow"}, {"type": "modal"}])
def test_what_is_no_view_is_refused(view: Any) -> None:
    assert view_problems(view) != []


def test_a_message_says_something_and_not_too_much() -> None:
    assert message_problems({"text": "x" * 40_000}) == []
    assert "less than 40001" in message_problems({"text": "x" * 40_001})[0]
    assert "no_text" in message_problems({"text": "", "blocks": []})[0]
