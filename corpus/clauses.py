"""Clauses of a document: each 条, （X） item or part, whole, with its number and the headings over it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from corpus.clean import find_end_mark
from corpus.labels import read_label
from corpus.lines import BLANKS, Line, tidy_blanks
from corpus.model import Clause, Span
from corpus.outline.entries import STATES, is_markup
from corpus.outline.marks import ATTACHMENT_RANK, Mark, mark_lines

PREAMBLE = "前言"
"""The label of the text before the first numbered clause."""
CLOSING = "结语"
"""The label of an unnumbered closing paragraph after the last clause of a policy."""
WHOLE = "全文"
"""The label of the one clause of a document without any numbering."""

_HEADING_LENGTH = 40
_RUN_IN = re.compile(r"[^。；：，！？;:!?]{2,22}。(?=.|\n)")
_BRACKETED = re.compile(r"【([^】\n]{1,60})】")
_SIGNED = re.compile(
    r"[（(]?(?:\d{4}|[一二三四五六七八九零〇○０OＯОΟ]{4})\s*年.{1,4}月.{1,4}日[）)]?|[（(]?此件[^。]{2,16}[）)]?"
    r"|[^。；：，]{2,60}(?:府|院|部|委|局|会|厅|署|室|中央|公司|大学|行|所)"
)
_SIGNS = "*_>#<-&"
"""What a line of Markdown signs alone may begin with: it ends no clause."""
_ASKED = re.compile(r"(?:(?:记者|网友)?(?:提问|问题?)\s*[:：])?\s*([^\n]{2,200})")
_CLOSING = re.compile(
    r"(?:各(?:地区|地方|地|省|级|市|县|区|部门|有关|相关|单位)[^。]{0,60}(?:要|应|应当|可|负责|结合|根据|按照|认真|抓紧)"
    r"|请各|以上(?:意见|各点|规定|通知|报告|请示|方案|措施)|(?:特此|此)(?:通知|通告|公告|复)"
    r"|本(?:意见|通知|规划|方案|决定|纲要|计划|规定|办法|措施|政策|公告|通告|要点|细则|制度|解释|批复|规则)"
    r"(?:自|由|从|的(?:具体)?(?:解释|实施)|印发|实施|有效期)"
    r"|[^。]{0,40}(?:认真|抓好|切实)[^。]{0,12}(?:贯彻|落实)本(?:意见|通知|规划|方案|决定|纲要|计划))"
)


@dataclass(slots=True)
class _Piece:
    """A clause or heading in the making."""

    mark: Mark | None
    label: str
    start: int
    end: int
    path: tuple[str, ...]
    lines: list[Line]


def split_clauses(
    text: str, lines: Sequence[Line], skipped: Mapping[int, str], levels: Mapping[int, int], *, document_id: str
) -> tuple[list[Clause], list[Span]]:
    """Return the clauses of a document in order, and the spans of its headings.

    ``levels`` are the levels of the lines that the file's format calls headings.
    ``skipped`` are the lines that are metadata or page furniture; they end a clause
    where they stand after its last line, and lie inside it (never in a quote: see
    ``ParsedDocument.damaged``) where the clause goes on after them. Text without a
    number is a clause as well: ``PREAMBLE`` before the first, ``CLOSING`` after the last
    of a policy, ``WHOLE`` where nothing is numbered, else under the words of its heading.
    """
    marks = mark_lines(lines, skipped, levels)
    pieces, headings = _gather(lines, skipped, marks)
    _split_closing(pieces)
    if len(pieces) == 1 and pieces[0].mark is None and not headings:
        pieces[0].label = WHOLE
    clauses: list[Clause] = []
    taken: dict[str, int] = {}
    # A bare number names the 条 where a document has one of that number, whatever comes before it.
    for piece in sorted(pieces, key=lambda piece: _kind(piece) != "article"):
        label = piece.mark.entry.label if piece.mark else None
        key = (label.number if label else "") or piece.label
        taken[key] = taken.get(key, 0) + 1
        suffix = f"~{taken[key]}" if taken[key] > 1 else ""
        clauses.append(_build_clause(text, piece, document_id, f"{document_id}#{key}{suffix}"))
    return sorted(clauses, key=lambda clause: clause.start), headings


def body_start(clause: Clause) -> int:
    """Return where the words of a clause begin, in the document: after its label and its own heading line.

    A heading that runs on into the text (（一）加强领导。各地要……) stays in the body, as
    does the only line of a clause that has no other.
    """
    text = clause.text
    position = _skip_label(text, clause.label) if clause.number or text.startswith(clause.label) else 0
    first_line = text[position:].split("\n", 1)[0]
    printed = first_line.strip(BLANKS + "*")
    rest = text[position + len(first_line) :]
    if rest.strip(BLANKS) and clause.heading and tidy_blanks(printed).strip("【】：:。 ") == clause.heading:
        position += len(first_line)
    elif clause.heading and printed.startswith(f"【{clause.heading}】"):
        position = text.index("】", position) + 1
    while position < len(text) and text[position] in BLANKS:
        position += 1
    return clause.start + position


def _skip_label(text: str, label: str) -> int:
    """Return the length of a printed label, white space between its characters included."""
    position = 0
    for character in label:
        while position < len(text) and text[position] in BLANKS:
            position += 1
        if position >= len(text) or text[position] != character:
            return 0
        position += 1
    while position < len(text) and text[position] in BLANKS + "*":
        position += 1
    return position


def _gather(
    lines: Sequence[Line], skipped: Mapping[int, str], marks: Mapping[int, Mark]
) -> tuple[list[_Piece], list[Span]]:
    """Put each line to the clause that it belongs to."""
    pieces: list[_Piece] = []
    headings: list[Span] = []
    parents: list[tuple[int, int, str]] = []
    current: _Piece | None = None
    continued: set[int] = set()
    named = False
    for position, line in enumerate(lines):
        if not line.text or position in skipped or position in continued:
            continue
        mark = marks.get(position)
        if mark is not None:
            while parents and _is_under(parents[-1], mark):
                parents.pop()
            path = tuple(title for _, _, title in parents)
            if mark.kind == "heading":
                headings.append(Span("heading", line.start, line.end))
                for joined in mark.continued:
                    headings.append(Span("heading", joined.start, lines[joined.position].end))
                    continued.add(joined.position)
                if mark.names and current is not None:
                    headings += _cut_signature(current)
                current, named = None, mark.names
            else:
                label = mark.entry.label.printed if mark.entry.label else mark.title
                current = _Piece(mark, label, mark.entry.start, line.end, path, [])
                pieces.append(current)
            if mark.kind == "heading" or mark.rank <= 6:
                # An attachment with a text of its own has no part in the attached documents named after it.
                rank = max(mark.rank, ATTACHMENT_RANK + (mark.kind == "clause"))
                parents.append((rank, mark.entry.hashes, mark.title))
        elif current is None:
            if is_markup(line.text):
                continue
            label = parents[-1][2] if parents and not named else (PREAMBLE if named or not pieces else CLOSING)
            current = _Piece(None, label, line.start, line.end, tuple(t for _, _, t in parents), [])
            pieces.append(current)
        if current is not None and not (line.text[0] in _SIGNS and is_markup(line.text)):
            current.lines.append(line)
            cut = find_end_mark(line)
            current.end = line.end if cut is None else cut
    return pieces, headings


def _cut_signature(piece: _Piece) -> list[Span]:
    """Cut the issuer and the date off a notice's last clause, where the document that it carries follows them."""
    cut: list[Span] = []
    while len(piece.lines) > 1 and _SIGNED.fullmatch(piece.lines[-1].text):
        line = piece.lines.pop()
        cut.append(Span("metadata", line.start, line.end, "signature"))
        piece.end = piece.lines[-1].end
    return cut


