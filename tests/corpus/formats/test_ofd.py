from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import DocumentError
from corpus.formats.ofd import read_ofd
from corpus.lines import drop_blanks
from corpus.model import SourceText
from corpus.settings import CorpusSettings
from tests.corpus.formats.make_ofd import (
    LEADING,
    LEFT,
    NAMESPACE,
    SIZE,
    TOP,
    pack,
    pack_lines,
    pack_pages,
    set_document,
    write_page,
    write_text,
)
from tests.corpus.formats.same_law import list_clauses, read_lines, read_policy

LIMITS = CorpusSettings()


def read(data: bytes, limits: CorpusSettings = LIMITS) -> SourceText:
    return read_ofd(data, limits)


def body(content: SourceText) -> list[str]:
    first = min((span.start for span in content.removed), default=len(content.text))
    return content.text[:first].splitlines()


def removed(content: SourceText) -> list[tuple[str, str]]:
    return [(content.text[span.start : span.end], span.reason) for span in content.removed]


@pytest.mark.parametrize(
    "paragraphs", [read_lines("消费者权益保护法(2013-10-25)"), read_policy()], ids=["law", "policy"]
)
def test_a_document_set_on_pages_has_the_clauses_of_its_text(paragraphs: list[str]) -> None:
    content = read(set_document(paragraphs, header="质量文件"))
    assert list_clauses(content) == list_clauses("\n".join(paragraphs))
    assert [drop_blanks(line) for line in body(content)] == [drop_blanks(line) for line in paragraphs]
    assert {reason for _, reason in removed(content)} == {"page header", "page number"}


def test_lines_that_hold_one_character_each_make_words() -> None:
    objects = "".join(write_text(LEFT + n * SIZE, TOP, character) for n, character in enumerate("第一条质量"))
    assert body(read(pack_pages([write_page(objects)]))) == ["第一条质量"]


def test_one_text_code_may_hold_several_lines() -> None:
    code = 'DeltaX="g 3 5 -15 g 3 5" DeltaY="g 3 0 9 g 3 0"'
    page = write_page(write_text(LEFT, TOP, "质量第一用户至上", code=code))
    assert body(read(pack_pages([page]))) == ["质量第一", "用户至上"]


def test_steps_that_are_not_told_are_as_wide_as_the_characters() -> None:
    page = write_page(write_text(LEFT, TOP, "依据GB/T 19001执行", code=" "))
    assert body(read(pack_pages([page]))) == ["依据GB/T 19001执行"]


def test_a_transformed_object_stands_where_it_is_printed() -> None:
    scaled = write_text(LEFT, TOP, "质量第一", size=10, attributes='CTM="0.5 0 0 0.5 0 5"')
    after = write_text(LEFT, TOP + LEADING, "用户至上")
    assert body(read(pack_pages([write_page(scaled + after)]))) == ["质量第一", "用户至上"]


def test_turned_text_is_kept_aside() -> None:
    mark = write_text(90, 150, "内部资料", attributes='CTM="0.7 0.7 -0.7 0.7 0 0"')
    content = read(pack_pages([write_page(write_text(LEFT, TOP, "第一条　为了提高质量。") + mark)]))
    assert body(content) == ["第一条　为了提高质量。"]
    assert removed(content) == [("内部资料", "turned text")]


@pytest.mark.parametrize("prefix", ["ofd:", "x:", ""])
def test_any_prefix_of_the_namespace_is_read(prefix: str) -> None:
    files = {
        "OFD.xml": "<p:OFD><p:DocBody><p:DocRoot>/Doc_0/Document.xml</p:DocRoot></p:DocBody></p:OFD>",
        "Doc_0/Document.xml": '<p:Document><p:Pages><p:Page BaseLoc="../Doc_0/P.xml"/></p:Pages></p:Document>',
        "Doc_0/P.xml": "<p:Page><p:Content><p:Layer><p:PageBlock><p:PageBlock>"
        "<p:TextObject Boundary='9 9 99 9' Size='5'>"
        "<p:TextCode X='0' Y='5'>质量第一</p:TextCode></p:TextObject></p:PageBlock></p:PageBlock></p:Layer></p:Content>"
        "</p:Page>",
    }
    declared = f' xmlns:{prefix[:-1]}="{NAMESPACE}"' if prefix else ""
    named = {}
    for name, content in files.items():
        root = content[1 : content.index(">")].split()[0]
        named[name] = content.replace(f"<{root}", f"<{root}{declared}", 1).replace("p:", prefix)
    assert body(read(pack(named))) == ["质量第一"]


