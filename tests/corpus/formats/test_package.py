import io
import zipfile

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from corpus.errors import DocumentError
from corpus.formats.package import open_package, read_member
from corpus.settings import CorpusSettings

LIMITS = CorpusSettings()


def pack(members: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as package:
        for name, content in members.items():
            package.writestr(name, content)
    return buffer.getvalue()


def test_an_ordinary_package_passes_and_its_members_are_read() -> None:
    data = pack({"a/b.xml": "<条>".encode()})
    package = open_package(data, LIMITS)
    assert read_member(package, "a/b.xml") == "<条>".encode()
    assert read_member(package, "../b.xml") is None


def test_a_small_member_may_be_packed_tightly() -> None:
    open_package(pack({"a": b"0" * 900_000}), LIMITS)


def test_a_member_that_unpacks_to_many_times_its_size_is_refused() -> None:
    with pytest.raises(DocumentError, match="200 times its size"):
        open_package(pack({"a": b"0" * 3_000_000}), LIMITS)


def test_a_package_that_unpacks_to_too_much_is_refused() -> None:
    data = pack({str(i): b"0123456789" for i in range(20)}, zipfile.ZIP_STORED)
    with pytest.raises(DocumentError, match="unpacks to"):
        open_package(data, CorpusSettings(unpacked_max_bytes=199))
    open_package(data, CorpusSettings(unpacked_max_bytes=200))


def test_a_package_of_too_many_members_is_refused() -> None:
    with pytest.raises(DocumentError, match="packed of 3 parts"):
        open_package(pack({"a": b"", "b": b"", "c": b""}), CorpusSettings(archive_max_files=2))


def test_an_encrypted_member_is_refused_with_the_next_step() -> None:
    data = bytearray(pack({"a": b"text"}))
    directory = data.rindex(b"PK\x01\x02")
    data[directory + 8] |= 1
    with pytest.raises(DocumentError, match="password: save it without one"):
        open_package(bytes(data), LIMITS)


@pytest.mark.parametrize("data", [b"", b"text", b"PK\x03\x04", pack({"a": b"text" * 50})[:-10]])
def test_what_is_no_package_or_is_cut_short_is_refused(data: bytes) -> None:
    with pytest.raises(DocumentError, match="cut short or damaged"):
        open_package(data, LIMITS)


def test_a_damaged_member_is_refused_when_it_is_read() -> None:
    data = pack({"a": b"text" * 5}, zipfile.ZIP_STORED).replace(b"texttext", b"texttexx", 1)
    with pytest.raises(DocumentError, match="part of the file is damaged"):
        read_member(open_package(data, LIMITS), "a")


PACKED = pack({"a": b"0123456789" * 9, "b/c": b"text"})


@given(st.integers(0, len(PACKED) - 1), st.integers(0, 255))
@example(0, 0)
def test_a_package_with_a_changed_byte_is_read_or_refused(position: int, value: int) -> None:
    data = bytearray(PACKED)
    data[position] = value
    try:
        package = open_package(bytes(data), LIMITS)
        for name in package.namelist():
            read_member(package, name)
    except DocumentError:
        pass
