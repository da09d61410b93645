"""An evaluation as a file: the contract's JSON, or a report in Markdown or HTML.

In: a dataset, a day and a target. Out: the whole file. The time each step takes is measured here,
because the engine reads no clock; it stands in the report and in no figure.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Literal

from recommender.evaluation.blocks import Story
from recommender.evaluation.page_html import html
from recommender.evaluation.page_markdown import markdown
from recommender.evaluation.report import Report
from recommender.evaluation.run import evaluate
from recommender.evaluation.splits import Kind as SplitKind
from recommender.evaluation.story import tell
from recommender.evaluation.study import Study, study
from service.usecases import files
from service.usecases.errors import WrongUse
from training_data.dataset import Dataset

Progress = Callable[[str, int, int], None]
SUFFIXES = (".json", ".md", ".html")
_PAGES: Mapping[str, Callable[[Story], str]] = {".md": markdown, ".html": html}


@dataclass
class Stopwatch:
    """Passes progress on and adds up the seconds between one step and the next."""

    to: Progress | None
    clock: Callable[[], float] = time.perf_counter
    seconds: dict[str, float] = field(default_factory=dict)
    _running: tuple[str, float] | None = None

    def __call__(self, what: str, done: int, total: int) -> None:
        """Begin a step, which ends the one before; a step that is all done only ends."""
        now = self.clock()
        if self._running is not None:
            name, since = self._running
            self.seconds[name] = self.seconds.get(name, 0.0) + now - since
        self._running = None if what == "report" and done == total else (what, now)
        if self.to is not None:
            self.to(what, done, total)


def require_report_place(out: Path) -> None:
    """Refuse a file whose form is not known, before anything is measured.

    Raises:
        WrongUse: the suffix is none of ``SUFFIXES``, or the folder does not exist.
    """
    if out.suffix.lower() not in SUFFIXES:
        raise WrongUse("cli.evaluate_suffix", file=out.name)
    if not out.parent.is_dir():
        raise WrongUse("cli.no_folder_for", folder=str(out.parent))


def measure(
    dataset: Dataset,
    *,
    kind: Literal["training", "role"],
    split: SplitKind | None,
    as_of: date,
    seed: int,
    out: Path | None,
    language: str,
    progress: Progress | None = None,
) -> Report:
    """Measure, write what was asked for, and return the figures of the main split.

    Parameters:
        split: one way to part the past; ``None`` for the main one, and both in a report to read.
        out: ``.json`` for the contract's figures, ``.md`` or ``.html`` for the whole report.
    """
    write = None if out is None else _PAGES.get(out.suffix.lower())
    if out is None or write is None:
        report = evaluate(
            dataset, kind=kind, split=split or "time", as_of=as_of, seed=seed, progress=progress
        )
        if out is not None:
            files.write_json(out, report.as_json())
        return report
    watch = Stopwatch(progress)
    found: Study = study(
        dataset,
        kind=kind,
        splits=("time", "last") if split is None else (split,),
        as_of=as_of,
        seed=seed,
        progress=watch,
    )
    with files.written_whole(out) as temporary:
        temporary.write_text(write(tell(found, language, watch.seconds)), encoding="utf-8")
    return found.parts[0].report
