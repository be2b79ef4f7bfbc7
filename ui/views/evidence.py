"""The evidence panel, which stands beside several views: a clause as it is now, or as an answer had it."""

from __future__ import annotations

from datetime import date

import gradio as gr

from corpus.references.find import find_references
from corpus.references.targets import resolve_references
from ui.events import read_static
from ui.home import OpenHome
from ui.records.conversations import Exchange
from ui.rendering.answers import link_targets, read_reference, render_clause, render_no_evidence, write_reference
from ui.text import Language


class EvidencePanel:
    """The panel: laid out where it is told to, rendered for whoever opens a clause."""

    def __init__(self, home: OpenHome) -> None:
        self.home = home

    def lay_out(self) -> None:
        """Lay out the panel in the row that is being built."""
        with gr.Column(scale=5, min_width=320, elem_id="wence-right"):
            self.shown = gr.HTML(
                render_no_evidence("zh"),
                elem_id="wence-evidence",
                apply_default_css=False,
                js_on_load=read_static("evidence.js"),
            )

    def render_first(self, exchange: Exchange, language: Language) -> str:
        """Return the clause that an answer cites first, as that answer had it."""
        if exchange.answer is None or not exchange.answer.citations:
            return render_no_evidence(language)
        first = exchange.answer.citations[0]
        return self.render(write_reference(first.clause_id, [(first.start, first.end)]), exchange, language)

    def render(self, reference: str, exchange: Exchange, language: Language) -> str:
        """Return the clause of a reference (``ui.rendering.answers.write_reference``).

        One that the answer of ``exchange`` names, and that has changed or gone since, is
        shown as it was then.
        """
        clause_id, ranges = read_reference(reference)
        index, catalog = self.home.wence.index, self.home.wence.catalog
        clause = index.clauses.get(clause_id)
        kept = exchange.kept
        if kept is not None and clause_id in kept.clauses and kept.clauses[clause_id] != clause:
            return render_clause(kept.clauses[clause_id], kept, language, ranges=ranges, today=date.today(), past=True)
        if clause is None:
            return render_no_evidence(language)
        document = index.parsed[clause.document_id]
        references = [one for one in find_references(document) if one.clause == clause.id]
        links = link_targets(resolve_references(references, document, catalog, index.parsed))
        return render_clause(clause, index, language, ranges=ranges, links=links, today=date.today())
