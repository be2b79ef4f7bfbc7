"""The layout of an exported conversation: what is said of each question, answer, footnote and clause.

It is decided here for all formats. Nothing in it depends on when it is exported, so that
the same conversation gives the same file.
"""

from __future__ import annotations

import importlib.metadata
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import PurePath

from corpus.model import Document
from rag.model import Answer
from rag.snapshot import Snapshot
from ui.export.footnotes import Apparatus, Entry, Footnote, number_footnotes
from ui.export.manuscript import Block, Manuscript, Run, RunKind, break_lines, clean_text, join_line, lay_text
from ui.records.conversations import NAME_LENGTH, Conversation, Exchange, shorten_name
from ui.rendering.answers import name_clause
from ui.rendering.pieces import split_answer
from ui.text import Language, say


def lay_out(
    conversation: Conversation, exchanges: Sequence[Exchange], language: Language, *, marked: str
) -> Manuscript:
    """Return the conversation as a document; ``marked`` is the label that says how quoted words are marked."""
    apparatus = number_footnotes(exchanges)
    program = say("export_program", language).format(version=_read_version())
    title = join_line(conversation.name) or say("export_kind", language)
    blocks = [
        *lay_text("title", title),
        *lay_text("fact", say("export_kind", language)),
        *lay_text("fact", _write_dates(conversation, exchanges, language)),
        *lay_text("fact", program),
        *lay_text("fact", say("export_reading" if exchanges else "export_empty", language)),
    ]
    for position, exchange in enumerate(exchanges):
        blocks += _lay_exchange(position, exchange, apparatus, language)
    if apparatus.entries:
        blocks += [*lay_text("appendix", say("export_appendix", language)), *lay_text("fact", say(marked, language))]
    for entry in apparatus.entries:
        blocks += _lay_entry(entry, language)
    return Manuscript(
        title,
        _read_world_time(conversation.created),
        _read_world_time(conversation.updated),
        program,
        tuple(blocks),
        tuple(tuple(break_lines(_write_footnote(note, language))) for note in apparatus.footnotes),
    )


def _lay_exchange(position: int, exchange: Exchange, apparatus: Apparatus, language: Language) -> Iterator[Block]:
    question = exchange.question.strip()
    heading = say("export_question", language).format(number=position + 1, question=shorten_name(question))
    yield from lay_text("heading", join_line(heading))
    if len(join_line(question)) > NAME_LENGTH or "\n" in clean_text(question):
        yield from lay_text("question", question)
    if exchange.kept is not None:
        yield from _lay_answer(position, exchange.kept, apparatus, language)
    elif not exchange.error:
        yield from lay_text("status", say("export_unanswered", language))
    if exchange.error:
        yield from lay_text("status", say("export_failed", language))
        yield from lay_text("words", exchange.error)
    yield from lay_text("fact", "　".join(_list_circumstances(exchange, language)))
    if exchange.kept is not None:
        yield from lay_text("fact", say("export_corpus", language).format(hash=exchange.kept.corpus_hash))


def _lay_answer(position: int, kept: Snapshot, apparatus: Apparatus, language: Language) -> Iterator[Block]:
    answer = kept.answer
    if answer.status != "grounded":
        key = "ambiguous" if answer.reason == "ambiguous" else "partial" if answer.status == "partial" else "abstained"
        yield from lay_text("status", say(key, language))
    runs: list[Run] = []
    for piece in split_answer(answer):
        runs.append(Run(piece.text))
        runs += (Run(note=apparatus.numbers[position, cited]) for cited in piece.citations)
    yield from (Block("words", line) for line in break_lines(runs))
    yield from lay_text("fact", _tell_origins(answer, language))
    yield from lay_text("fact", answer.notice)
    if answer.related:
        yield from lay_text("caption", say("related", language))
        for id in answer.related:
            yield from lay_text("item", join_line(_name_related(id, kept, language)))
    if answer.removed:
        yield from lay_text("caption", say("removed", language).format(count=len(answer.removed)))
        for removal in answer.removed:
            why = say("export_removed", language).format(text=removal.text, reason=removal.reason)
            yield from lay_text("item", join_line(why))


def _lay_entry(entry: Entry, language: Language) -> Iterator[Block]:
    clause = entry.clause
    label = f"{clause.label or say('preamble', language)} {clause.heading}"
    heading = f"{entry.number}. {_name_document(entry.document, clause.document_id)} {label}"
    yield from (replace(block, entry=entry.number) for block in lay_text("subheading", join_line(heading)))
    facts = [*_list_facts(entry.document, language), (say("export_clause_id", language), clause.id)]
    told = (f"{name}{_colon(language)}{value}" for name, value in facts)
    yield from lay_text("source", join_line(("；" if language == "zh" else "; ").join(told)))
    yield from lay_text("source", join_line(" › ".join(clause.path)))
    yield from (Block("clause", line) for line in break_lines(_mark_clause(entry)))
    if entry.damaged:
        yield from lay_text("fact", say("damaged_note", language))
    numbers = ", ".join(str(number) for number in entry.footnotes)
    yield from lay_text("fact", say("export_cited_by", language).format(numbers=numbers))


