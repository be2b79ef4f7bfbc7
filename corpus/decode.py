"""Bytes to text: which encoding a text file is in, and what of it is lost."""

from __future__ import annotations

import codecs
from dataclasses import dataclass

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WITHOUT_NULLS = ("utf-8", "gb18030", "big5hkscs")
_WITH_NULLS = ("utf-16-le", "utf-16-be")
_NAMES = {"gb18030": "GB18030", "big5hkscs": "Big5"}
_FREQUENT = frozenset(
    "的一是不在有人这中大为上个国以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行"
    "学法所民得经三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其"
    "些然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问"
    "意建月公无系军很情者最立代想已通并提直题党程展五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少"
    "图山统接知较将组见计别她手角期根论运农指几九区强放决西被干做必战先回则任取据处队南给色光门即保治北造百规热领"
    "規國條為時產業會員門種機證經過開這來對於從無長東動學後現點問題說見進還義農總應當實發與務關個們體將組計別運"
)
_SIGNS = "，。；：、（）《》“”"
_SAMPLE = 200_000
_LOST = "\ufffd"
_MOST_LOST = 0.02
"""The share of the characters beyond ASCII that may be lost for an encoding to be believed."""
_PLAUSIBLE = 0.1


@dataclass(frozen=True, slots=True)
class DecodedText:
    """A text with the name of its encoding and how many places in it could not be decoded (U+FFFD stands there)."""

    text: str
    encoding: str
    lost: int


def decode_bytes(data: bytes) -> DecodedText | None:
    """Return the text that bytes hold, None where they are not text.

    A byte order mark decides; else UTF-8, when every byte fits; else the more plausible
    of UTF-8, GB18030 and Big5, by what is lost and by the share of everyday characters.
    A file that was cut inside a character, or has a few broken bytes, is read all the same.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            found = _decode(data[len(mark) :], encoding)
            return found if found is not None and _is_text(found.text) else None
    if b"\0" in data:
        return _choose(data, _WITH_NULLS)
    try:
        text = data.decode("utf-8")
        return DecodedText(text, "UTF-8", 0) if _is_text(text) else None
    except UnicodeDecodeError:
        return _choose(data, _WITHOUT_NULLS)


def _choose(data: bytes, encodings: tuple[str, ...]) -> DecodedText | None:
    """Return the reading with the largest share of everyday characters, None where none is plausible."""
    readings = [_decode(data, encoding) for encoding in encodings]
    scored = [
        (_score_plausibility(reading.text), reading)
        for reading in readings
        if reading is not None and _is_text(reading.text)
    ]
    score, best = max(scored, key=lambda pair: pair[0], default=(0.0, None))
    return best if score > _PLAUSIBLE else None


def _decode(data: bytes, encoding: str) -> DecodedText | None:
    """Decode, broken bytes replaced; None where more is broken than a damaged file has."""
    name = _NAMES.get(encoding, encoding.upper())
    try:
        return DecodedText(data.decode(encoding), name, 0)
    except UnicodeDecodeError:
        text = data.decode(encoding, errors="replace")
    lost = text.count(_LOST)
    beyond_ascii = len(text) - len(text.encode("ascii", "ignore"))
    return DecodedText(text, name, lost) if lost <= max(1, _MOST_LOST * beyond_ascii) else None


def _is_text(text: str) -> bool:
    """Say whether control characters are as rare as text has them."""
    sample = text[:_SAMPLE]
    controls = sum(character < " " and character not in "\t\n\r\f\v\x1a\x1e" for character in sample)
    return "\0" not in text and controls * 200 <= len(sample) and not text.startswith(("%PDF-", "PK\x03\x04", "{\\rtf"))


def _score_plausibility(text: str) -> float:
    """Return the share of everyday characters among those beyond ASCII, lost ones not counted."""
    beyond = [character for character in text[:_SAMPLE] if character > "\x7f" and character != _LOST]
    if not beyond:
        return 0.0
    return sum(character in _FREQUENT or character in _SIGNS for character in beyond) / len(beyond)
