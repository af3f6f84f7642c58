"""Days, numbers and encodings as people and programs write them."""

from __future__ import annotations

import codecs
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.sandbox.imports import days, numbers
from integrations.sandbox.imports.encodings import decoded, delimiter_of, encoding_of, header_line

MARCH = date(2026, 3, 6)


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("2026-03-06", None),
        ("2026/03/06", None),
        ("06.03.2026", None),
        ("6.3.26", None),
        ("06/03/2026", "DMY"),
        ("3/6/26", "MDY"),
        ("06-03-2026", "DMY"),
        ("6 Mar 2026", None),
        ("06-Mar-26", None),
        ("March 6th, 2026", None),
        ("6 March 2026", None),
        ("26-03-06", "YMD"),
    ],
)
def test_a_day_is_read_in_any_usual_form(text: str, order: days.Order | None) -> None:
    assert days.moment_of(text, order, zone=UTC) == MARCH


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-03-06T09:14:58+05:00", datetime(2026, 3, 6, 9, 14, 58, tzinfo=timezone(timedelta(hours=5)))),
        ("2026-03-06 09:14:58.123Z", datetime(2026, 3, 6, 9, 14, 58, tzinfo=UTC)),
        ("06.03.2026 09:20", datetime(2026, 3, 6, 9, 20, tzinfo=timezone(timedelta(hours=1)))),
        ("13/3/2026 7:42 PM", datetime(2026, 3, 13, 19, 42, tzinfo=timezone(timedelta(hours=1)))),
        ("3/13/2026 12:05 am", datetime(2026, 3, 13, 0, 5, tzinfo=timezone(timedelta(hours=1)))),
        ("2026-03-06 09:14 -0330", datetime(2026, 3, 6, 9, 14, tzinfo=timezone(-timedelta(hours=3, minutes=30)))),
    ],
)
def test_a_time_keeps_its_offset_or_takes_that_of_its_file(text: str, moment: datetime) -> None:
    assert days.moment_of(text, None, zone=timezone(timedelta(hours=1))) == moment


@pytest.mark.parametrize(
    "text", ["31/02/2026", "31/02", "2026-13-01", "6.3.026", "45292", "Mar 2026", "6 Foo 2026", "", "13:00"]
)
def test_what_is_no_day_is_refused(text: str) -> None:
    for order in ("DMY", "MDY", None):
        with pytest.raises(ValueError, match=r".*"):
            days.moment_of(text, order, zone=UTC)


def test_a_day_that_may_be_two_days_is_refused_until_the_order_is_known() -> None:
    with pytest.raises(days.Ambiguous) as caught:
        days.moment_of("1/05/26", None, zone=UTC)
    assert caught.value.choices == (date(2026, 1, 5), date(2026, 5, 1))
    assert days.moment_of("5/5/26", None, zone=UTC) == date(2026, 5, 5)


@given(st.lists(st.dates(date(1970, 1, 1), date(2069, 12, 31)), min_size=1), st.sampled_from(["DMY", "MDY"]))
def test_a_column_has_an_order_only_if_its_cells_show_it(them: list[date], order: days.Order) -> None:
    texts = [f"{d.day}/{d.month}/{d.year}" if order == "DMY" else f"{d.month}/{d.day}/{d.year}" for d in them]
    assert days.order_of(texts) == (order if any(d.day > 12 for d in them) else None)
    if any(d.day > 12 for d in them):
        assert [days.moment_of(text, order, zone=UTC) for text in texts] == them


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("48000", 48_000),
        ("$48.000,50", 48_000.5),
        ("48,000.50 USD", 48_000.5),
        ("1 250 000 ₽", 1_250_000),
        ("1.250.000", 1_250_000),
        ("12'500.00", 12_500),
        ("12,5", 12.5),
        ("-12000.00", -12_000),
        ("(1,200.00)", -1_200),
        ("95%", 95),
        ("0.125", 0.125),
        ("12,34,567.00", 1_234_567),
        ("1 200,00 руб.", 1_200),
    ],
)
def test_a_number_that_shows_its_marks_needs_no_word_of_them(text: str, number: float) -> None:
    assert numbers.number_of(text, None) == number


@pytest.mark.parametrize(
    "text", ["1.2M", "1.2MLN", "nine", "1,2,3", "1.2.3,4,5", "nan", "inf", "1e400", "--5", "5 or 6", "", "٣"]
)
def test_what_is_no_number_is_refused(text: str) -> None:
    for mark in (".", ",", None):
        with pytest.raises(ValueError, match=r".*"):
            numbers.number_of(text, mark)


def test_a_number_that_may_be_two_numbers_is_refused_until_the_mark_is_known() -> None:
    with pytest.raises(numbers.Ambiguous):
        numbers.number_of("48.000", None)
    assert numbers.number_of("48.000", numbers.decimal_of(["48.000", "7,25"])) == 48_000
    assert numbers.number_of("48.000", numbers.decimal_of(["48.000", "7.25"])) == 48


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=2, allow_nan=False), st.sampled_from([".", ","]))
def test_a_number_with_cents_is_read_as_it_was_written(amount: object, mark: numbers.Mark) -> None:
    text = f"{amount:,.2f}" if mark == "." else f"{amount:,.2f}".translate(str.maketrans(",.", ".,"))
    assert numbers.number_of(text, None) == pytest.approx(float(amount))  # type: ignore[arg-type]  # parametrized


@pytest.mark.parametrize(
    ("text", "data", "encoding"),
    [
        ("name\nCafé ☕\n", "name\nCafé ☕\n".encode(), "utf-8"),
        ("name\nCafé\n", codecs.BOM_UTF8 + "name\nCafé\n".encode(), "utf-8-sig"),
        ("name\nCafé\n", "name\nCafé\n".encode("utf-16"), "utf-16"),
        ("name\nCafé\n", "name\nCafé\n".encode("utf-16-le"), "utf-16-le"),
        ("name\nCafé\n", "name\nCafé\n".encode("utf-16-be"), "utf-16-be"),
        ("name\nCafé – “Größe” €\n", "name\nCafé – “Größe” €\n".encode("cp1252"), "cp1252"),
        ("имя\nООО Альфа\n", "имя\nООО Альфа\n".encode("cp1251"), "cp1251"),
    ],
)
def test_the_encoding_is_found(text: str, data: bytes, encoding: str) -> None:
    assert encoding_of(data) == encoding
    assert decoded(data, None, file="a.csv") == text


@given(st.text(alphabet=st.characters(blacklist_categories=["Cs"], min_codepoint=32), min_size=1))
def test_utf_8_is_never_taken_for_anything_else(text: str) -> None:
    assert decoded(text.encode(), None, file="a.csv") == text.removeprefix("\ufeff")


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_the_delimiter_is_the_one_that_cuts_lines_alike(mark: str) -> None:
    rows = [["id", "name", "note"], ["1", "A, B; C", "x|y"], ["2", '"q; r, s"', "t"]]
    quoted = ["".join(mark.join(f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in row)) for row in rows]
    assert delimiter_of("\n".join(quoted)) == mark


def test_titles_above_the_table_are_not_its_header() -> None:
    text = "Open deals,,\nMade on 6 March,,\n\nid,name,amount\n1,Fleet,5\n2,Vans,6\n"
    assert header_line(text, ",") == 3
    assert header_line("id,name\n1,Fleet\n", ",") == 0
