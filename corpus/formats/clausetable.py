"""The rows of tables of clauses to lines: which column is the number, the heading, the text, the document.

What a lawyer reads in such a table is the law's words; the columns that the table's
maker added are of two kinds. Those that say something of the clause (责任单位, 完成时限)
follow its text as "列名：值", so that they can be found and cited for what they are; those
that only annotate (备注, 关键词, 链接) stand there as removed lines, never cited.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from corpus.formats.source import SourceLine, join_row
from corpus.labels import read_label
from corpus.lines import BLANKS, drop_blanks, tidy_blanks
from corpus.numerals import to_chinese

_TEXT = "内容 条文 条款内容 条文内容 正文 原文 文本 全文 法条内容 条款原文 条文原文 具体内容 规定内容 text content body"
_LABEL = "条号 条款号 条款 条 法条 条目 条次 条序 条款编号 条文编号 法条号 编号 clause article label number articleno"
_COUNTER = "序号 no no. num # index 行号"
_HEADING = "条标 条标题 条款标题 条文标题 小标题 主题 heading"
_TITLE = "标题 title 名称 name"
_DOCUMENT = (
    "法规名称 法律名称 文件名称 文件 法规 法律 法律法规 法律法规名称 政策名称 制度名称 规范名称 文档 文件标题 法律文件 "
    "document law regulation documenttitle lawname"
)
_PATH = "编 分编 章 章节 章名 节 节名 部分 篇 path chapter section part"
_ANNOTATION = (
    "备注 说明 注释 注 关键词 关键字 标签 链接 网址 url link id 来源 出处 source 更新时间 录入时间 创建时间 录入人 "
    "start end remark remarks note notes tag tags keywords"
)
_ROLES = {
    name: role
    for role, names in {
        "text": _TEXT, "label": _LABEL, "counter": _COUNTER, "heading": _HEADING, "title": _TITLE,
        "document": _DOCUMENT, "path": _PATH, "annotation": _ANNOTATION,
    }.items()
    for name in names.split()
}  # fmt: skip
_IN_BRACKETS = re.compile(r"[（(\[【].*?[)）\]】]")
_STEPS = re.compile(r"\s*[>＞›»]\s*")
_BARE = re.compile(r"[0-9０-９]{1,4}|[一二三四五六七八九十百千零〇○]{1,8}")
_LAW_NAME = re.compile(r"《.+》|.*(?:法|法典|条例|办法|规定|细则|规则|决定|意见|通知|规范|标准|方案|制度)")
_HEADER_ROWS = 20
_NAME_LENGTH = 30


@dataclass(slots=True)
class _Columns:
    """The header of a table: its row, the names of the columns, and the role of each that has one."""

    row: int
    names: list[str]
    roles: dict[int, str]

    def find(self, role: str) -> list[int]:
        """Return the columns that have a role."""
        return [column for column, found in self.roles.items() if found == role]


def lay_out_sheets(
    sheets: Sequence[tuple[str, Sequence[Sequence[str]]]],
) -> tuple[dict[str, list[SourceLine]], list[str]]:
    """Return the lines of each document that sheets hold, by its name ("" the file itself), and notes.

    A sheet without a header that is known is lines of cells; the names of sheets are
    headings where several have content, and documents where each begins with the same
    clause number.
    """
    documents: dict[str, list[SourceLine]] = {}
    notes: list[str] = []
    headers = [_find_header(rows) for _, rows in sheets]
    apart = _begin_anew(sheets, headers)
    for (name, rows), header in zip(sheets, headers, strict=True):
        home = name if apart else ""
        if header is None:
            lines = documents.setdefault(home, [])
            _add_sheet_name(lines, name, several=len(sheets) > 1 and not apart)
            _add_plain(lines, rows)
            continue
        if not header.find("document"):
            lines = documents.setdefault(home, [])
            _add_sheet_name(lines, name, several=len(sheets) > 1 and not apart)
            _add_plain(lines, rows[: header.row])
        elif header.row:
            above = tidy_blanks(" ".join(cell for row in rows[: header.row] for cell in row))
            notes.append(f"over the header stands: {above[:200]}")
        _add_clauses(documents, home, rows[header.row + 1 :], header, notes)
    for name, lines in documents.items():
        if name and (not lines or drop_blanks(lines[0].text) != drop_blanks(name)):
            lines.insert(0, SourceLine(name, level=1))
    return {name: lines for name, lines in documents.items() if lines}, list(dict.fromkeys(notes))


def _add_sheet_name(lines: list[SourceLine], name: str, *, several: bool) -> None:
    if several and name:
        lines.append(SourceLine(name, level=1))


def _add_plain(lines: list[SourceLine], rows: Iterable[Sequence[str]]) -> None:
    """Add rows as lines, their cells joined by tabs."""
    for row in rows:
        cells = []
        for cell in row:
            start = len(lines)
            lines += [SourceLine(line) for line in _split_cell(cell)]
            cells.append((start, len(lines)))
        join_row(lines, cells)


def _split_cell(cell: str) -> list[str]:
    return [line.rstrip(BLANKS) for line in cell.splitlines() if line.strip(BLANKS)]


def _find_header(rows: Sequence[Sequence[str]]) -> _Columns | None:
    """Find the row that names a column of text and one of numbers, headings, chapters or documents."""
    for place, row in enumerate(rows[: min(_HEADER_ROWS, len(rows) - 1)]):
        if any(len(cell) > _NAME_LENGTH or cell.rstrip(BLANKS)[-1:] in tuple("。；") for cell in row):
            continue
        names = [_IN_BRACKETS.sub("", drop_blanks(cell)).strip("*＊:：").lower() for cell in row]
        roles = {column: _ROLES[name] for column, name in enumerate(names) if name in _ROLES}
        header = _Columns(place, [tidy_blanks(cell) for cell in row], roles)
        labels = header.find("label")
        if not header.find("text") and len(labels) > 1 and names[labels[-1]] in {"条款", "法条", "article", "clause"}:
            roles[labels[-1]] = "text"
        if header.find("text") and len(set(roles.values()) - {"annotation"}) > 1:
            _settle(header, rows[place + 1 :])
            return header
    return None


def _settle(header: _Columns, rows: Sequence[Sequence[str]]) -> None:
    """Give each column one role: 标题 is the document's name or the clause's heading, a second number a note."""
    for column in header.find("title"):
        values = [value for row in rows if (value := _cell(row, column))]
        names = sum(_LAW_NAME.fullmatch(drop_blanks(value)) is not None for value in values)
        repeats = len(values) > 1 and len(set(values)) * 2 <= len(values)
        is_document = not header.find("document") and (repeats or names * 2 > len(values))
        header.roles[column] = "document" if is_document else "" if header.find("heading") else "heading"
    for role in ("text", "label", "heading", "document"):
        for column in header.find(role)[1:]:
            header.roles[column] = "annotation" if role == "label" else ""
    if not header.find("label"):
        counters = header.find("counter")
        texts = [read_label(_cell(row, header.find("text")[0])) for row in rows]
        labelled = sum(label is not None and label.kind != "arabic" for label in texts)
        if counters and labelled * 2 < len(texts):
            header.roles[counters[0]] = "label"


def _begin_anew(sheets: Sequence[tuple[str, Sequence[Sequence[str]]]], headers: Sequence[_Columns | None]) -> bool:
    """Say whether every sheet is a document of its own: each has clauses, and all begin with one number."""
    firsts = []
    for (_, rows), header in zip(sheets, headers, strict=True):
        if header is None or header.find("document"):
            return False
        labels = header.find("label")
        values = (_cell(row, (labels or header.find("text"))[0]) for row in rows[header.row + 1 :])
        first = next((value for value in values if value), "")
        label = read_label(first)
        firsts.append(label.number if label is not None else to_chinese(first) if _BARE.fullmatch(first) else "")
    return len(firsts) > 1 and firsts[0] != "" and len(set(firsts)) == 1


def _cell(row: Sequence[str], column: int) -> str:
    return row[column].strip(BLANKS) if column < len(row) else ""


def _add_clauses(
    documents: dict[str, list[SourceLine]],
    home: str,
    rows: Iterable[Sequence[str]],
    header: _Columns,
    notes: list[str],
) -> None:
    document = next(iter(header.find("document")), None)
    counters = [header.names[column] for column in header.find("counter")]
    if counters:
        notes.append(f"the column {counters[0]} counts the rows and is left out")
    name = home
    paths: dict[str, dict[int, str]] = {}
    for row in rows:
        if [tidy_blanks(cell) for cell in row] == header.names:
            continue
        if document is not None and _cell(row, document):
            name = tidy_blanks(_cell(row, document)).removeprefix("《").removesuffix("》")
        lines = documents.setdefault(name, [])
        _add_path(lines, row, header, paths.setdefault(name, {}))
        _add_clause(lines, row, header)
        _add_others(lines, row, header)


def _add_path(lines: list[SourceLine], row: Sequence[str], header: _Columns, path: dict[int, str]) -> None:
    """Add the headings over a clause where they differ from those over the last one; an empty cell goes on."""
    level = 1
    for column in header.find("path"):
        steps = _STEPS.split(_cell(row, column)) if _cell(row, column) else []
        for step in steps or [""]:
            level += 1
            heading = tidy_blanks(step)
            unit = header.names[column].removesuffix("名")
            if _BARE.fullmatch(heading) and unit in {"编", "章", "节"}:
                heading = f"第{to_chinese(heading)}{unit}"
            if heading and path.get(level) != heading:
                for deeper in [deeper for deeper in path if deeper > level]:
                    del path[deeper]
                path[level] = heading
                lines.append(SourceLine(heading, level=level))


def _add_clause(lines: list[SourceLine], row: Sequence[str], header: _Columns) -> None:
    text = next((_cell(row, column) for column in header.find("text")), "")
    heading = next((tidy_blanks(_cell(row, column)) for column in header.find("heading")), "")
    first, *others = _split_cell(text) or [""]
    label = ""
    for column in header.find("label"):
        counts = _ROLES.get(drop_blanks(header.names[column]).lower()) == "counter"
        label = _print_label(tidy_blanks(_cell(row, column)), counts=counts)
    if label and _has_label(first, label):
        label = ""
    if heading and drop_blanks(heading) in drop_blanks(first)[: len(heading) + len(label) + 20]:
        heading = ""
    title = f"【{heading}】" if heading and not heading.startswith("【") else heading
    head = "　".join(part for part in (label, f"{title}{first.lstrip(BLANKS) if label or title else first}") if part)
    if head:
        lines.append(SourceLine(head))
    lines += [SourceLine(other) for other in others]


def _print_label(label: str, *, counts: bool) -> str:
    """Return a clause's number as it is printed: a bare one as 第四十条, the number of a row as 1."""
    if not _BARE.fullmatch(label) or not to_chinese(label):
        return label
    return f"{label}." if counts else f"第{to_chinese(label)}条"


def _has_label(text: str, label: str) -> bool:
    """Say whether a text begins with a label, printed so or otherwise (第40条 for 第四十条)."""
    if drop_blanks(text).startswith(drop_blanks(label)):
        return True
    own, given = read_label(text.lstrip(BLANKS)), read_label(label)
    return own is not None and given is not None and own.kind == given.kind and own.number == given.number


def _add_others(lines: list[SourceLine], row: Sequence[str], header: _Columns) -> None:
    """Add the columns that have no part in the clause, each with its name."""
    for column in range(len(row)):
        role = header.roles.get(column, "")
        value = _cell(row, column)
        if not value or role not in {"", "annotation"}:
            continue
        name = header.names[column] if column < len(header.names) else ""
        removed = f"column {name}" if role == "annotation" else ""
        first, *others = _split_cell(value)
        lines.append(SourceLine(f"{name}：{first}" if name else first, removed=removed))
        lines += [SourceLine(other, removed=removed) for other in others]
