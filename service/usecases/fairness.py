"""Fairness as a report: of what was published or held back, or of a ranking made to be measured.

In: settings, or an open engine. Out: the report as JSON values, of one kind where it is named.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from recommender.engine import Engine
from recommender.fairness import rank_and_measure
from recommender.pipeline import Progress
from recommender.results import Kind
from service.database.fairness import newest_review
from service.settings import Settings
from service.usecases.errors import NothingUsable, NotThere
from service.usecases.sources import open_database


def stored(settings: Settings, kind: Kind | None = None) -> dict[str, Any]:
    """Return the newest review, of a ranking in force or held back.

    Raises:
        NotThere: nothing has been measured yet.
    """
    review = newest_review(open_database(settings))
    if review is None:
        raise NotThere("cli.fairness.none")
    override = review.override
    return {
        "generation": review.generation,
        "at": review.at.isoformat(),
        "override": {"by": override.by, "reason": override.reason} if override else None,
        **of_kind(review.report, kind),
    }


def measured(
    engine: Engine, kind: Kind | None = None, *, k: int = 10, progress: Progress | None = None
) -> dict[str, Any]:
    """Rank everybody and measure; nothing is written.

    Raises:
        NothingUsable: the dataset holds no item of this kind.
    """
    if kind is not None and kind not in engine.kinds():
        raise NothingUsable(f"cli.no_items_{kind}")
    kinds = None if kind is None else (kind,)
    return rank_and_measure(engine, kinds, k=k, progress=progress).as_json()


def of_kind(report: Mapping[str, Any], kind: Kind | None) -> dict[str, Any]:
    """Return what a report says of one kind; of everything where none is named."""
    if kind is None:
        return dict(report)
    own = f"{kind}."
    findings = [f for f in report["findings"] if f["measure"].startswith(own)]
    return {
        **report,
        "met": not any(f["blocks"] for f in findings),
        "findings": findings,
        "measures": [m for m in report["measures"] if m["measure"].startswith(own)],
    }
