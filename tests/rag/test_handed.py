import pytest

from corpus.catalog import Catalog
from index.store import Index, open_index
from rag.extract import Quotation
from rag.handed import HandedOn
from tests.index.fakes import SETTINGS, BigramEncoder, fill_home, write_file

LAW = "中华人民共和国甲乙法\n\n第一条　卖假货的，罚款五万元。\n\n第二条　乱收费的，依照本法第一条的规定处罚。\n"
RULES = (
    "甲乙法实施条例\n\n第一条　串通的，依照甲乙法第一条的规定追究法律责任。\n\n"
    "第二条　依照本条例第一条制定名录。\n\n第三条　拒绝退货的，依照《丙法》第五条执行。\n"
)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    folder = tmp_path_factory.mktemp("handed")
    fill_home(folder / "home", write_file(folder / "甲乙法.md", LAW), write_file(folder / "甲乙法实施条例.md", RULES))
    return open_index(folder / "home", SETTINGS, encoder=BigramEncoder())


def find(index: Index, question: str, *ids: str) -> list[str]:
    quotations = [Quotation(index.clauses[id], index.clauses[id].start, index.clauses[id].end) for id in ids]
    handed = HandedOn(index, Catalog([one.document for one in index.parsed.values()]))
    return [clause.id for clause in handed.find(question, quotations)]


def test_what_a_quotation_hands_on_is_followed_in_its_own_document_and_in_another(index: Index) -> None:
    assert find(index, "乱收费怎么处罚", "甲乙法#二") == ["甲乙法#一"]
    assert find(index, "串通的后果是什么", "甲乙法实施条例#一") == ["甲乙法#一"]


def test_nothing_is_followed_that_is_quoted_or_not_asked_or_not_here(index: Index) -> None:
    assert find(index, "乱收费怎么处罚", "甲乙法#二", "甲乙法#一") == []
    assert find(index, "串通是什么意思", "甲乙法实施条例#一") == []
    assert find(index, "名录怎么处理", "甲乙法实施条例#二") == []
    assert find(index, "拒绝退货怎么处罚", "甲乙法实施条例#三") == []
