from __future__ import annotations

import pytest

from index.filters import Filter
from rag import Wence
from rag.extract import STRICTNESS
from rag.settings import change_settings

QUESTION = "生产许可证的有效期是几年？"


def test_the_setting_reaches_every_answer(wence: Wence, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = Filter(levels=("行政法规",))
    assert wence.ask(QUESTION).status == wence.ask(QUESTION, filter=wanted).status == "grounded"
    monkeypatch.setitem(STRICTNESS, "strict", 100.0)  # type: ignore[arg-type]
    strict = wence.reopen(change_settings(wence.settings, {"answer.strictness": "strict"}))
    assert strict.ask(QUESTION).status == strict.ask(QUESTION, filter=wanted).status == "abstained"
    assert strict.write_with(None).ask(QUESTION).status == "abstained"


def test_balanced_is_what_was_always_there() -> None:
    assert STRICTNESS == {"strict": 1.0, "balanced": 0.0, "lenient": -1.0}
