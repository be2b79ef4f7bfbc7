from __future__ import annotations

import math

import pytest

from corpus.parse import parse_text
from rag import Wence
from rag.model import Answer, Citation, Turn
from rag.phrasing import Proposal, propose_questions
from rag.suggestions import turns_after, verify_proposals
from rag.wording import squeeze

LAW = parse_text(
    "某某条例\n\n第一条 生产许可证有效期为5年。经营者丢失许可证的，应当及时补办。\n\n"
    "第二条 拒绝接受监督检查的，处一万元罚款。\n",
    id="某某条例",
    source="某某条例.md",
)
PROPOSALS = [proposal for clause in LAW.clauses for proposal in propose_questions(clause, LAW)]


def quote(proposal: Proposal) -> Answer:
    """The answer that quotes what a proposal was made of."""
    words = LAW.document.text[proposal.start : proposal.end]
    return Answer(words, (), (Citation(proposal.clause.id, words, proposal.start, proposal.end),), "grounded")


def verify(answers: dict[str, Answer], *, k: int = 3, asked: tuple[str, ...] = (), most: int = 8) -> list[str]:
    return verify_proposals(
        PROPOSALS,
        lambda question: answers.get(question, Answer("")),
        k=k,
        asked=asked,
        most=most,
    )


def test_only_what_is_answered_with_the_words_it_was_made_of_is_suggested() -> None:
    term, lost, refused = PROPOSALS
    assert [one.question for one in PROPOSALS] == [
        "生产许可证有效期是多久？",
        "经营者丢失许可证怎么办？",
        "拒绝接受监督检查怎么处罚？",
    ]
    assert verify({one.question: quote(one) for one in PROPOSALS}) == [one.question for one in PROPOSALS]
    assert verify({term.question: quote(lost), refused.question: quote(refused)}) == [refused.question]
    assert verify({}) == []


def test_what_was_asked_is_not_suggested_in_other_signs_or_nearly_the_same_words() -> None:
    answers = {one.question: quote(one) for one in PROPOSALS}
    assert PROPOSALS[0].question not in verify(answers, asked=("生产许可证的有效期是多久?",))


def test_no_more_are_asked_than_allowed() -> None:
    answers = {one.question: quote(one) for one in PROPOSALS}
    assert len(verify(answers, most=2)) == 2
    assert verify_proposals(PROPOSALS, lambda _: Answer(""), k=3, most=8, go_on=lambda: False) == []


QUESTIONS = (
    ("买到假货能赔多少？",),
    ("买到假货能赔多少？", "那最少赔多少？"),
    ("产品质量法对以次充好怎么处罚？",),
    ("产品质量法第四十条规定了什么？",),
    ("质量提升行动的指导意见对小企业有什么帮助？",),
    ("加大财政金融扶持力度有哪些措施？", "那人才方面呢？"),
    ("狠抓督察考核是什么意思？",),
    ("网购七天无理由退货有哪些例外？",),
    ("汽车三包期多长？", "变速箱坏了能换车吗？"),
    ("投诉多久能受理？",),
    ("政府采购有哪些方式？",),
    ("施工单位偷工减料怎么处罚？",),
    ("什么是商业秘密？",),
    ("怎么离婚？",),
    ("第五条规定了什么？",),
)


@pytest.mark.parametrize("questions", QUESTIONS, ids=[asked[-1] for asked in QUESTIONS])
def test_every_suggestion_is_answered_when_it_is_asked_next(wence: Wence, questions: tuple[str, ...]) -> None:
    history: list[Turn] = []
    for question in questions:
        answer = wence.ask(question, history=history)
        suggested = wence.suggest_follow_ups(question, answer, history, budget_seconds=math.inf, give_way=False)
        history = turns_after(question, answer, history, wence.index)
    assert 1 <= len(suggested) <= 3
    assert len({squeeze(one) for one in (*suggested, *questions)}) == len(suggested) + len(questions)
    quoted = {(one.clause_id, one.quote) for one in answer.citations}
    for one in suggested:
        following = wence.ask(one, history=history)
        assert following.status == "grounded", one
        new = {(citation.clause_id, citation.quote) for citation in following.citations} - quoted
        assert new, one
        made_of = {
            clause_id
            for clause_id, _ in new
            for proposal in propose_questions(
                wence.index.clauses[clause_id], wence.index.parsed[wence.index.clauses[clause_id].document_id]
            )
            if proposal.question == one
        }
        assert made_of or "规定了什么" in one, one


def test_suggestions_keep_to_the_documents_that_were_asked(wence: Wence) -> None:
    chosen = ["产品质量法(2018-12-29)"]
    answer = wence.ask("产品有缺陷造成损害怎么办？", documents=chosen)
    suggested = wence.suggest_follow_ups(
        "产品有缺陷造成损害怎么办？", answer, documents=chosen, budget_seconds=math.inf, give_way=False
    )
    assert suggested
    for one in suggested:
        cited = wence.ask(
            one, documents=chosen, history=turns_after("产品有缺陷造成损害怎么办？", answer, (), wence.index)
        )
        assert {citation.clause_id.partition("#")[0] for citation in cited.citations} == set(chosen)


def test_an_empty_question_has_no_follow_ups(wence: Wence) -> None:
    assert wence.suggest_follow_ups("", wence.ask("")) == []


def test_nothing_is_suggested_while_others_ask(wence: Wence) -> None:
    answer = wence.ask("买到假货能赔多少？")
    assert wence.suggest_follow_ups("买到假货能赔多少？", answer, budget_seconds=math.inf, give_way=False)
    with wence._searches.inside():  # as one who asks is
        assert wence.suggest_follow_ups("买到假货能赔多少？", answer, budget_seconds=math.inf) == []
