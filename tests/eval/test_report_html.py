from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.measures import CitedQuote, Outcome
from eval.report import Report, RunFacts, build_report
from eval.report_html import name_faults, render_html
from rag.model import Turn
from tests.eval.builders import make_outcome, make_question, outcomes

EVIL = '<script>alert(1)</script><img src=x onerror="alert(1)">\'&lt;{{ 7 * 7 }}{% endfor %}'
FACTS = RunFacts("set.jsonl", "wence eval run set.jsonl", "2025-01-02", "0.1.0", "e5", "abc", 1.5, {"extract": 2})


class Page(HTMLParser):
    """The elements of a page, the text inside each class, and whether all that is opened is closed."""

    VOID = frozenset({"meta", "br", "line", "rect", "circle"})

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[tuple[str, str]] = set()
        self.text = ""
        self.open: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {(name, value or "") for name, value in attrs}
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def report(*run: Outcome) -> Report:
    return build_report(run, FACTS)


FAILING = make_outcome(
    make_question(
        "甲#一",
        "甲#二",
        also=("甲#五",),
        evidence=("应当备案", "三年内"),
        answer_points=("应当备案", "三年"),
        id="bad",
        question="要备案吗？",
        history=(Turn("user", "先问的"), Turn("assistant", "先答的")),
    ),
    "甲#一",
    quotes=("应当备案。",),
    answer="应当备案。[1]",
)


def test_a_failing_question_stands_beside_its_gold() -> None:
    text = Page(render_html(report(FAILING))).text
    for words in ("要备案吗？", "先问的", "先答的", "应当备案。[1]", "甲#二", "甲#五", "三年内", "漏引 / missing"):
        assert words in text
    assert "✓ 甲#一" in text
    assert "✗ 甲#二" in text
    assert "✓ 应当备案" in text
    assert "✗ 三年内" in text


def test_only_what_failed_is_shown_in_full() -> None:
    right = make_outcome(make_question("甲#一", id="good", question="好问题"), "甲#一", answer="好答案")
    text = Page(render_html(report(FAILING, right))).text
    assert "好问题" in text  # in the list of all questions
    assert "好答案" not in text
    assert "1 / 2" in text
    assert "Questions that failed: 1" in text


def test_figures_stand_with_their_intervals_overall_and_by_type() -> None:
    page = render_html(report(FAILING, make_outcome(make_question(id="none", type="unanswerable"))))
    text = Page(page).text
    assert "引用召回率（按条款）" in text
    assert "[0.500, 0.500]" in text  # one answerable question, of whose two clauses one is cited
    assert "n=1" in text
    assert 'aria-label="0 / 1"' in page  # fact
    assert 'aria-label="1 / 1"' in page  # unanswerable
    assert 'class="whisker"' in page


def test_every_text_is_escaped() -> None:
    evil = make_question(
        f"{EVIL}#一",
        also=(EVIL,),
        evidence=(EVIL,),
        answer_points=(EVIL,),
        id=EVIL,
        type=EVIL,
        question=EVIL,
        history=(Turn("user", EVIL),),
    )
    facts = RunFacts(EVIL, EVIL, EVIL, EVIL, EVIL, EVIL, 1.0, {EVIL: 1}, (EVIL,))
    wrong = Outcome(
        evil, "grounded", (CitedQuote(EVIL, EVIL, EVIL, 0, 9),), 1.0, (EVIL,), error=EVIL, answer=f"{EVIL}\n[1]"
    )
    plain, page = Page(render_html(report(FAILING))), Page(render_html(build_report([wrong], facts)))
    assert page.tags <= plain.tags
    assert page.open == []
    assert not {name for name, _ in page.attributes if name.startswith("on")}
    assert page.text.count(EVIL) >= 20
    assert "49" not in page.text


def test_the_page_fetches_and_runs_nothing() -> None:
    page = render_html(report(FAILING))
    parsed = Page(page)
    assert parsed.tags & {"script", "link", "img", "iframe", "object", "embed", "form", "base"} == set()
    assert {value for name, value in parsed.attributes if name in ("src", "href")} == {"#failure-1"}
    assert "http:" not in page
    assert "https:" not in page
    assert "url(" not in page
    assert "default-src 'none'" in page


def test_it_is_readable_in_light_and_in_dark() -> None:
    page = render_html(report(FAILING))
    assert "color-scheme: light dark" in page
    assert "prefers-color-scheme: dark" in page


@pytest.mark.parametrize(
    ("outcome", "faults"),
    [
        (make_outcome(make_question("甲#一")), ["误拒答 / abstained", "漏引 / missing"]),
        (make_outcome(make_question(), "甲#一"), ["应拒答 / answered", "错引 / wrong"]),
        (make_outcome(make_question("甲#一"), error="LLMError: x"), ["出错 / error", "漏引 / missing"]),
        (make_outcome(make_question("甲#一"), "甲#一", violations=("x",)), ["引文不实 / untrue"]),
    ],
)
def test_faults_are_named(outcome: Outcome, faults: list[str]) -> None:
    (result,) = report(outcome).results
    assert name_faults(result) == faults


@given(st.lists(outcomes(), max_size=4))
def test_any_run_gives_a_whole_page(run: list[Outcome]) -> None:
    assert Page(render_html(report(*run))).open == []
