"""A small law, and documents made of text as files would give them."""

from __future__ import annotations

from pathlib import Path

from corpus.model import ParsedDocument
from corpus.settings import CorpusSettings
from eval.drafting.read import read_corpus

LAW = """中华人民共和国样品法

第一条 为了加强样品管理，保护用户的合法权益，制定本法。

第二条 样品的保存期限为三年。情节严重的，保存期限为十年。

第三条 样品应当符合下列要求：
（一）标明名称和产地；
（二）附有检验合格证明；
（三）法律规定的其他要求。

第四条 生产者应当自样品售出之日起十五日内向所在地的主管部门备案。

第五条 生产者未按照规定备案的，由样品主管部门责令改正，处五千元以上五万元以下的罚款。

前款规定的罚款，可以分期缴纳三个月。

第七条 本法自2020年1月1日起施行。
"""


def parse_texts(folder: Path, **texts: str) -> tuple[ParsedDocument, ...]:
    """Parse texts as files named so."""
    for name, text in texts.items():
        (folder / f"{name}.md").write_text(text, encoding="utf-8")
    corpus = read_corpus([folder], CorpusSettings())
    assert corpus.failed == ()
    return corpus.documents
