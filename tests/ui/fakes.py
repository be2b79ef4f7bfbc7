"""A small Wence for tests of the page and the API: three real-looking documents and scripted answers."""

from __future__ import annotations

import gc
import shutil
import tempfile
import threading
import warnings
import weakref
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from corpus.catalog import Catalog
from corpus.errors import NotFound, QuestionError
from corpus.model import Clause, Document, ParsedDocument, Span
from corpus.settings import CorpusSettings
from index.filters import Filter
from rag.model import Answer, Citation, Removal, Statement, Turn

EVERYTHING = Filter()
POLICY = """五、改革完善质量发展政策和制度
（二十三）加强质量制度建设
坚持促发展和保底线并重，强化对质量创新的鼓励、引导、?;?。研究修订产品质量法，建立商品质量惩罚性赔偿制度。
（二十四）加大财政金融扶持力度
完善质量发展经费多元筹集和保障机制。
"""
LAW = (
    "第五十五条　经营者提供商品或者服务有欺诈行为的，应当按照消费者的要求增加赔偿其受到的损失，"
    "增加赔偿的金额为消费者购买商品的价款或者接受服务的费用的三倍；"
    "增加赔偿的金额不足五百元的，为五百元。法律另有规定的，依照其规定。\n"
    "经营者明知商品或者服务存在缺陷，仍然向消费者提供，造成消费者或者其他受害人死亡或者健康严重损害的，"
    "受害人有权要求经营者依照本法第四十九条、第五十一条等法律规定赔偿损失，并有权要求所受损失二倍以下的惩罚性赔偿。\n"
    "第五十六条　经营者有下列情形之一，除承担相应的民事责任外，由工商行政管理部门责令改正；"
    "有欺诈行为的，并依照本法第五十五条处理。\n"
)
EVIL = '<script>window.pwned=1</script><img src=x onerror="window.pwned=1">${window.pwned=1}{{pwned}}\'"&lt;'


def cut_clause(document: str, text: str, number: str, label: str, heading: str, path: tuple[str, ...]) -> Clause:
    """Return the clause from its label to the next label of the same kind, or to the end."""
    start = text.index(label)
    following = [at for mark in ("第五十六条", "（二十四）") if (at := text.find(mark, start + 1)) > 0]
    end = len(text[: min(following, default=len(text))].rstrip())
    return Clause(f"{document}#{number}", document, path, number, label, heading, text[start:end], start, end)


def make_library() -> dict[str, ParsedDocument]:
    policy_path = ("五、改革完善质量发展政策和制度",)
    policy = (
        cut_clause("质量意见", POLICY, "二十三", "（二十三）", "加强质量制度建设", policy_path),
        cut_clause("质量意见", POLICY, "二十四", "（二十四）", "加大财政金融扶持力度", policy_path),
    )
    law_path = ("第七章　法律责任",)
    law = (
        cut_clause("消保法", LAW, "五十五", "第五十五条", "", law_path),
        cut_clause("消保法", LAW, "五十六", "第五十六条", "", law_path),
    )
    evil = Clause("evil\"'<b>#一", "evil\"'<b>", (EVIL,), "一", f"第一条{EVIL}", EVIL, EVIL, 0, len(EVIL))
    at = POLICY.index("?;?")
    return {
        "质量意见": ParsedDocument(
            Document(
                "质量意见",
                "中共中央 国务院关于开展质量提升行动的指导意见",
                "中共中央、国务院",
                "",
                date(2017, 9, 5),
                None,
                None,
                "docs/质量意见.txt",
                POLICY,
            ),
            policy,
            (),
            (Span("damaged", at, at + 3, "damaged"),),
        ),
        "消保法": ParsedDocument(
            Document(
                "消保法",
                "中华人民共和国消费者权益保护法",
                "",
                "",
                date(2013, 10, 25),
                date(2014, 3, 15),
                None,
                "docs/消保法.md",
                LAW,
            ),
            law,
            (),
            (),
        ),
        evil.document_id: ParsedDocument(
            Document(evil.document_id, EVIL, EVIL, EVIL, None, None, date(2001, 1, 1), f"docs/{EVIL}", EVIL),
            (evil,),
            (),
            (),
        ),
    }


def cite(clause: Clause, quote: str) -> Citation:
    start = clause.start + clause.text.index(quote)
    return Citation(clause.id, quote, start, start + len(quote))


