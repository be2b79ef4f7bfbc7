from dataclasses import replace
from datetime import date

import pytest

from corpus import Catalog, parse_text
from corpus.model import Clause, ParsedDocument
from index.model import Hit
from rag.model import Passage
from rag.passages import fold_passages

LAW = "第一条　生产企业应当建立生产记录，记录应当保存二年，禁止伪造生产记录。\n第二条　缺陷产品应当立即召回并报告。\n"


def parse(id: str, text: str, title: str = "甲法") -> ParsedDocument:
    return parse_text(f"{title}\n\n{text}", id=id, source=f"{id}.md")


OLD = parse("甲法(2018)", LAW)
NEW = parse("甲法(2022)", LAW.replace("保存二年", "至少保存三年"))
RULE = parse("乙办法", LAW.splitlines()[1].replace("第二条", "第九条"), "乙办法")
YEARS = {2018: OLD, 2022: NEW, 2020: RULE}
CATALOG = Catalog(replace(one.document, published=date(year, 1, 1)) for year, one in YEARS.items())
IN_FORCE = CATALOG.in_force(date(2026, 1, 1))


def list_passages(*clauses: Clause) -> list[Passage]:
    return [Passage(Hit(f"{clause.id}/1", 1 / rank, rank), clause) for rank, clause in enumerate(clauses, 1)]


def find(parsed: ParsedDocument, number: str) -> Clause:
    return next(clause for clause in parsed.clauses if clause.number == number)


def test_the_version_in_force_stands_for_the_others_at_the_best_place() -> None:
    assert sorted(IN_FORCE) == ["乙办法", "甲法(2022)"]
    found = list_passages(find(OLD, "一"), find(OLD, "二"), find(NEW, "二"), find(NEW, "一"))
    folded = fold_passages(found, CATALOG, in_force=IN_FORCE)
    assert [(one.clause.id, one.alike) for one in folded] == [
        ("甲法(2022)#一", ("甲法(2018)#一",)),
        ("甲法(2022)#二", ("甲法(2018)#二",)),
    ]
    assert [(one.hit.score, one.hit.rank) for one in folded] == [(1.0, 1), (0.5, 2)]
    assert folded[0].hit.chunk_id == "甲法(2022)#一/1"


def test_the_same_words_in_another_document_fold_under_the_better_hit() -> None:
    folded = fold_passages(list_passages(find(RULE, "九"), find(NEW, "二")), CATALOG, in_force=IN_FORCE)
    assert [(one.clause.id, one.alike) for one in folded] == [("乙办法#九", ("甲法(2022)#二",))]


def test_a_version_that_was_asked_for_by_name_is_not_folded() -> None:
    found = list_passages(find(NEW, "一"), find(OLD, "一"))
    folded = fold_passages(found, CATALOG, in_force=IN_FORCE, named=["甲法(2018)"])
    assert [one.clause.id for one in folded] == ["甲法(2022)#一", "甲法(2018)#一"]


@pytest.mark.parametrize("count", [0, 1])
def test_few_passages_stay_as_they_are(count: int) -> None:
    found = list_passages(find(NEW, "一"))[:count]
    assert fold_passages(found, CATALOG, in_force=IN_FORCE) == found
