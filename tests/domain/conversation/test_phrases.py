"""People cut words short, take them back, narrow a question down, or write in another language."""

from __future__ import annotations

import pytest

from store.domain.conversation.foreign_wishes import Wished, say_it_so, wished_in
from store.domain.conversation.intents import Intent
from store.domain.conversation.languages import LANGUAGES, honest_sentence, language_of
from store.domain.conversation.narrowing import narrowing_in
from store.domain.conversation.phrases import intents_of
from store.domain.grounding.translation import keeps
from store.domain.text.shorthand import corrects_itself, spelled_out
from tests.conversation.questions import QUESTIONS
from tests.conversation.typed import TYPED, UNSEEN

STAGES = ("Qualification", "Negotiation/Review", "Closed Won")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("meetings tmrw w/ acme", "meetings tomorrow with acme"),
        ("2 wks pls", "2 weeks please"),
        ("push it to thu no fri", "push it to Friday"),
        ("move it to monday, sorry, tuesday", "move it to tuesday"),
        ("Wed Partners", "Wed Partners"),  # a name has a capital
        ("no friday for me", "no friday for me"),
    ],
)
def test_shorthand_and_corrections_are_written_out(typed: str, meant: str) -> None:
    assert spelled_out(typed) == meant


@pytest.mark.parametrize(
    ("typed", "corrects"),
    [
        ("acme? no wait halden", True),
        ("sry meant halden", True),
        ("sorry, I meant halden", True),
        ("how is acme", False),
    ],
)
def test_a_correction_is_recognised(typed: str, corrects: bool) -> None:
    assert corrects_itself(typed) is corrects


@pytest.mark.parametrize(
    ("typed", "least", "most"),
    [
        ("deals over 50k", 50_000, None),
        ("deals of at least €60,000", 60_000, None),
        ("1.5m or more", 1_500_000, None),
        ("under 5 lakh", None, 500_000),
        ("top 5 deals", None, None),
    ],
)
def test_amounts_are_read_as_people_write_them(typed: str, least: float | None, most: float | None) -> None:
    found = narrowing_in(typed, STAGES)
    assert (found.least, found.most) == (least, most)


def test_a_stage_is_named_by_one_of_its_words_and_a_number_of_deals_by_top() -> None:
    assert narrowing_in("only negotiation", STAGES).stages == ("Negotiation/Review",)
    assert narrowing_in("my closed deals", STAGES).stages == ()
    assert narrowing_in("top 5 deals", STAGES).count == 5
    assert not narrowing_in("my pipeline", STAGES)


@pytest.mark.parametrize(
    ("typed", "intent"),
    [
        ("late deals", Intent.LATE),
        ("overdue tasks", Intent.OVERDUE),
        ("biggest deals", Intent.LARGEST),
        ("deals over 50k", Intent.PIPELINE),
        ("x amount 60k", Intent.CHANGE_DEAL),
        ("did everyone get the brief today", Intent.BRIEFS),
        ("what'd i ok last wk", Intent.DECIDED),
    ],
)
def test_the_more_special_kind_of_question_comes_first(typed: str, intent: Intent) -> None:
    assert intents_of(typed)[0] is intent


def test_the_language_of_each_question_is_recognised() -> None:
    asked = {each.asks[-1]: each.language for each in (*QUESTIONS, *TYPED, *UNSEEN)}
    asked["mera pipeline kitna hai bhai"] = "hi"  # answered in both
    assert {text: language_of(text) or "" for text in asked} == asked


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("mera pipeline kitna hai bhai", "hi"), ("मेरी पाइपलाइन कितनी है", "hi"), ("какие сделки закрываются?", "ru"),
        ("які угоди закриваються?", "uk"), ("今月の取引は？", "ja"), ("我的交易", "zh"), ("صفقاتي", "ar"), ("내 거래", "ko"),
        ("hvordan går det med x?", "da"), ("benim işlerim nasıl?", "tr"),
        ("how is Le Creuset de Paris", None), ("status Das Auto", None), ("top prio", None), ("👍", None), ("", None),
    ],
)  # fmt: skip
def test_other_scripts_and_names_from_other_languages(text: str, code: str | None) -> None:
    assert language_of(text) == code


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_language_has_one_sentence_with_an_example(code: str) -> None:
    said = honest_sentence(code, "", example="how is Acme?")
    assert "how is Acme?" in said
    assert "{" not in said
    assert "\n" not in said


