"""Who signs, and when."""

from datetime import date

from corpus import ParsedDocument, parse_text


def parse(text: str) -> ParsedDocument:
    return parse_text(text, id="甲", source="甲.txt")


def signed(parsed: ParsedDocument) -> list[str]:
    text = parsed.document.text
    return [text[span.start : span.end] for span in parsed.spans if span.reason == "signature"]


NOTICE = (
    "关于印发办法的通知\n现将办法印发给你们。\n甲市财政局\n甲市税务局\n二○○八年六月二十五日\n"
    "{title}第一条 甲。\n第二条 本办法自发布之日起施行。\n{end}"
)


def test_all_issuers_of_a_notice_sign_before_the_document_it_carries() -> None:
    parsed = parse(NOTICE.format(title="财政\n补贴办法\n", end=""))
    assert signed(parsed) == ["甲市财政局", "甲市税务局", "二○○八年六月二十五日"]
    assert parsed.document.issuer == "甲市财政局、甲市税务局"
    assert [clause.path for clause in parsed.clauses] == [(), ("财政补贴办法",), ("财政补贴办法",)]


def test_the_day_of_printing_is_no_day_of_signature() -> None:
    parsed = parse(NOTICE.format(title="补贴办法\n", end="二○○八年七月一日印发\n"))
    assert signed(parsed)[-1] == "二○○八年七月一日印发"
    assert parsed.document.published == parsed.document.effective == date(2008, 6, 25)


def test_a_zero_typed_as_a_letter_of_another_alphabet_is_a_zero() -> None:
    assert parse("关于某事的通知\n请执行。\n甲市政府\n二ОО六年四月十日\n").document.published == date(2006, 4, 10)
