"""The benchmark's picture: time and memory of one search against the number of vectors."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from corpus.errors import WenceError
from eval.benchmarks.baselines import allow_deprecations
from eval.benchmarks.growth import Cost

INCHES = (8.6, 3.4)
DOTS_PER_INCH = 100
_CURVES = {"exact": ("exact search", "#8a8a8a", "s--"), "chosen": ("Wence's search", "#b03a2e", "o-")}


def draw_costs(costs: Sequence[Cost], path: Path) -> None:
    """Write the picture as PNG, both axes of both panels logarithmic.

    Raises
    ------
    WenceError
        The file cannot be written.
    """
    with allow_deprecations():
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
        from matplotlib.ticker import FuncFormatter, NullFormatter

    figure: Any = Figure(figsize=INCHES, dpi=DOTS_PER_INCH, layout="constrained")
    FigureCanvasAgg(figure)
    panels = figure.subplots(1, 2)
    for panel, title, of in ((panels[0], "p50 of one search, ms", "p50_ms"), (panels[1], "memory, MiB", "memory_mib")):
        for kind, (label, colour, style) in _CURVES.items():
            points = sorted((cost.rows, getattr(cost, of)) for cost in costs if cost.kind == kind and getattr(cost, of))
            if points:
                panel.plot(*zip(*points, strict=True), style, color=colour, label=label, markersize=5)
        panel.set_xscale("log")
        panel.set_yscale("log")
        for axis in (panel.xaxis, panel.yaxis):
            axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.10g}"))
            axis.set_minor_formatter(NullFormatter())
        panel.set_xlabel("vectors")
        panel.set_title(title, fontsize=10)
        panel.grid(True, which="major", alpha=0.3)
        if panel.lines:
            panel.legend(frameon=False, fontsize=9)
    try:
        figure.savefig(path, metadata={"Software": None})
    except OSError as error:
        raise WenceError(f"cannot write {path}: {error.strerror or error}; name another folder with --out") from error
