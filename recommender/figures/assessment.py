"""Validity of competency assessments: which of the nine are assessed, by whom, and until when.

In: the snapshot's scores and the packs. Out: one figure per person. Only sources the packs accept
count as an assessment; what stems from elsewhere is said, not taken for one.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recommender.columns import days
from recommender.eligibility.dates import as_date, plus_years
from recommender.figures.results import Figure, Ground, Part, State
from recommender.snapshot import Snapshot
from training_data import reference
from training_data.messages import Text, text
from training_data.reference.packs import Rules


@dataclass(frozen=True)
class Finding:
    """One of the nine competencies.

    Attributes:
        state: valid, expired, undated, source_unknown, other_source or not_assessed.
        day: day of the newest accepted assessment.
        until: its last valid day.
        source: where the level comes from.
    """

    code: str
    state: str
    day: date | None = None
    until: date | None = None
    source: str | None = None


_ORDER = ("valid", "expired", "undated", "source_unknown", "other_source")
"""What a competency is said to be where it has several scores, best first."""


class Assessments:
    """The assessments of everybody on the day."""

    def __init__(self, snapshot: Snapshot, rules: Rules, leap_day: str) -> None:
        self.snapshot = snapshot
        self.rule = rules.rule("assessment.validity")
        self.leap_day = leap_day
        self.codes: tuple[str, ...] = tuple(self.rule.params["competencies"])
        self.accepted = frozenset(self.rule.params["accepted_sources"])

    def findings(self, person: int) -> tuple[Finding, ...]:
        """Return what is known of each of the nine competencies."""
        rows = self._rows(person)
        return tuple(self._finding(code, rows) for code in self.codes)

    def of(self, person: int) -> Figure:
        """Return the validity of a person's assessment."""
        found = self.findings(person)
        valid = [f for f in found if f.state == "valid"]
        dated = [f.day for f in found if f.day is not None]
        until = min((f.until for f in found if f.until is not None), default=None)
        state: State = "final" if len(valid) == len(found) else "perlu_verifikasi"
        if all(f.state == "not_assessed" for f in found):
            state = "belum_ada"
        details = {
            "asked": len(found),
            "valid": len(valid),
            "valid_until": until.isoformat() if until else None,
            "oldest": min(dated).isoformat() if dated else None,
            "newest": max(dated).isoformat() if dated else None,
            "expired": [f.code for f in found if f.state == "expired"],
            "not_assessed": [f.code for f in found if f.state not in ("valid", "expired")],
            "sources": dict(sorted(Counter(f.source for f in found if f.source).items())),
        }
        ground = Ground.of(self.rule)
        return Figure(
            "assessment",
            text("figure.assessment.label"),
            None,
            None,
            None,
            "date",
            state,
            _says(found, until),
            ground,
            notes=self._notes(found),
            parts=tuple(self._part(f, ground) for f in found),
            details=details,
        )

    def _notes(self, found: tuple[Finding, ...]) -> tuple[Text, ...]:
        missing = [self._name(f.code) for f in found if f.state not in ("valid", "expired")]
        if not missing or len(missing) == len(found):
            return ()
        return (text("figure.assessment.missing", names=", ".join(missing)),)

    def _part(self, finding: Finding, ground: Ground) -> Part:
        name, source = self._name(finding.code), finding.source
        words = text(
            f"figure.assessment.{finding.state}",
            day=finding.day,
            until=finding.until,
            source=reference.label("score_source", source) if source else None,
        )
        facts: dict[str, Any] = {
            "state": finding.state,
            "assessed_on": finding.day.isoformat() if finding.day else None,
            "valid_until": finding.until.isoformat() if finding.until else None,
            "source": source,
        }
        return Part(finding.code, Text(name, name), None, None, None, None, words, ground, facts)

    def _name(self, code: str) -> str:
        row = self.snapshot.competencies.rows.get(code)
        if row is not None:
            return self.snapshot.competency_names[row]
        return next((c.name.id for c in reference.competencies() if c.code == code), code)

    def _finding(self, code: str, rows: list[tuple[str, Any, str | None]]) -> Finding:
        found = [self._judged(code, day, source) for c, day, source in rows if c == code]
        if not found:
            return Finding(code, "not_assessed")
        best = min(_ORDER.index(f.state) for f in found)
        same = [f for f in found if f.state == _ORDER[best]]
        return max(same, key=lambda f: (f.day or date.min, f.source or ""))

    def _judged(self, code: str, day: Any, source: str | None) -> Finding:
        if source is None:
            return Finding(code, "source_unknown", as_date(day))
        if source not in self.accepted:
            return Finding(code, "other_source", as_date(day), source=source)
        if np.isnat(day):
            return Finding(code, "undated", source=source)
        over = as_date(plus_years(day, int(self.rule.params["years"]), self.leap_day))
        assert over is not None
        state = "valid" if self.snapshot.as_of < over else "expired"
        return Finding(code, state, as_date(day), over - timedelta(days=1), source)

    def _rows(self, person: int) -> list[tuple[str, Any, str | None]]:
        table = self._scores
        low, high = table.start[person], table.start[person + 1]
        return [(table.code[r], table.day[r], table.source[r]) for r in table.order[low:high]]

    @cached_property
    def _scores(self) -> _Scores:
        table = self.snapshot.dataset.table("competency_scores")
        person = self.snapshot.people.index.lookup(table["employee_id"])
        order = np.argsort(person, kind="stable")
        return _Scores(
            order,
            np.searchsorted(person[order], np.arange(len(self.snapshot.people) + 1)),
            table["competency_code"].to_pylist(),
            days(table["assessed_on"]),
            table["source"].to_pylist(),
        )


@dataclass(frozen=True)
class _Scores:
    """Rows of the scores by person."""

    order: NDArray[np.int64]
    start: NDArray[np.int64]
    code: list[str]
    day: NDArray[np.datetime64]
    source: list[str | None]


def _says(found: tuple[Finding, ...], until: date | None) -> Text:
    valid = sum(f.state == "valid" for f in found)
    expired = [f.until for f in found if f.state == "expired" and f.until is not None]
    if valid == len(found):
        return text("figure.assessment.text", until=until)
    if expired:
        return text("figure.assessment.text_expired", until=min(expired))
    if valid:
        return text("figure.assessment.text_partly", valid=valid, asked=len(found), until=until)
    return text("figure.assessment.text_none", asked=len(found))