def _is_under(parent: tuple[int, int, str], mark: Mark) -> bool:
    """Say whether a parent's reach ends at a mark: one of its own level or above.

    Of headings in one style, 章 and 节 alike, the labels tell which stands over which.
    """
    rank, hashes, _ = parent
    if hashes and mark.entry.hashes and (hashes != mark.entry.hashes or not rank):
        return hashes >= mark.entry.hashes
    return rank >= mark.rank


def _split_closing(pieces: list[_Piece]) -> None:
    """Cut the closing paragraphs of a policy off its last numbered clause."""
    place = len(pieces) - 1
    while place >= 0 and (_kind(pieces[place]) == "attachment" or _is_attached(pieces[place])):
        place -= 1
    if place < 0 or _kind(pieces[place]) in {"", "article"}:
        return
    last = pieces[place]
    own_text = _has_text(last.lines[0].text)
    for index, line in enumerate(last.lines[1:], start=1):
        # A heading alone is no text before the closing: 附则 may say nothing but from when it applies.
        if not _CLOSING.match(line.text):
            own_text = True
        elif own_text:
            pieces.insert(place + 1, _Piece(None, CLOSING, line.start, last.end, (), last.lines[index:]))
            last.end = last.lines[index - 1].end
            last.lines = last.lines[:index]
            return


def _is_attached(piece: _Piece) -> bool:
    """Say whether a clause stands in an attachment."""
    label = read_label(piece.path[0]) if piece.path else None
    return label is not None and label.kind == "attachment"


def _has_text(line: str) -> bool:
    """Say whether the first line of a clause holds more than its label and heading: two sentences, or a ruling one."""
    sentences = line.count("。")
    return (
        len(line) > _HEADING_LENGTH
        or line[-1] in "）)"
        or sentences > 1
        or (sentences == 1 and STATES.search(line) is not None)
    )


def _kind(piece: _Piece) -> str:
    return piece.mark.entry.label.kind if piece.mark and piece.mark.entry.label else ""


def _build_clause(text: str, piece: _Piece, document_id: str, id: str) -> Clause:
    label = piece.mark.entry.label if piece.mark else None
    return Clause(
        id=id,
        document_id=document_id,
        path=piece.path,
        number=label.number if label else "",
        label=piece.label,
        heading=_find_heading(piece),
        text=text[piece.start : piece.end],
        start=piece.start,
        end=piece.end,
    )


def _find_heading(piece: _Piece) -> str:
    """Return the heading that a clause prints after its label, "" where it prints none."""
    if piece.mark is None or piece.mark.entry.label is None:
        return ""
    label = piece.mark.entry.label
    rest = piece.mark.entry.text[label.end :].strip(BLANKS + "*_|").lstrip("：:")
    bracketed = _BRACKETED.match(rest)
    if bracketed:
        return tidy_blanks(bracketed[1])
    if label.kind == "article" or (label.kind == "attachment" and read_label(rest) is not None):
        return ""
    question = _ASKED.fullmatch(rest) if label.kind == "question" or rest[-1:] in tuple("？?") else None
    if question and len(piece.lines) > 1:
        return tidy_blanks(question[1])
    if len(rest) <= _HEADING_LENGTH and rest[-1:] not in tuple("。；：，！？;:!?,") and len(piece.lines) > 1:
        return tidy_blanks(rest)
    if label.kind == "attachment":
        return ""
    run_in = _RUN_IN.match(rest + ("\n" if len(piece.lines) > 1 else "")) if label.kind != "arabic" else None
    return tidy_blanks(run_in[0][:-1]) if run_in and not STATES.search(run_in[0]) else ""
