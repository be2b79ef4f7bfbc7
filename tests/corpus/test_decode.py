import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.decode import decode_bytes

SIMPLIFIED = "第一条　为了加强对产品质量的监督管理，提高产品质量水平，制定本法。\r\n"
TRADITIONAL = "第一條　為了加強對產品質量的監督管理，提高產品質量水平，制定本法。\n"
ENCODINGS = ["utf-8", "utf-8-sig", "gb18030", "big5", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_file_cut_anywhere_is_read_up_to_there(encoding: str) -> None:
    whole = (TRADITIONAL if encoding == "big5" else SIMPLIFIED) * 3
    data = whole.encode(encoding)
    for cut in range(12, len(data)):
        decoded = decode_bytes(data[:cut])
        assert decoded is not None
        assert whole.startswith(decoded.text.removesuffix("\ufffd"))
        assert decoded.lost == decoded.text.count("\ufffd") <= 1


def test_a_few_broken_bytes_cost_no_more_than_their_place() -> None:
    data = bytearray((SIMPLIFIED * 20).encode())
    data[300] = 0xFF
    decoded = decode_bytes(bytes(data))
    assert decoded is not None
    assert (decoded.encoding, len(decoded.text)) == ("UTF-8", len(SIMPLIFIED * 20) + decoded.lost - 1)


@pytest.mark.parametrize("data", [b"\x00\x01\x02", b"text\x00text", b"\xff" * 9, bytes(range(1, 32)) * 9, b"a\x00"])
def test_what_is_not_chinese_text_of_any_encoding_is_none(data: bytes) -> None:
    assert decode_bytes(data) is None


@given(st.binary(max_size=200))
def test_any_bytes_are_decoded_or_refused(data: bytes) -> None:
    decoded = decode_bytes(data)
    assert decoded is None or "\0" not in decoded.text


@given(
    st.text(
        alphabet=st.characters(min_codepoint=32, exclude_categories=["Cs"], exclude_characters="\ufeff"), min_size=1
    )
)
def test_any_text_in_utf8_comes_back_unaltered(text: str) -> None:
    decoded = decode_bytes(text.encode("utf-8"))
    assert (decoded and decoded.text) == text or text.startswith(("%PDF-", "{\\rtf"))
