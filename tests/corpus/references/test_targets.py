from datetime import date

from corpus import Catalog, ParsedDocument, parse_text
from corpus.references.find import find_references
from corpus.references.targets import Target, resolve_references

OLD = "# 乙法\n\n2010年1月1日 公布\n\n<!-- INFO END -->\n\n第一条 旧。\n第二条 旧二。\n"
NEW = (
    "# 中华人民共和国乙法\n\n2020年1月1日 公布\n\n<!-- INFO END -->\n\n"
    "第一条 甲。\n第二条 有：\n（一）子；\n（二）丑。\n"
)


def parse(text: str, id: str) -> ParsedDocument:
    return parse_text(text, id=id, source=f"{id}.md")


def resolve(words: str, *, day: date | None = None) -> tuple[list[Target], str]:
    text = f"# 甲条例\n\n## 第一章 总则\n\n第一条 {words}\n第二条 丙。\n第三条 丁。\n\n## 第二章 附则\n\n第四条 戊。\n"
    documents = {id: parse(one, id) for id, one in {"甲": text, "乙旧": OLD, "乙新": NEW}.items()}
    catalog = Catalog(one.document for one in documents.values())
    own = documents["甲"]
    return list(resolve_references(find_references(own), own, catalog, documents, day=day)), text


def ids(words: str, *, day: date | None = None) -> list[tuple[str, ...]]:
    return [one.clause_ids for one in resolve(words, day=day)[0]]


def test_own_clauses_ranges_and_sections_lead_to_their_ids() -> None:
    assert ids("依照本条例第三条、第二条至第四条和第二章。") == [
        ("甲#三",),
        ("甲#二", "甲#三", "甲#四"),
        ("甲#四",),
    ]


def test_another_document_is_its_version_in_force_unless_a_day_is_given() -> None:
    assert ids("依照《乙法》第一条。") == [("乙新#一",)]
    assert ids("依照《乙法》第一条。", day=date(2015, 1, 1)) == [("乙旧#一",)]
    assert ids("应当认定为乙法第一条所称。") == [("乙新#一",)]


def test_a_point_leads_to_its_words() -> None:
    (target,), _ = resolve("依照《乙法》第二条第（二）项。")
    assert NEW[target.start : target.end] == "（二）丑。"


def test_what_is_not_here_leads_nowhere_and_says_which_document_lacks_it() -> None:
    found = resolve("依照《丙法》第一条、《乙法》第九条和《乙法》办理。")[0]
    assert [(one.document_id, one.clause_ids) for one in found] == [("", ()), ("乙新", ()), ("乙新", ())]


def test_numbers_that_begin_again_are_those_of_the_same_run() -> None:
    part = "（一）甲\n按照本意见（二）办理。\n（二）乙\n要乙。\n"
    text = f"关于某事的意见\n一、改革\n{part}二、保障\n{part}"
    parsed = parse(text, "甲")
    found = resolve_references(find_references(parsed), parsed, Catalog([parsed.document]), {"甲": parsed})
    assert [one.clause_ids for one in found] == [("甲#二",), ("甲#二~2",)]
