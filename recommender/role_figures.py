"""Figures HR reads beside a role: match, JPM with interval, rating, validity of assessment."""

from __future__ import annotations

from typing import Any

import numpy as np

from recommender.gap_report import standard_of
from recommender.pipeline import Prepared
from recommender.similarity.profiles import Fit
from recommender.snapshot import Snapshot

_ASSESSED = ("M", "SK")


def role_figures(prepared: Prepared, person: int, job: int, fit: Fit, place: int) -> dict[str, Any]:
    """Return the figures of one person and one post as JSON values; unknown is null.

    Parameters:
        person, job: row numbers.
        fit: the comparison of a block of people, in which the person stands at ``place``.
    """
    standard = standard_of(prepared, person, job, None)
    match = float(fit.match[place, job])
    return {
        "match": None if np.isnan(match) else round(match, 4),
        "match_low": round(float(fit.match_low[place, job]), 4),
        "match_high": round(float(fit.match_high[place, job]), 4),
        "coverage": round(float(fit.coverage[place, job]), 4),
        "jpm": standard.jpm if standard else None,
        "jpm_low": standard.jpm_low if standard else None,
        "jpm_high": standard.jpm_high if standard else None,
        "assessment_expires": _expiry(prepared, person),
    }


def _expiry(prepared: Prepared, person: int) -> str | None:
    """Return the first day on which one of the levels behind the JPM is out of date."""
    profile, groups = prepared.facts.profile, prepared.facts.snapshot.competency_groups
    own = profile.known(person)
    until = [
        day
        for c, day in zip(profile.competency[own], profile.valid_until[own], strict=True)
        if groups[c] in _ASSESSED and not np.isnat(day)
    ]
    return str(min(until)) if until else None


def latest_ratings(snapshot: Snapshot) -> dict[int, dict[str, Any]]:
    """Return each person's last yearly performance rating and its year, by row."""
    table = snapshot.dataset.table("performance")
    person = snapshot.people.index.lookup(table["employee_id"]).tolist()
    found: dict[int, dict[str, Any]] = {}
    columns = (table[name].to_pylist() for name in ("year", "period", "rating"))
    for row, year, period, rating in zip(person, *columns, strict=True):
        if row < 0 or rating is None or period not in (None, "tahunan"):
            continue
        if row not in found or year > found[row]["year"]:
            found[row] = {"year": year, "rating": rating}
    return found
