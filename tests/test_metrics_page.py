"""docs/metrics.md says what the registry says."""

from __future__ import annotations

from pathlib import Path

from sales.metrics.page import page
from sales.metrics.registry import METRICS

DOCS = Path(__file__).resolve().parent.parent / "docs"


def test_the_page_is_as_it_is_made() -> None:
    assert (DOCS / "metrics.md").read_text("utf-8") == page(), "make docs"


def test_it_tells_all_of_every_metric() -> None:
    said = page()
    for metric in METRICS.values():
        section = said.split(f"\n## {metric.name}\n")[1].split("\n## ")[0]
        for part in (metric.title_zh, metric.title_en, metric.definition_zh, metric.definition_en, metric.computed):
            assert part in section
        assert all(f"`{name}`" in section for name in (*metric.by, *metric.filters))
