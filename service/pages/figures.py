"""Stage serve: facts and figures as labelled lines; in: JSON values, out: pairs of texts.

Facts of a rule and figures of a role arrive as plain values under short keys. Words for the keys
stand in the catalogue (``pages.fact.*``, ``pages.figure.*``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from service.pages.words import label
from training_data import reference
from training_data.messages import Text, text


def fact_lines(facts: Mapping[str, Any]) -> tuple[tuple[Text, Text], ...]:
    """Return the facts a rule used, each with its name."""
    return tuple(
        (label("fact", key), plain(value, _LISTS.get(key))) for key, value in facts.items()
    )


_LISTS: Mapping[str, str] = {
    "education": "education_level",
    "employment": "employment",
    "feeding": "tier",
    "grade": "grade",
    "held_months": "tier",
    "legal_status": "legal_status",
    "max_grade": "grade",
    "min_education": "education_level",
    "min_grade": "grade",
    "ratings": "rating",
    "target_tier": "tier",
    "tier": "tier",
}
"""Fact → the known list its codes belong to."""


def plain(value: Any, known: str | None = None) -> Text:
    """Write one value: codes in words, days in full, numbers with the comma of the language.

    Parameters:
        value: a JSON value; missing is said.
        known: name of the known list its codes belong to.
    """
    if value is None or value == "" or value == []:
        return text("pages.value.missing")
    if isinstance(value, bool):
        return text("pages.value.yes" if value else "pages.value.no")
    if isinstance(value, int | float):
        return text("pages.value.as_is", value=value)
    if isinstance(value, Mapping):
        return plain([list(pair) for pair in value.items() if pair[1]], known)
    if isinstance(value, list | tuple):
        return _joined(", ", [_pair_or_plain(one, known) for one in value])
    if known is not None and value in reference.choices(known):
        return reference.label(known, value)
    day = _day(value)
    return text("pages.value.as_is", value=str(value) if day is None else day)


def _pair_or_plain(value: Any, known: str | None) -> Text:
    if isinstance(value, list | tuple):
        return _joined(": ", [plain(part, known) for part in value])
    return plain(value, known)


def _joined(between: str, parts: Sequence[Text]) -> Text:
    if not parts:
        return text("pages.value.none")
    return Text(between.join(p.id for p in parts), between.join(p.en for p in parts))


def role_figures(figures: Mapping[str, Any]) -> tuple[tuple[Text, Text], ...]:
    """Return what stands beside a role: match, coverage, JPM with interval, expiry."""
    lines = []
    for name in ("match", "jpm"):
        value = _with_interval(figures, name)
        if value is not None:
            lines.append((text(f"pages.figure.{name}"), value))
    bands = figures.get("jpm_categories")
    if bands:
        names = list(dict.fromkeys(Text(**bands[end]["name"]) for end in (0, -1)))
        lines.append((text("pages.figure.jpm_category"), _joined(" – ", names)))
    if figures.get("coverage") is not None:
        coverage = text("pages.value.percent", value=float(figures["coverage"]))
        lines.append((text("pages.figure.coverage"), coverage))
    expires = figures.get("assessment_expires")
    if expires:
        lines.append((text("pages.figure.assessment_expires"), plain(expires)))
    return tuple(lines)


def _with_interval(figures: Mapping[str, Any], name: str) -> Text | None:
    """Write a percentage and, where it is not certain, its interval."""
    low, high = figures.get(f"{name}_low"), figures.get(f"{name}_high")
    value = figures.get(name)
    if value is None and (low is None or high is None):
        return None
    scale = 100.0 if name == "jpm" else 1.0
    # What exceeds a full match is stored and not shown.
    low, high, value = (None if v is None else min(v, scale) for v in (low, high, value))
    if low is None or high is None or low == high:
        return None if value is None else text("pages.value.percent", value=value / scale)
    code = "pages.value.interval" if value is None else "pages.value.percent_interval"
    return text(code, value=(value or 0) / scale, low=low / scale, high=high / scale)


def _day(value: Any) -> date | None:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        return None