@dataclass
class FakeWence:
    """Answers by script; ``asked`` records what it was asked."""

    script: Callable[[str], Sequence[Answer]] | None = None
    parsed: dict[str, ParsedDocument] = field(default_factory=make_library)
    asked: list[tuple[str, tuple[str, ...], tuple[Turn, ...]]] = field(default_factory=list)
    filters: list[Filter] = field(default_factory=list)
    examples: Sequence[str] = ("买到假货能多赔点钱吗？", "第二十四条讲了什么？")
    follow_ups: Sequence[str] = ("最少赔多少？", EVIL)
    llm: SimpleNamespace = field(
        default_factory=lambda: SimpleNamespace(kind="none", name="", reachable=False, detail="")
    )

    def __post_init__(self) -> None:
        clauses = {clause.id: clause for parsed in self.parsed.values() for clause in parsed.clauses}
        manifest = SimpleNamespace(corpus_hash="c0ffee", encoder="fake")
        self.index = SimpleNamespace(parsed=self.parsed, clauses=clauses, manifest=manifest)
        self.catalog = Catalog([parsed.document for parsed in self.parsed.values()])
        self.settings = SimpleNamespace(
            home=Path(tempfile.mkdtemp(prefix="wence-fake-")),
            answer=SimpleNamespace(question_max_characters=2_000),
            corpus=CorpusSettings(),
        )
        self._remove = weakref.finalize(self, shutil.rmtree, self.settings.home, ignore_errors=True)

    def ask(
        self, question: str, *, documents: Sequence[str] = (), history: Sequence[Turn] = (), filter: Filter = EVERYTHING
    ) -> Answer:
        return list(self.stream(question, documents=documents, history=history, filter=filter))[-1]

    def stream(
        self, question: str, *, documents: Sequence[str] = (), history: Sequence[Turn] = (), filter: Filter = EVERYTHING
    ) -> Iterator[Answer]:
        self.asked.append((question, tuple(documents), tuple(history)))
        self.filters.append(filter)
        if not question.strip():
            yield Answer("请输入一个问题。", reason="empty")
            return
        if len(question) > self.settings.answer.question_max_characters:
            raise QuestionError("the question is too long: shorten it")
        if unknown := [id for id in documents if id not in self.parsed]:
            raise NotFound(f"no document {unknown[0]}: see `wence doctor`")
        yield from (self.script or self.answer)(question)

    def answer(self, question: str) -> Sequence[Answer]:
        if "假货" in question or "赔" in question:
            return [self.grounded()]
        if "<" in question:
            return [self.evil()]
        if "草稿" in question:
            return [self.drafted()]
        return [
            Answer(
                "在已载入的文件里没有找到能回答这个问题的条文。",
                reason="no_support",
                related=("质量意见#二十四", "消保法#五十六"),
                timings={"total": 12.0},
            )
        ]

    def grounded(self) -> Answer:
        first, second = self.index.clauses["消保法#五十五"], self.index.clauses["质量意见#二十三"]
        quotes = (
            cite(first, "增加赔偿的金额为消费者购买商品的价款或者接受服务的费用的三倍"),
            cite(first, "增加赔偿的金额不足五百元的，为五百元"),
            cite(second, "建立商品质量惩罚性赔偿制度"),
        )
        statements = tuple(Statement(quote.quote + "。", (n,), "extract") for n, quote in enumerate(quotes))
        text = "\n".join(f"{statement.text}[{n + 1}]" for n, statement in enumerate(statements))
        return Answer(text, statements, quotes, "grounded", timings={"total": 31.0})

    def drafted(self) -> Answer:
        whole = self.grounded()
        statement = Statement("欺诈的，按价款的三倍赔偿，最少五百元。", (0, 1), "llm")
        return Answer(
            f"{statement.text}[1][2]\n未能回答的部分：赔偿的时限。",
            (statement,),
            whole.citations[:2],
            "partial",
            removed=(Removal(f"七日内必须赔付{EVIL}。", "number not in the clause"),),
            notice="大模型没有答完，余下的直接引用原文。",
            timings={"total": 900.0},
        )

    def evil(self) -> Answer:
        clause = next(clause for clause in self.index.clauses.values() if clause.number == "一")
        statement = Statement(clause.text, (0,), "extract")
        citation = Citation(clause.id, clause.text, clause.start, clause.end)
        return Answer(f"{statement.text}[1]", (statement,), (citation,), "grounded", notice=EVIL)

    def find_clause(self, name: str) -> Clause:
        raise NotFound(f"no clause {name}: `wence show` lists how to name one")

    def suggest_follow_ups(
        self, question: str, answer: Answer, history: Sequence[Turn] = (), *, documents: Sequence[str] = ()
    ) -> list[str]:
        return [] if question in self.follow_ups else list(self.follow_ups)

    def suggest_questions(self, k: int) -> list[str]:
        return list(self.examples)[:k]

    def describe(self) -> Any:
        clauses = sum(len(parsed.clauses) for parsed in self.parsed.values())
        return SimpleNamespace(
            documents=len(self.parsed), clauses=clauses, encoder="fake", built="2026-01-01T00:00:00", llm=self.llm
        )


@contextmanager
def serve_in_thread(wence: Any) -> Iterator[str]:
    """Serve on a free port until the block ends; yields the address."""
    from ui.server import ADDRESS, PageServer, build_app, open_port

    with warnings.catch_warnings():
        # Gradio leaves event loops of its own unclosed while it builds a page.
        warnings.simplefilter("ignore", ResourceWarning)
        app = build_app(wence)
        gc.collect()
    listener = open_port(0)
    ready = threading.Event()
    server = PageServer(app, ready.set)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        assert ready.wait(60), "the server did not start"
        yield f"http://{ADDRESS}:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(20)
        listener.close()
