"""Every measure by name, in the order in which reports show them; those of a judge apart."""

from __future__ import annotations

from collections.abc import Sequence

from eval.measures.abstention import count_false_abstentions, score_abstention_precision, score_abstention_recall
from eval.measures.answer_point_recall import score_answer_point_recall
from eval.measures.citation_precision import score_macro_precision, score_micro_precision
from eval.measures.citation_recall import score_macro_recall, score_micro_recall
from eval.measures.evidence_recall import score_evidence_recall
from eval.measures.exactness import score_exact, score_lookups_right, score_versions_right
from eval.measures.follow_ups import score_follow_ups_right
from eval.measures.judged import score_judged_answers, score_judged_support
from eval.measures.latency import score_p50, score_p95
from eval.measures.model import Measure, Outcome, Score
from eval.measures.own_sentences import score_own_sentences
from eval.measures.quote_economy import score_quote_economy
from eval.measures.quote_validity import count_quote_violations
from eval.measures.sentence_citation_precision import score_sentence_citation_precision
from eval.measures.sentence_citation_recall import score_sentence_citation_recall

MEASURES: tuple[Measure, ...] = (
    Measure("citation_precision_micro", "引用精确率（按引用）", "share", "citations", "higher", score_micro_precision),
    Measure(
        "citation_precision_macro",
        "引用精确率（按问题）",
        "share",
        "citing questions",
        "higher",
        score_macro_precision,
    ),
    Measure("citation_recall_micro", "引用召回率（按条款）", "share", "gold clauses", "higher", score_micro_recall),
    Measure(
        "citation_recall_macro", "引用召回率（按问题）", "share", "answerable questions", "higher", score_macro_recall
    ),
    Measure("evidence_recall", "证据召回率", "share", "gold evidence strings", "higher", score_evidence_recall),
    Measure(
        "answer_point_recall", "答案要点召回率", "share", "gold answer points", "higher", score_answer_point_recall
    ),
    Measure("exact", "引用全对的问题", "share", "questions", "higher", score_exact),
    Measure("lookups_right", "条款查询全对", "share", "lookup questions", "higher", score_lookups_right),
    Measure("versions_right", "版本问题全对", "share", "version questions", "higher", score_versions_right),
    Measure("follow_ups_right", "追问引全", "share", "follow-up questions", "higher", score_follow_ups_right),
    Measure("abstention_precision", "拒答精确率", "share", "abstentions", "higher", score_abstention_precision),
    Measure("abstention_recall", "拒答召回率", "share", "unanswerable questions", "higher", score_abstention_recall),
    Measure("false_abstentions", "误拒答数", "count", "answerable questions", "lower", count_false_abstentions),
    Measure("sentence_citation_recall", "逐句引用召回率", "share", "answers", "higher", score_sentence_citation_recall),
    Measure(
        "sentence_citation_precision",
        "逐句引用精确率",
        "share",
        "answers",
        "higher",
        score_sentence_citation_precision,
    ),
    Measure("own_sentences", "含大模型所写句子的答案", "share", "answers", "higher", score_own_sentences),
    Measure("quote_economy", "引文长度比（中位数）", "ratio", "fact and lay questions", "lower", score_quote_economy),
    Measure("quote_violations", "不实引文数", "count", "citations", "lower", count_quote_violations),
    Measure("latency_p50_ms", "用时中位数（毫秒）", "ms", "answers", "lower", score_p50),
    Measure("latency_p95_ms", "用时 95 分位（毫秒）", "ms", "answers", "lower", score_p95),
)

JUDGED: tuple[Measure, ...] = (
    Measure("judged_support", "评审：引文支持的句子", "share", "statements decided", "higher", score_judged_support),
    Measure("judged_answers", "评审：答了所问的答案", "share", "answers decided", "higher", score_judged_answers),
)
"""What there is where an LLM judged the answers."""


def score_outcomes(outcomes: Sequence[Outcome]) -> dict[str, Score]:
    """Return every measure's score over the outcomes, by the measure's name."""
    return {measure.name: measure.score(outcomes) for measure in MEASURES}
