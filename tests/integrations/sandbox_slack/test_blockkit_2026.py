"""The blocks of 2026 against each of Slack's limits, and the surfaces and places that take them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from integrations.sandbox.slack.blockkit import problems, text_length, view_problems
from tests.integrations.sandbox_slack.people import Block, button, mrkdwn, plain

PICTURE = {"type": "image", "image_url": "https://example.test/a.png", "alt_text": "A"}
LEAF = {"type": "rich_text_section", "elements": [{"type": "text", "text": "x"}]}
RICH = {"type": "rich_text", "elements": [LEAF]}


def section(text: str = "x", **more: Any) -> Block:
    return {"type": "section", "text": mrkdwn(text), **more}


def actions(*names: str, **more: Any) -> Block:
    return {"type": "actions", "elements": [button(name) for name in names], **more}


def container(*children: Block, **more: Any) -> Block:
    return {"type": "container", "title": plain("Title"), "child_blocks": list(children or (section(),)), **more}


def card(**more: Any) -> Block:
    return {"type": "card", "title": mrkdwn("Title"), **more}


def alert(text: str = "x", **more: Any) -> Block:
    return {"type": "alert", "text": mrkdwn(text), **more}


def word(text: str = "x") -> Block:
    return {"type": "raw_text", "text": text}


def table(rows: int = 2, columns: int = 1, **more: Any) -> Block:
    return {"type": "data_table", "caption": "Team", "rows": [[word()] * columns] * rows, **more}


def icon_button(action_id: str = "i", **more: Any) -> Block:
    return {"type": "icon_button", "action_id": action_id, "icon": "trash", "text": plain("Delete"), **more}


def feedback(label: str = "Good", value: str = "good") -> Block:
    negative = {"text": plain("Bad"), "value": "bad"}
    positive = {"text": plain(label), "value": value}
    return {"type": "feedback_buttons", "action_id": "f", "positive_button": positive, "negative_button": negative}


def context_actions(*elements: Block) -> Block:
    return {"type": "context_actions", "elements": list(elements)}


# name, limit, a block of a message with `n` of what is limited
LIMITS: list[tuple[str, int, Callable[[int], Block]]] = [
    ("container title", 150, lambda n: container(title=plain("x" * n))),
    ("container subtitle", 150, lambda n: container(subtitle=mrkdwn("x" * n))),
    ("child blocks", 10, lambda n: container(*[section()] * n)),
    ("text of a child", 3000, lambda n: container(section("x" * n))),
    ("elements of a child", 25, lambda n: container(actions(*(f"a{number}" for number in range(n))))),
    ("card title", 150, lambda n: card(title=plain("x" * n))),
    ("card subtitle", 150, lambda n: card(subtitle=plain("x" * n))),
    ("card body", 200, lambda n: card(body=mrkdwn("x" * n))),
    ("card actions", 3, lambda n: card(actions=[button(f"a{number}") for number in range(n)])),
    ("carousel", 10, lambda n: {"type": "carousel", "elements": [card()] * n}),
    ("context_actions", 5, lambda n: context_actions(*(icon_button(f"i{number}") for number in range(n)))),
    ("icon button value", 2000, lambda n: context_actions(icon_button(value="x" * n))),
    ("feedback label", 75, lambda n: context_actions(feedback("x" * n))),
    ("feedback value", 2000, lambda n: context_actions(feedback(value="x" * n))),
    ("data table rows", 101, table),
    ("data table columns", 20, lambda n: table(columns=n)),
    ("data table page", 100, lambda n: table(page_size=n)),
    ("row header", 2, lambda n: table(columns=3, row_header_column_index=n)),
    ("table rows", 100, lambda n: {"type": "table", "rows": [[word()]] * n}),
    ("table columns", 20, lambda n: {"type": "table", "rows": [[word()] * n]}),
]


@pytest.mark.parametrize(("limit", "block"), [pytest.param(limit, block, id=name) for name, limit, block in LIMITS])
def test_at_the_limit_is_fine_and_one_more_is_not(limit: int, block: Callable[[int], Block]) -> None:
    assert problems([block(limit)], surface="message") == []
    assert problems([block(limit + 1)], surface="message") != []


def test_an_alert_takes_200_characters() -> None:
    assert problems([alert("x" * 200)], surface="modal") == []
    assert "less than 201 characters" in problems([alert("x" * 201)], surface="modal")[0]


REFUSED: list[tuple[str, Block, str]] = [
    ("no title", container() | {"title": None}, "must provide an object [json-pointer:/blocks/0/title]"),
    ("mrkdwn as the title", container(title=mrkdwn("x")), "unsupported type: mrkdwn"),
    ("a title that is a string", container(title="x"), "must provide an object"),
    ("no children", {**container(), "child_blocks": []}, "no less than 1 items allowed"),
    ("children that are no list", {**container(), "child_blocks": section()}, "must provide an array"),
    (
        "a container in a container",
        container(container()),
        "unsupported type: container [json-pointer:/blocks/0/child_blocks/0/type]",
    ),
    ("markdown in a container", container({"type": "markdown", "text": "x"}), "unsupported type: markdown"),
    ("an alert in a container", container(alert()), "unsupported type: alert"),
    ("a data table in a container", container(table()), "unsupported type: data_table"),
    ("a card in a container", container(card()), "unsupported type: card"),
    (
        "a wrong child",
        container(section("")),
        "more than 0 characters [json-pointer:/blocks/0/child_blocks/0/text/text]",
    ),
    ("an unknown width", container(width="huge"), "must be a valid enum value"),
    ("an icon that is a word", container(icon="star"), "must provide an object"),
    ("collapsed, but not collapsible", container(default_collapsed=True), "default_collapsed requires is_collapsible"),
    (
        "a divider that collapses",
        container(is_collapsible=True, has_header_divider=True),
        "has_header_divider cannot be set",
    ),
    ("an unknown key", container(collapsed=True), "invalid additional property: collapsed"),
    (
        "one action_id twice in a child",
        container(actions("a", "a")),
        "already exists for another element [json-pointer:/blocks/0/child_blocks/0/elements/1/action_id]",
    ),
    ("an empty card", {"type": "card", "subtitle": plain("x")}, "must define at least one of: hero_image"),
    ("a menu on a card", card(actions=[{"type": "overflow"}]), "unsupported type: overflow"),
    ("one action_id twice on a card", card(actions=[button("a"), button("a")]), "`action_id` a already exists"),
    ("a section in a carousel", {"type": "carousel", "elements": [section()]}, "unsupported type: section"),
    ("an alert in a message", alert(), "unsupported type: alert"),
    ("a button among context actions", context_actions(button("a")), "unsupported type: button"),
    ("a table without caption", {"type": "data_table", "rows": [[word()]] * 2}, "missing required field: caption"),
    ("a table with its heading only", table(rows=1), "no less than 2 items allowed"),
    ("rows of other lengths", table() | {"rows": [[word()], [word()] * 2]}, "same number of cells"),
    ("rich text in the heading", table() | {"rows": [[RICH], [word()]]}, "[json-pointer:/blocks/0/rows/0/0/type]"),
    ("an empty cell", table() | {"rows": [[word()], [word("")]]}, "must be more than 0 characters"),
    (
        "a number that is a word",
        table() | {"rows": [[word()], [{"type": "raw_number", "value": "1", "text": "1"}]]},
        "must be a number",
    ),
    ("expand that is a word", section(expand="yes"), "must be a boolean [json-pointer:/blocks/0/expand]"),
]


@pytest.mark.parametrize(("block", "sentence"), [pytest.param(block, words, id=name) for name, block, words in REFUSED])
def test_is_refused_in_slacks_words(block: Block, sentence: str) -> None:
    assert any(sentence in each for each in problems([block], surface="message"))


def test_a_container_without_any_title_is_refused() -> None:
    untitled = {"type": "container", "child_blocks": [section()]}
    [refused] = problems([untitled], surface="message")
    assert refused == "[ERROR] missing required field: title or rich_text_title [json-pointer:/blocks/0]"
    assert problems([untitled | {"rich_text_title": RICH}], surface="message") == []


def test_everything_allowed_is_taken() -> None:
    number = {"type": "raw_number", "value": 1.5, "text": "1.5"}
    children = [section(expand=True), actions("a"), {"type": "divider"}, {"type": "header", "text": plain("x")}, RICH]
    children += [{"type": "context", "elements": [mrkdwn("x")]}, PICTURE, {"type": "table", "rows": [[word(), RICH]]}]
    look: Block = {"subtitle": plain("x"), "icon": PICTURE, "width": "wide"}
    blocks = [
        container(*children, is_collapsible=True, default_collapsed=True, **look),
        container(default_collapsed=False, has_header_divider=True),
        card(hero_image=PICTURE, icon=PICTURE, subtitle=plain("x"), body=mrkdwn("x"), actions=[button("a")]),
        table(columns=2, page_size=1, row_header_column_index=1) | {"rows": [[word(), word()], [number, RICH]]},
        context_actions(feedback(), icon_button(visible_to_user_ids=["U1"])),
    ]
    assert problems(blocks, surface="message") == []


@pytest.mark.parametrize(
    ("block", "surfaces"),
    [
        pytest.param(container(), ["message", "modal"], id="container"),
        pytest.param(alert(), ["modal"], id="alert"),
        pytest.param(table(), ["message"], id="data_table"),
        pytest.param({"type": "table", "rows": [[word()]]}, ["message"], id="table"),
        pytest.param(card(), ["message"], id="card"),
        pytest.param(context_actions(icon_button()), ["message"], id="context_actions"),
    ],
)
def test_belongs_to_its_surfaces_alone(block: Block, surfaces: list[str]) -> None:
    every: list[Any] = ["message", "modal", "home"]
    assert [surface for surface in every if not problems([block], surface=surface)] == surfaces


def test_a_block_id_is_unique_across_containers_but_an_action_id_is_not() -> None:
    inside = container(actions("approve", block_id="a"), block_id="open")
    assert problems([inside, actions("approve", block_id="b")], surface="message") == []
    [refused] = problems([actions("approve", block_id="a"), inside], surface="message")
    assert refused == "[ERROR] `block_id` a already exists [json-pointer:/blocks/1/child_blocks/0/block_id]"
    [refused] = problems([container(section(block_id="open"), block_id="open")], surface="modal")
    assert "/blocks/0/child_blocks/0/block_id" in refused


def test_text_inside_a_container_counts_towards_the_messages_limit() -> None:
    full = container(*[section("x" * 2600)] * 5)
    assert text_length([full]) == 13_005
    assert problems([full], surface="message") == []
    assert "msg_blocks_too_long" in problems([full, section("x" * 196)], surface="message")[0]


def test_a_message_has_one_table_wherever_it_is() -> None:
    one = {"type": "table", "rows": [[word()]]}
    assert problems([container(one)], surface="message") == []
    assert "only one table" in problems([one, container(one)], surface="message")[0]


def test_a_modal_with_an_input_inside_a_container_needs_a_submit_button() -> None:
    entry = {"type": "input", "label": plain("L"), "element": {"type": "plain_text_input", "focus_on_load": True}}
    view = {"type": "modal", "title": plain("T"), "blocks": [container(entry)]}
    assert view_problems(view) == ["[ERROR] missing required field: submit [json-pointer:/view]"]
    assert view_problems(view | {"submit": plain("Go")}) == []
    twice = view | {"submit": plain("Go"), "blocks": [container(entry), entry]}
    assert "only one element may have focus_on_load" in view_problems(twice)[0]


@pytest.mark.parametrize("children", [None, 3, "x", [None], [[]], [{"type": ["section"]}], [{"type": "actions"}]])
def test_broken_children_are_problems_and_no_crash(children: Any) -> None:
    broken = {"type": "container", "title": plain("x"), "child_blocks": children}
    assert problems([broken], surface="message") != []
    assert view_problems({"type": "modal", "title": plain("x"), "blocks": [broken]}) != []
