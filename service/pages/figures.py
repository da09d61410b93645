"""Stage serve: facts and figures as labelled lines; in: JSON values, out: pairs of texts.

Facts of a rule and figures of a role arrive as plain values under short keys. Words for the keys
stand in the catalogue (``pages.fact.*``, ``pages.figure.*``).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from service.pages.words import label
from training_data.messages import Text, text


def fact_lines(facts: Mapping[str, Any]) -> tuple[tuple[Text, Text], ...]:
    """Return the facts a rule used, each with its name."""
    return tuple((label("fact", key), plain(value)) for key, value in facts.items())


def plain(value: Any) -> Text:
    """Write one value: days in full, numbers with the comma of the language, missing said."""
    if value is None or value == "":
        return text("pages.value.missing")
    if isinstance(value, bool):
        return text("pages.value.yes" if value else "pages.value.no")
    if isinstance(value, int | float):
        return text("pages.value.as_is", value=value)
    if isinstance(value, list | tuple):
        parts = [plain(v) for v in value]
        return Text(", ".join(p.id for p in parts), ", ".join(p.en for p in parts))
    day = _day(value)
    return text("pages.value.as_is", value=str(value) if day is None else day)


def role_figures(figures: Mapping[str, Any]) -> tuple[tuple[Text, Text], ...]:
    """Return what stands beside a role: match, coverage, JPM with interval, expiry."""
    lines = []
    for name in ("match", "jpm"):
        value = _with_interval(figures, name)
        if value is not None:
            lines.append((text(f"pages.figure.{name}"), value))
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
