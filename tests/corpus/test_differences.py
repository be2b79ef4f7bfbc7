from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.differences import Change, find_bonds, find_changes, fold_words


def mark(old: str, new: str, *, texts: tuple[str, ...] = ()) -> str:
    """Return the new text with [-deleted-] and [+inserted+] words."""
    shown, at = "", 0
    for change in find_changes(old, new, find_bonds(texts)):
        deleted, inserted = old[change.old_start : change.old_end], new[change.new_start : change.new_end]
        shown += new[at : change.new_start] + (f"[-{deleted}-]" if deleted else "")
        shown += f"[+{inserted}+]" if inserted else ""
        at = change.new_end
    return shown + new[at:]


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("应当遵守法律。", "应当遵守法律。", "应当遵守法律。"),
        ("责令改正，处罚款。", "责令限期改正，处罚款。", "责令[+限期+]改正，处罚款。"),
        ("国务院农业行政主管部门", "国务院农业农村主管部门", "国务院农业[-行政-][+农村+]主管部门"),
        ("从事生产、加工、销售的", "从事生产、销售的", "从事生产、[-加工、-]销售的"),
        ("先批准。后公布。", "先批准。先公布。后公布。", "先批准。[+先公布。+]后公布。"),
    ],
)
def test_what_was_put_in_and_taken_out_is_marked(old: str, new: str, shown: str) -> None:
    assert mark(old, new) == shown


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("处二千元以下罚款", "处二万元以下罚款", "处[-二千元-][+二万元+]以下罚款"),
        ("依照本法第五十五条处理", "依照本法第五十六条处理", "依照本法[-第五十五条-][+第五十六条+]处理"),
        ("自2006年11月1日起施行", "自2023年1月1日起施行", "自[-2006年11月1日-][+2023年1月1日+]起施行"),
        ("处1000元罚款", "处1500元罚款", "处[-1000元-][+1500元+]罚款"),
        ("符合ISO9001", "符合IEC9001", "符合[-ISO-][+IEC+]9001"),
    ],
)
def test_a_figure_that_changed_is_shown_whole(old: str, new: str, shown: str) -> None:
    assert mark(old, new) == shown


def test_a_character_or_two_between_changes_is_no_island() -> None:
    old, new = "应当及时向有关机关报告并且通知家属。", "可以书面向上级部门报告或者公告全文。"
    assert mark(old, new) == ("[-应当及时向有关机关报告并且通知家属-][+可以书面向上级部门报告或者公告全文+]。")


def test_the_number_of_an_item_stays_between_changes() -> None:
    old, new = "：（一）伪造记录的；（二）拒绝检查的。", "：（一）变造账簿的；（二）阻碍执法的。"
    assert "；（二）[" in mark(old, new)


def test_words_that_keep_together_are_not_cut() -> None:
    old, new = "提高意识，引导农民加强管理。", "发挥优势，指导农民加强管理。"
    assert "[-导" not in mark(old, new)
    assert "引-]" in mark(old, new)
    assert "引导-]" in mark(old, new, texts=("引导产业，引导消费，引导投资，指导农民，指导生产。",))
    old, new = "农业主管部门按照要求批准。", "农业主管部门应当会同有关部门按照要求批准。"
    assert mark(old, new, texts=(new, old, "部门。")) == "农业主管部门[+应当会同有关部门+]按照要求批准。"


def test_white_space_and_full_width_forms_are_no_change() -> None:
    assert find_changes("（一）甲：\n\n　　乙,丙。", "(一)甲:乙，丙。") == ()
    old, new = "甲乙。\n\n丙丁。", "甲乙。\n\n戊己。\n\n丙丁。"
    assert find_changes(old, new) == (Change("inserted", 3, 3, 5, 8),)


def test_long_texts_are_compared_by_phrases() -> None:
    sentences = [f"第{number}种情形，应当报告。" for number in range(2000)]
    old, new = "".join(sentences), "".join([*sentences[:7], "另有规定的除外。", *sentences[8:1000], *sentences[1001:]])
    first, second = find_changes(old, new)
    assert old[first.old_start : first.old_end] == "第7种情形，应当报告。"
    assert new[first.new_start : first.new_end] == "另有规定的除外。"
    assert (second.kind, old[second.old_start : second.old_end]) == ("deleted", "第1000种情形，应当报告。")


WORDS = st.text(alphabet="甲乙丙第一二十条款（）(、，。；:1２a \n\u3000的", max_size=60)


@given(st.one_of(WORDS, st.text(max_size=40)), st.one_of(WORDS, st.text(max_size=40)))
def test_changes_and_what_stands_between_them_are_both_texts(old: str, new: str) -> None:
    changes = find_changes(old, new, find_bonds([old, new]))
    old_at = new_at = 0
    for change in [*changes, Change("replaced", len(old), len(old), len(new), len(new))]:
        assert old_at <= change.old_start <= change.old_end <= len(old)
        assert new_at <= change.new_start <= change.new_end <= len(new)
        assert fold_words(old[old_at : change.old_start])[0] == fold_words(new[new_at : change.new_start])[0]
        old_at, new_at = change.old_end, change.new_end
    for change in changes:
        deleted, inserted = change.old_start < change.old_end, change.new_start < change.new_end
        assert (
            change.kind
            == {(True, True): "replaced", (True, False): "deleted", (False, True): "inserted"}[deleted, inserted]
        )
    for before, after in pairwise(changes):
        assert before.old_end < after.old_start
        assert before.new_end < after.new_start


@given(st.text(max_size=60))
def test_a_text_has_not_changed_from_itself(text: str) -> None:
    assert find_changes(text, text) == ()
    assert find_changes(text, "".join(text.split())) == ()
