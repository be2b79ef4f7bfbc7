"""Files to text: which files are read, and in which encoding their bytes are."""

from __future__ import annotations

import codecs
from collections.abc import Iterable
from pathlib import Path

from corpus.errors import DocumentError, UnsupportedFormat

SUFFIXES = (".md", ".txt")
"""The formats that are read, by the end of the file's name."""

MAX_BYTES = 50_000_000
"""The size above which a file is refused."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_FREQUENT = frozenset(
    "的一是不在有人这中大为上个国以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行"
    "学法所民得经三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其"
    "些然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问"
    "意建月公无系军很情者最立代想已通并提直题党程展五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少"
    "图山统接知较将组见计别她手角期根论运农指几九区强放决西被干做必战先回则任取据处队南给色光门即保治北造百规热领"
    "規國條為時產業會員門種機證經過開這來對於從無長東動學後現點問題說見進還義農總應當實發與務關個們體將組計別運"
)
_SAMPLE = 200_000
_SIGNS = "，。；：、（）《》“”"


def find_files(paths: Iterable[Path]) -> list[Path]:
    """Return the files to ingest: the files named, and for each folder those in it that are read, sorted.

    A file that is named is returned whatever its suffix (``read_document`` then says what
    is wrong with it); hidden files and folders inside a folder are passed over.

    Raises
    ------
    DocumentError
        A path does not exist, or a folder holds nothing that can be read.
    """
    found: dict[Path, None] = {}
    for path in paths:
        try:
            found.update(dict.fromkeys(_expand(path)))
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise DocumentError(
                f"{str(path)[:200]}: cannot be read ({reason}); check the path and its rights"
            ) from error
    return list(found)


def _expand(path: Path) -> list[Path]:
    if path.is_dir():
        inside = sorted(
            file
            for file in path.rglob("*")
            if file.suffix.lower() in SUFFIXES
            and not any(part.startswith(".") for part in file.relative_to(path).parts)
            and file.is_file()
        )
        if not inside:
            raise DocumentError(
                f"{path}: nothing to read in this folder; put {_name_formats()} files there, or name another folder"
            )
        return inside
    if not path.exists():
        raise DocumentError(f"{path}: no such file or folder; check the path")
    return [path]


def read_document(path: Path) -> str:
    r"""Return the text of a file, unaltered: line breaks (``\r\n`` too) as they are, a byte order mark dropped.

    Raises
    ------
    UnsupportedFormat
        The suffix is not one of ``SUFFIXES``.
    DocumentError
        The file cannot be opened, is empty or too large, or is not text.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise UnsupportedFormat(
            f"{path}: {path.suffix or 'a file without suffix'} is not read; save it as {_name_formats()}"
        )
    try:
        if not path.is_file():
            raise DocumentError(f"{path}: not a file; name a {_name_formats()} file or a folder of them")
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise DocumentError(
                f"{path}: {size / 1e6:.0f} MB is more than the {MAX_BYTES / 1e6:.0f} MB that are read; split the file"
            )
        data = path.read_bytes()
    except OSError as error:
        raise DocumentError(f"{path}: cannot be opened ({error.strerror or error}); check the file") from error
    text = decode_text(data)
    if text is None:
        raise DocumentError(f"{path}: not text; open it in its own program and save it as UTF-8 text")
    if not text.strip():
        raise DocumentError(f"{path}: the file is empty; check that it was saved whole")
    return text


def decode_text(data: bytes) -> str | None:
    """Return the text that bytes hold, None where they are not text.

    A byte order mark decides; else UTF-8, when every byte fits; else the more plausible
    of GB18030 and Big5, by the share of everyday characters.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            text = _decode(data[len(mark) :], encoding)
            return text if text is not None and _is_text(text) else None
    if b"\0" in data:
        return None
    text = _decode(data, "utf-8")
    if text is not None:
        return text if _is_text(text) else None
    candidates = [
        text
        for text in (_decode(data, "gb18030"), _decode(data, "big5hkscs"))
        if text is not None and _is_text(text) and _score_plausibility(text) > 0.1
    ]
    return max(candidates, key=_score_plausibility, default=None)


def _decode(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _is_text(text: str) -> bool:
    """Say whether control characters are as rare as text has them."""
    sample = text[:_SAMPLE]
    controls = sum(character < " " and character not in "\t\n\r\f\v\x1a\x1e" for character in sample)
    return "\0" not in text and controls * 200 <= len(sample) and not text.startswith(("%PDF-", "PK\x03\x04", "{\\rtf"))


def _score_plausibility(text: str) -> float:
    """Return the share of everyday characters among those beyond ASCII."""
    beyond = [character for character in text[:_SAMPLE] if character > "\x7f"]
    if not beyond:
        return 1.0
    return sum(character in _FREQUENT or character in _SIGNS for character in beyond) / len(beyond)


def _name_formats() -> str:
    return " or ".join(SUFFIXES)
