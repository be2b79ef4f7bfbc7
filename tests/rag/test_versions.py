from datetime import date

import pytest

from corpus.catalog import Catalog
from corpus.model import Document
from rag.versions import choose_versions, find_versions

DAY = date(2026, 11, 30)
YEARS = (2005, 2018, 2022)
CATALOG = Catalog(
    [Document(f"甲乙法({year})", "甲乙法", "", "", date(year, 1, 1), None, None, "", "") for year in YEARS]
)
IDS = [f"甲乙法({year})" for year in reversed(YEARS)]


def choose(text: str) -> list[int]:
    return [int(id[4:8]) for id in choose_versions(find_versions(text), IDS, CATALOG, DAY)]


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("甲乙法怎么罚", [2022]),
        ("甲乙法规定老板要负什么责任", [2022]),
        ("甲乙法实施后废止了哪部老规定", [2022]),
        ("现行甲乙法的罚款", [2022]),
        ("旧的甲乙法怎么罚", [2018]),
        ("老版甲乙法", [2018]),
        ("甲乙法修订前罚多少", [2018]),
        ("2018年版甲乙法", [2018]),
        ("二〇〇五年那版甲乙法", [2005]),
        ("甲乙法在2018年修改之前怎么规定", [2005]),
        ("甲乙法新旧两版有什么不同", [2018, 2022]),
        ("甲乙法2005版与2022版的罚款各是多少", [2005, 2022]),
        ("甲乙法旧版罚多少,新版改成了多少,有什么变化", [2018, 2022]),
        ("甲乙法2005年版和现行版两个版本的区别", [2005, 2022]),
        ("新法老法分别怎么规定", [2018, 2022]),
        ("甲乙法2018年版和2022年版对市场的要求", [2018, 2022]),
    ],
)
def test_a_question_is_about_the_versions_that_it_speaks_of(text: str, years: list[int]) -> None:
    assert choose(text) == years


def test_of_one_version_there_is_nothing_to_choose() -> None:
    assert choose_versions(find_versions("旧版甲乙法"), IDS[:1], CATALOG, DAY) == IDS[:1]