def test_every_document_of_a_package_is_read_in_order() -> None:
    page = (
        "<Page><Content><Layer><TextObject Boundary='9 {y} 99 9' Size='5'><TextCode X='0' Y='5'>{t}</TextCode>"
        "</TextObject></Layer></Content></Page>"
    )
    files = {
        "OFD.xml": "<OFD><DocBody><DocRoot>A/D.xml</DocRoot></DocBody>"
        "<DocBody><DocRoot>B/D.xml</DocRoot></DocBody></OFD>",
        "A/D.xml": '<Document><Pages><Page BaseLoc="P.xml"/></Pages></Document>',
        "B/D.xml": '<Document><Pages><Page BaseLoc="P.xml"/></Pages></Document>',
        "A/P.xml": page.format(y=40, t="通知"),
        "B/P.xml": page.format(y=90, t="附件"),
    }
    assert body(read(pack(files))) == ["通知", "附件"]


def test_a_letterhead_is_text_and_a_template_of_several_pages_is_not() -> None:
    use = '<ofd:Template TemplateID="{id}" ZOrder="Background"/>'
    common = "".join(f'<ofd:TemplatePage ID="{n}" BaseLoc="Tpls/Tpl_{n}/Content.xml"/>' for n in (4, 5))
    others = {
        "Doc_0/Tpls/Tpl_4/Content.xml": write_page(write_text(60, 30, "国家质量文件", size=8)),
        "Doc_0/Tpls/Tpl_5/Content.xml": write_page(write_text(60, 290, "国家质量网")),
    }
    pages = [
        write_page(write_text(LEFT, 60, "第一条　为了提高质量。"), before=use.format(id=4) + use.format(id=5)),
        write_page(write_text(LEFT, 60, "第二条　适用本办法。"), before=use.format(id=5)),
    ]
    content = read(pack_pages(pages, common=common, others=others))
    assert body(content) == ["国家质量文件", "第一条　为了提高质量。", "第二条　适用本办法。"]
    assert removed(content) == [("国家质量网", "page template")]


def test_glyphs_without_a_character_are_marked_and_escapes_read() -> None:
    coded = write_text(LEFT, TOP, "质¤第一").replace(
        "<ofd:TextCode", '<ofd:CGTransform CodePosition="1"><ofd:Glyphs>7</ofd:Glyphs></ofd:CGTransform><ofd:TextCode'
    )
    escaped = write_text(LEFT, TOP + LEADING, "用\\6237至上", code=" ")
    content = read(pack_pages([write_page(coded + escaped)]))
    assert body(content) == ["质\ufffd第一", "用户至上"]
    assert content.notes == ("1 characters of fonts that do not tell their text, marked as damaged",)


def test_the_title_of_the_file_is_told() -> None:
    assert read(pack_lines("质量第一")).title == "关于提升质量的通知"


IMAGE = '<ofd:ImageObject ID="7" ResourceID="8" Boundary="0 0 210 297" CTM="210 0 0 297 0 0"/>'


def test_a_scan_is_refused_with_the_next_step() -> None:
    with pytest.raises(DocumentError, match="ocrmypdf -l chi_sim"):
        read(pack_pages([write_page(IMAGE)]))


def test_pages_without_text_and_damaged_pages_are_named() -> None:
    pages = [write_page(write_text(LEFT, TOP, "质量第一")), write_page(IMAGE), "<ofd:Page", write_page(IMAGE)]
    content = read(pack_pages(pages))
    assert body(content) == ["质量第一"]
    assert content.notes == (
        "pages 2, 4 without a text layer, not read: run OCR on the file to have the text",
        "page 3 damaged, not read",
    )


