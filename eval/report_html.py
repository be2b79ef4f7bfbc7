"""The report of an answer run as one HTML page: nothing in it is fetched or run, and every text in it is escaped."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from eval.figures import format_interval, format_value
from eval.measures import Measure, Score
from eval.report import QuestionResult, Report
from eval.tallies import RESAMPLES

if TYPE_CHECKING:
    from jinja2 import Template

TEMPLATES = Path(__file__).parent / "templates"
HEADLINE = ("citation_precision_micro", "citation_recall_micro", "abstention_recall", "quote_violations")
"""The measures in large print at the top."""

_AXIS_START, _AXIS_LENGTH = 6, 200


def render_html(report: Report) -> str:
    """Return the report as a page: figures with intervals, by type, and each failing question beside its gold."""
    measures = report.measures
    right = Counter(result.type for result in report.results if result.right)
    return _open_template().render(
        report=report,
        facts=report.facts,
        measures=measures,
        headline=[(measure, report.overall[measure.name]) for measure in measures if measure.name in HEADLINE],
        right=right.total(),
        right_by_type=right,
        resamples=f"{RESAMPLES:,}",
    )


@lru_cache(maxsize=1)
def _open_template() -> Template:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined)
    environment.filters |= {
        "value": _show_value,
        "interval": format_interval,
        "share": _show_share,
        "place": _place,
        "faults": name_faults,
    }
    return environment.get_template("report.html")


def name_faults(result: QuestionResult) -> list[str]:
    """Return what is wrong with a question's answer, a word or two each."""
    wrongly_answered = result.must_abstain and result.status != "abstained"
    wrongly_abstained = not result.must_abstain and result.status == "abstained" and not result.error
    named = {
        "出错 / error": result.error,
        "误拒答 / abstained": wrongly_abstained,
        "应拒答 / answered": wrongly_answered,
        "漏引 / missing": result.missing,
        "错引 / wrong": result.wrong,
        "缺证据 / evidence": result.missing_evidence,
        "引文不实 / untrue": result.violations,
    }
    return [name for name, found in named.items() if found]


def _show_value(score: Score, measure: Measure) -> str:
    return format_value(score, measure.unit)


def _show_share(value: float) -> str:
    return f"{value:.3f}"


def _place(value: float) -> str:
    """Return where a share stands on the axis of a figure, in pixels."""
    return f"{_AXIS_START + _AXIS_LENGTH * value:.1f}"
