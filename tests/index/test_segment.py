import sys
import warnings

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import segment
from index.segment import normalise, segment_bigrams, segment_words, simplify

ANY_TEXT = st.text(st.characters() | st.sampled_from("质量法第条（）\ud800\udfff"))


def test_words_are_lower_case_simplified_and_without_punctuation() -> None:
    assert segment_words("《消費者權益保護法》，ＣＣＣ認證！") == ["消费者", "权益保护法", "ccc", "认证"]


def test_bigrams_stay_inside_a_run_and_keep_latin_words_and_numbers_whole() -> None:
    assert segment_bigrams("质量法，第3.5条 GB") == ["质量", "量法", "第", "3.5", "条", "gb"]


def test_full_width_and_traditional_forms_match_their_plain_ones() -> None:
    assert normalise("ＧＢ　１２３ 產品") == "gb 123 产品"


def test_a_lone_surrogate_becomes_a_question_mark_in_its_place() -> None:
    assert simplify("產\ud800品") == "产?品"


@given(ANY_TEXT)
@settings(deadline=None, max_examples=200)
def test_any_text_is_segmented_without_an_error(text: str) -> None:
    assert all(segment_words(text))
    assert all(segment_bigrams(text))


def test_jieba_is_never_given_a_run_so_long_that_its_time_explodes(monkeypatch: pytest.MonkeyPatch) -> None:
    # Measured on 质 * 100,000: 43 s given whole, since the time of its Viterbi grows with the square; 1 s in stretches.
    given: list[int] = []
    tokenizer = segment._load_tokenizer()
    monkeypatch.setattr(tokenizer, "cut", lambda text: given.append(len(text)) or [text])
    assert "".join(segment_words("质" * 100_000)) == "质" * 100_000
    assert max(given) <= 2_000


def test_importing_jieba_warns_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "jieba"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.setattr(sys, "pycache_prefix", "nowhere")  # so that its source is compiled anew
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert segment._load_tokenizer.__wrapped__().lcut("质量法")