def test_entities_are_not_followed_and_bombs_not_blown_up() -> None:
    lines = "".join(f'<!ENTITY a{n + 1} "{f"&a{n};" * 10}">' for n in range(12))
    bomb = f'<!DOCTYPE a [<!ENTITY a0 "aaaaaaaaaa"><!ENTITY file SYSTEM "file://localhost/etc/passwd">{lines}]>'
    page = (
        bomb
        + write_page(write_text(LEFT, TOP, "质量第一").replace("质量第一", "质量第一&file;&a12;")).partition("?>")[2]
    )
    content = read(pack_pages([page, write_page(write_text(LEFT, TOP, "用户至上"))]))
    assert "root:" not in content.text
    assert len(content.text) < 100


def test_blocks_nested_too_deeply_are_a_damaged_page() -> None:
    deep = "<ofd:PageBlock>" * 5_000 + "</ofd:PageBlock>" * 5_000
    content = read(pack_pages([write_page(deep), write_page(write_text(LEFT, TOP, "质量第一"))]))
    assert content.notes == ("page 1 damaged, not read",)


def test_limits_of_pages_and_text_hold() -> None:
    data = pack_pages([write_page(write_text(LEFT, TOP, "质量第一")), write_page(write_text(LEFT, TOP, "用户至上"))])
    with pytest.raises(DocumentError, match="2 pages are more than the 1"):
        read(data, CorpusSettings(pages_max=1))
    with pytest.raises(DocumentError, match="more text than the 7 characters"):
        read(data, CorpusSettings(text_max_characters=7))


def test_a_repetition_of_steps_is_no_longer_than_the_text() -> None:
    page = write_page(write_text(LEFT, TOP, "质量第一", code='DeltaX="g 99999999 5 g 999999999999 5"'))
    assert body(read(pack_pages([page]))) == ["质量第一"]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "cut short or damaged"),
        (pack_lines("质量第一")[:-30], "cut short or damaged"),
        (pack({"word/document.xml": "<a/>"}), "not an OFD"),
        (pack({"Encryptions.xml": "<a/>", "OFD.xml": b"\x91\x02"}), "is encrypted"),
        (pack({"OFD.xml": "<OFD><DocBody><DocRoot>../../../etc/passwd</DocRoot></DocBody></OFD>"}), "is damaged"),
        (pack_pages([]), "is damaged"),
        (pack_pages(["<"]), "no page can be read"),
        (pack_pages([write_page("")]), "holds no text"),
    ],
)
def test_what_cannot_be_read_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(DocumentError, match=reason):
        read(data)


@given(content=st.text(max_size=60), number=st.text(max_size=8), code=st.text("g 0123456789.-eE", max_size=30))
@settings(max_examples=50, deadline=None)
def test_any_text_and_numbers_are_read_or_refused(content: str, number: str, code: str) -> None:
    def clean(text: str) -> str:
        return "".join(c for c in text if c.isprintable() and c not in '"<&' and not "\ud800" <= c <= "\udfff")

    page = write_page(write_text(LEFT, TOP, clean(content) or "质", code=f'DeltaX="{code}" DeltaY="{clean(number)}"'))
    with suppress(DocumentError):
        read(pack_pages([page]))


@given(data=st.binary(max_size=300))
@settings(max_examples=40, deadline=None)
def test_any_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(DocumentError):
        read(data)


def test_pages_that_name_one_part_again_and_again_are_refused() -> None:
    page = write_page(write_text(LEFT, TOP, "第一条 甲") + "<x/>" * 1_000)
    listed = '<ofd:Page BaseLoc="P.xml"/>' * 100
    data = pack(
        {
            "OFD.xml": f'<ofd:OFD xmlns:ofd="{NAMESPACE}"><ofd:DocRoot>D.xml</ofd:DocRoot></ofd:OFD>',
            "D.xml": f'<ofd:Document xmlns:ofd="{NAMESPACE}"><ofd:Pages>{listed}</ofd:Pages></ofd:Document>',
            "P.xml": page,
        }
    )
    with pytest.raises(DocumentError, match="again and again"):
        read(data, CorpusSettings(unpacked_max_bytes=50_000))


def test_a_document_that_is_named_twice_is_read_once() -> None:
    root = "<ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody>"
    entry = f'<ofd:OFD xmlns:ofd="{NAMESPACE}">{root * 2}</ofd:OFD>'
    data = pack_pages([write_page(write_text(LEFT, TOP, "第一条 甲"))], others={"OFD.xml": entry})
    assert body(read(data)) == ["第一条 甲"]
