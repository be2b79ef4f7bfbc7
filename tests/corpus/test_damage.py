import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.damage import find_damage


def damaged(text: str) -> list[str]:
    return [text[span.start : span.end] for span in find_damage(text)]


def test_a_garbled_stretch_is_covered_from_its_first_lost_character_to_its_last() -> None:
    text = "加快形成国家质量基础设施体系??构抑柿炕∩枋┬窦坝τ檬痉痘亟ㄉ?,助推中小企业全面加强质量提升。"
    assert damaged(text) == ["??构抑柿炕∩枋┬窦坝τ檬痉痘亟ㄉ?"]


def test_lost_characters_between_punctuation_are_one_stretch() -> None:
    assert damaged("强化对质量创新的鼓励、引导、?;?。研究修订产品质量法。") == ["?;?"]


@pytest.mark.parametrize(
    "text",
    [
        "产品质量法何时施行?本法自1993年起施行。",
        "什么是缺陷?\n答:不合理的危险。",
        "真的吗??",
        "如何处理?”他问。",
        "能否退货?(见第二十四条)",
        "详见 https://example.gov.cn/a?b=1&c=2 一页。",
        "Is it damaged? No; it is English.",
        "α粒子、β粒子与γ射线的防护，压力不低于5MPa，误差±0.5℃，面积≥10㎡。",
        "《イノベーション》与日本の製品的比较。",
        "依照第①项、第②项办理，见表Ⅱ。",
        "艾克拜尔·米吉提与法蒂玛·马合木提出席。",
    ],
)
def test_genuine_questions_and_symbols_are_not_damage(text: str) -> None:
    assert damaged(text) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("质量\ufffd\ufffd提升", "\ufffd\ufffd"),
        ("下列情形：\ue004\n（一）甲", "\ue004"),
        ("产品锟斤拷质量", "锟斤拷"),
        ("坚持质量??第一的方针", "??"),
        ("质量?务体系已经建立", "?"),
        ("ç¬¬ä¸€æ¡", "ç¬¬ä¸€æ¡"),
        ("质\x03量", "\x03"),
        ("加强对产浦柿康募喽焦芾恚\ufffd提高质量", "浦柿康募喽焦芾恚\ufffd"),
        ("??? ????????", "????????"),
    ],
)
def test_lost_and_unreadable_characters_are_damage(text: str, found: str) -> None:
    assert damaged(text) == [found]


@given(st.text())
def test_stretches_lie_in_order_and_apart_in_any_text(text: str) -> None:
    end = 0
    for span in find_damage(text):
        assert end <= span.start < span.end <= len(text)
        end = span.end


LAW = "为了加强对产品质量的监督管理，保护消费者的合法权益，制定本法。"


@pytest.mark.parametrize(
    ("written", "read"),
    [("utf-8", "gb18030"), ("gbk", "latin-1"), ("gbk", "cp1252"), ("utf-8", "latin-1"), ("utf-8", "cp1252")],
)
def test_text_read_in_a_wrong_encoding_is_damage_from_end_to_end(written: str, read: str) -> None:
    text = LAW.encode(written).decode(read, "replace")
    covered = sum(span.end - span.start for span in find_damage(text))
    assert covered / len(text) > 0.9
    assert find_damage(LAW) == []


def test_text_encoded_twice_is_damage() -> None:
    text = LAW.encode().decode("latin-1").encode().decode("latin-1")
    assert sum(span.end - span.start for span in find_damage(text)) == len(text)
