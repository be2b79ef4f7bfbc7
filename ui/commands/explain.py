"""What became of a document's text when it was parsed, as plain text and as JSON: pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from corpus.catalog import Catalog
from corpus.gaps import find_gaps, name_gap
from corpus.model import ParsedDocument, Span
from corpus.references.find import find_references
from corpus.references.targets import Target, resolve_references
from ui.rendering.plain import list_table, one_line

_SHOWN = 46
_KINDS = {"clause": "kept", "heading": "heading", "metadata": "metadata", "removed": "removed", "damaged": "marked"}


def explain_document(parsed: ParsedDocument) -> str:
    """Return the document's particulars, then every stretch of its text in order: kept, removed or marked, and why.

    White space is left out. Marked stretches stand inside what is kept, and are never cited.
    """
    document = parsed.document
    head = [f"《{one_line(document.title)}》 {one_line(document.source)}"]
    facts = [
        ("level", document.level),
        ("issuer", document.issuer),
        ("number", document.doc_number),
        ("published", str(document.published or "")),
        ("effective", str(document.effective or "")),
        ("repealed", str(document.repealed or "")),
        ("repeals", "、".join(document.repeals)),
        ("history", "; ".join(f"{event.day or ''} {event.action}".strip() for event in document.history)),
    ]
    head += [f"  {name}: {one_line(value)}" for name, value in facts if value]
    head += [f"  not in this copy: {one_line(name_gap(gap))}" for gap in find_gaps(parsed)]
    head += [f"  to know: {one_line(note)}" for note in parsed.notes]
    head.append(f"  {_count(parsed)}")
    rows = [_make_row(parsed, span) for span in _list_spans(parsed)]
    return "\n".join(head) + "\n" + list_table(rows)


def explanation_record(parsed: ParsedDocument) -> dict[str, Any]:
    """Return the same as a JSON object, every span with its whole text."""
    document = parsed.document
    text = document.text
    return {
        "document": document.id,
        "source": document.source,
        "title": document.title,
        "level": document.level,
        "issuer": document.issuer,
        "doc_number": document.doc_number,
        "published": str(document.published or ""),
        "effective": str(document.effective or ""),
        "repealed": str(document.repealed or ""),
        "repeals": list(document.repeals),
        "history": [
            {"day": str(event.day or ""), "action": event.action, "text": event.text} for event in document.history
        ],
        "notes": list(parsed.notes),
        "gaps": [
            {"kind": gap.kind, "first": gap.labels[0], "last": gap.labels[1], "start": gap.start}
            for gap in find_gaps(parsed)
        ],
        "references": [reference_record(target) for target in _resolve(parsed)],
        "spans": [
            {"kind": _KINDS[span.kind], "reason": span.reason, "start": span.start, "end": span.end}
            | {"text": text[span.start : span.end]}
            for span in _list_spans(parsed)
        ],
    }


def reference_record(target: Target) -> dict[str, Any]:
    """Return a cross-reference as a JSON object: where it stands, what it names, and where that leads."""
    reference = target.reference
    within = reference.within
    return {
        "clause": reference.clause,
        "start": reference.start,
        "end": reference.end,
        "document": reference.document,
        "number": reference.number,
        "last": reference.last,
        "paragraph": within.paragraph,
        "point": within.point,
        "item": within.item,
        "target_document": target.document_id,
        "targets": list(target.clause_ids),
    }


def _resolve(parsed: ParsedDocument) -> Sequence[Target]:
    """Return where the references of a document lead, as far as that is in the document itself."""
    catalog = Catalog([parsed.document])
    return resolve_references(find_references(parsed), parsed, catalog, {parsed.document.id: parsed})


def _list_spans(parsed: ParsedDocument) -> list[Span]:
    """Return the spans in the order of the text, blank ones left out; a marked one follows what it stands in."""
    spans = [span for span in parsed.spans if span.reason != "blank"]
    return sorted([*spans, *parsed.damaged], key=lambda span: (span.start, span.kind == "damaged"))


def _make_row(parsed: ParsedDocument, span: Span) -> Sequence[str]:
    words = one_line(parsed.document.text[span.start : span.end])
    shown = words if len(words) <= _SHOWN else words[: _SHOWN - 1] + "…"
    return [f"  {_KINDS[span.kind]}", f"{span.start}-{span.end}", span.reason, shown]


def _count(parsed: ParsedDocument) -> str:
    def measure(spans: Sequence[Span]) -> str:
        return f"{sum(span.end - span.start for span in spans):,} characters"

    clauses = [span for span in parsed.spans if span.kind == "clause"]
    removed = [span for span in parsed.spans if span.kind == "removed" and span.reason != "blank"]
    return (
        f"{len(clauses):,} clauses kept ({measure(clauses)}); {len(removed):,} stretches removed ({measure(removed)}); "
        f"{len(parsed.damaged):,} marked ({measure(parsed.damaged)})"
    )