ENGLISH = "Acme Robotics: 2 open deals, $84,000.\n• “Renewal” closes 24 Mar"


@pytest.mark.parametrize(
    ("translation", "kept"),
    [
        ("Acme Robotics: 2 offene Geschäfte, 84.000 $.\n• “Renewal”, Abschluss am 24. März", True),
        ("Acme Robotics: 3 offene Geschäfte, 84.000 $.\n• “Renewal”, Abschluss am 24. März", False),
        ("Acme Robotics: 2 offene Geschäfte, 84.000 $.\n• “Verlängerung”, Abschluss am 24. März", False),
        ("Acme: 2 offene Geschäfte, 84.000 $.\n• “Renewal”, Abschluss am 24. März", False),
        ("Acme Robotics: 2 offene Geschäfte, 84.000 $, siehe evil.example.\n• “Renewal” 24. März", False),
        ("", False),
    ],
)
def test_a_translation_keeps_figures_names_and_quotations(translation: str, kept: bool) -> None:
    assert keeps(ENGLISH, translation, ["Acme Robotics"]) is kept


@pytest.mark.parametrize(
    ("text", "is_of_ended"),
    [
        ("what did I win this month", True),
        ("how many deals did I win", True),
        ("did we lose any", True),
        ("recent wins", True),
        ("what did we close last month", True),
        ("which deals could we lose", False),
        ("have we lost touch with x", False),
        ("what can close this month", False),
        ("what is my win rate", False),
    ],
)
def test_deals_that_ended_are_told_from_those_that_might(text: str, is_of_ended: bool) -> None:
    assert (intents_of(text)[:1] == (Intent.ENDED,)) is is_of_ended


@pytest.mark.parametrize(
    ("text", "wished"),
    [
        ("verschiebe Acme auf Freitag", ("de", Wished.SNOOZE)),
        ("supprime Acme s'il te plaît", ("fr", Wished.DROP)),
        ("sposta Acme a lunedì", ("it", Wished.MOVE)),
        ("schreib eine Mail an Acme", ("de", Wished.DRAFT)),
        ("把 Acme 推迟到周五", ("zh", Wished.SNOOZE)),
        ("was habe ich gestern verschoben", ("de", None)),
        ("wie läuft es bei Acme?", ("de", None)),
    ],
)
def test_wishes_in_other_languages_are_told_from_questions(text: str, wished: tuple[str, Wished | None]) -> None:
    code = language_of(text)
    assert code is not None
    assert (code, wished_in(code, text)) == wished


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_language_says_what_to_type_for_a_wish(code: str) -> None:
    said = say_it_so(code, "", Wished.SNOOZE, "Acme")
    assert "“skip Acme until Friday”" in said
    assert "\n" not in said


@pytest.mark.parametrize(
    ("text", "least", "most"),
    [
        ("deals between 30 and 50k", 30_000, 50_000),
        ("everything north of 60k", 60_000, None),
        ("under ten grand", None, 10_000),
    ],
)
def test_amounts_in_words_and_between_two(text: str, least: float | None, most: float | None) -> None:
    found = narrowing_in(text, STAGES)
    assert (found.least, found.most) == (least, most)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("who has gone dark", Intent.SILENT),
        ("did anyone lose a contact lately", Intent.LEFT),
        ("who won the game", Intent.NOT_MY_JOB),
        ("do not message me after 6", Intent.SETTINGS),
        ("call x for me", Intent.FOR_ME),
        ("what did i turn down", Intent.SNOOZED),
        ("latest note on x", Intent.NOTES),
        ("catch me up", Intent.NEWS),
        ("catch me up on x", Intent.STATUS),
    ],
)
def test_the_kind_of_what_people_ask_in_passing(text: str, intent: Intent) -> None:
    assert intents_of(text)[0] is intent