def _mark_clause(entry: Entry) -> Iterator[Run]:
    clause = entry.clause
    damaged = [(span.start, span.end) for span in entry.damaged]
    inside = {edge for pair in (*entry.quoted, *damaged) for edge in pair if clause.start < edge < clause.end}
    words = ""
    kind: RunKind = ""
    for left, right in pairwise(sorted({clause.start, clause.end, *inside})):
        found: RunKind = ""
        if any(first <= left and right <= last for first, last in damaged):
            found = "damaged"
        elif any(first <= left and right <= last for first, last in entry.quoted):
            found = "quoted"
        stretch = clause.text[left - clause.start : right - clause.start]
        if found != kind and words:
            yield Run(words, kind)
            words = ""
        words, kind = words + stretch, found
    yield Run(words, kind)


def _write_footnote(note: Footnote, language: Language) -> list[Run]:
    quote = f"“{note.citation.quote}”"
    if note.clause is None:
        return [Run(f"{note.citation.clause_id} {say('export_gone', language)}{_colon(language)}{quote}")]
    clause, document = note.clause, note.document
    facts = [document.issuer, document.doc_number, _write_published(document, language)] if document else []
    known = _comma(language).join(join_line(fact) for fact in facts if fact)
    name = _name_document(document, clause.document_id)
    opened, closed = ("（", "）") if language == "zh" else (" (", ")")
    label = f"{clause.label or say('preamble', language)} {clause.heading}"
    place = _comma(language).join(join_line(part) for part in (label, " › ".join(clause.path)) if part.strip())
    whole = say("export_whole", language).format(number=note.entry)
    head = f"{join_line(name)}{opened + known + closed if known else ''} {place}{_colon(language)}{quote}{opened}"
    return [Run(head), Run(whole, entry=note.entry), Run(closed)]


def _name_document(document: Document | None, id: str) -> str:
    return f"《{document.title if document else id}》"


def _name_related(id: str, kept: Snapshot, language: Language) -> str:
    clause = kept.clauses.get(id)
    return f"{name_clause(clause, kept, language)} {clause.heading}" if clause else id


def _list_facts(document: Document | None, language: Language) -> list[tuple[str, str]]:
    if document is None:
        return []
    # An amended law keeps the day on which its first version came into force.
    amended = document.published and document.effective and document.effective < document.published
    facts = (
        ("issuer", document.issuer),
        ("doc_number", document.doc_number),
        ("published", document.published),
        ("first_effective" if amended else "effective", document.effective),
        ("export_repealed", document.repealed),
        ("source", PurePath(document.source).name),
    )
    return [(say(key, language), str(value)) for key, value in facts if value]


def _write_published(document: Document, language: Language) -> str:
    if document.published is None:
        return ""
    return say("export_published", language).format(date=document.published)


def _write_dates(conversation: Conversation, exchanges: Sequence[Exchange], language: Language) -> str:
    return say("export_dates", language).format(
        created=_show_time(conversation.created), updated=_show_time(conversation.updated), count=len(exchanges)
    )


def _list_circumstances(exchange: Exchange, language: Language) -> Iterator[str]:
    if exchange.asked:
        yield say("export_asked", language).format(time=_show_time(exchange.asked))
    if exchange.documents:
        yield say("export_scope", language).format(documents=join_line("、".join(exchange.documents)))


def _tell_origins(answer: Answer, language: Language) -> str:
    if not answer.statements:
        return ""
    written = sum(statement.origin == "llm" for statement in answer.statements)
    key = "export_written" if written == len(answer.statements) else "export_mixed" if written else "export_extracted"
    return say(key, language).format(written=written)


def _show_time(moment: str) -> str:
    found = _read_time(moment)
    return found.isoformat(" ", "seconds") if found else join_line(moment) or "—"


def _read_time(moment: str) -> datetime | None:
    try:
        return datetime.fromisoformat(moment)
    except ValueError:
        return None


def _read_world_time(moment: str) -> datetime | None:
    found = _read_time(moment)
    try:
        # What zone a time without one was in, this machine cannot know.
        return found.astimezone(UTC) if found and found.tzinfo else None
    except OverflowError:
        return None


def _read_version() -> str:
    try:
        return importlib.metadata.version("wence")
    except importlib.metadata.PackageNotFoundError:
        return "?"


def _comma(language: Language) -> str:
    return "，" if language == "zh" else ", "


def _colon(language: Language) -> str:
    return "：" if language == "zh" else ": "
