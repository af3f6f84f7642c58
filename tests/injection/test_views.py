"""All strings of the collections in every text of every view, several at once."""

from __future__ import annotations

import pytest

from tests.injection import corpus
from tests.injection.judge import Verdict
from tests.injection.views import judge_views


@pytest.mark.skipif(not corpus.FOLDER.exists(), reason="the attack strings lie outside the repository")
def test_no_string_mentions_links_or_hides_in_any_view() -> None:
    verdict = Verdict()
    judge_views([*corpus.OURS, *corpus.packed(corpus.strings(), at_most=400)], verdict)

    assert not any(verdict.broken.values()), verdict.cases
    assert verdict.texts_shown > 5_000
