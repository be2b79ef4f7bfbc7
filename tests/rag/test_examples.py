from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from corpus.catalog import Catalog
from corpus.parse import parse_text
from rag.examples import Examples
from rag.model import Answer, Citation
from rag.phrasing import propose_questions

CONDITIONS = {
    "工伤": "劳动者对工伤认定决定不服",
    "物业": "业主对物业收费标准不服",
    "医疗": "患者对医疗事故鉴定结论不服",
    "学籍": "学生对开除学籍处分不服",
    "征收": "村民对土地征收补偿方案不服",
}
LAWS = [
    parse_text(
        f"{name}条例\n\n第一条 为了规范{name}，制定本条例。\n\n第二条 {condition}的，可以申请行政复议。\n",
        id=f"{name}条例",
        source=f"{name}条例.md",
    )
    for name, condition in CONDITIONS.items()
]
INDEX: Any = SimpleNamespace(parsed={law.document.id: law for law in LAWS})


class Asked:
    """Answers the questions that hold a word, with the clause they were made of, and counts what it was asked."""

    def __init__(self, word: str) -> None:
        self.word = word
        self.questions: list[str] = []

    def __call__(self, question: str) -> Answer:
        self.questions.append(question)
        for law in LAWS:
            for clause in law.clauses:
                for one in propose_questions(clause, law):
                    if one.question == question and self.word in question:
                        words = law.document.text[one.start : one.end]
                        return Answer(words, (), (Citation(clause.id, words, one.start, one.end),), "grounded")
        return Answer("")


def make_examples(asked: Asked) -> Examples:
    return Examples(INDEX, Catalog(law.document for law in LAWS), asked)


def test_documents_that_nobody_chose_questions_for_get_such_as_they_answer() -> None:
    asked = Asked("不服")
    questions = make_examples(asked).list_questions(4)
    assert len(questions) == 4
    assert set(questions) <= {f"{condition}怎么办？" for condition in CONDITIONS.values()}


def test_at_most_four_are_asked_and_only_once() -> None:
    asked = Asked("工伤")
    examples = make_examples(asked)
    first = examples.list_questions(4)
    assert len(asked.questions) == 4
    assert first == examples.list_questions(4)
    assert len(asked.questions) == 4


def test_where_too_few_are_answered_clauses_are_named() -> None:
    questions = make_examples(Asked("没有")).list_questions(2)
    assert len(questions) == 2
    assert set(questions) <= {f"《{name}条例》第一条规定了什么？" for name in CONDITIONS}


def test_the_shipped_documents_need_none_asked(wence: Any) -> None:
    assert wence.suggest_questions(4)[0] == "买到假货能赔多少？"
