"""Words of the gates: reasons and ways forward from the one catalogue."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any

from recommender.results import Way
from recommender.scenario import Change, Wait
from training_data import reference
from training_data.messages import Text, text

NO_WORDS = Text("–", "–")


def reason(name: str, /, **values: Any) -> Text:
    """Return the sentence ``rule.<name>`` of the catalogue."""
    return _said(name, tuple(values.items()))


@lru_cache(maxsize=8192)
def _said(name: str, values: tuple[tuple[str, Any], ...]) -> Text:
    # One person's facts return for thousands of items: a sentence is worded once.
    return text(f"rule.{name}", **dict(values))


def way(
    name: str,
    earliest: date | None = None,
    changes: tuple[Change, ...] = (),
    /,
    **values: Any,
) -> Way:
    """Return a way of one step, the sentence ``rule.<name>``; ``changes`` try it out."""
    return Way((reason(name, **values),), earliest, changes)


def by(day: date | None, *changes: Change) -> tuple[Change, ...]:
    """Return the changes and, where a day is known, the wait for it."""
    return (*changes, Wait(day)) if day is not None else changes


def complete_data(data: str, *changes: Change) -> Way:
    """Return the way out of missing data: have it recorded.

    Parameters:
        changes: one record that would settle the matter in the person's favour, where one can.
    """
    return Way((reason("way.complete_data", data=reason(f"data.{data}")),), None, changes)


def shut(name: str, /, **values: Any) -> Text:
    """Return why there is no way, the sentence ``rule.closed.<name>``."""
    return reason(f"closed.{name}", **values)


def missing(data: str) -> Text:
    """Return the reason where a person's fact is missing."""
    return reason("missing", data=reason(f"data.{data}"))


def tier_name(tier: int) -> Text:
    """Return the name of a tier by its position in ``reference.tiers()``."""
    return reference.tiers()[tier].name if tier >= 0 else NO_WORDS


def joined(names: list[Text], form: str = "list.or") -> Text:
    """Return names as a list in words, by default as "a, b, atau c"."""
    if len(names) < 2:
        return names[0] if names else NO_WORDS
    head = names[:-1]
    # Indonesian puts a comma before the conjunction of three and more (EYD).
    comma = "," if len(head) > 1 and form != "list.then" else ""
    return reason(
        form,
        head=Text(", ".join(n.id for n in head) + comma, ", ".join(n.en for n in head)),
        last=names[-1],
    )


def education_name(rank: int) -> Text:
    """Return the name of an education rank; the shared rank of D4 and S1 names both."""
    return joined_slash([e.name for e in reference.education_levels() if e.rank == rank])


def joined_slash(names: list[Text]) -> Text:
    """Return names with a slash between them."""
    return Text("/".join(n.id for n in names), "/".join(n.en for n in names))


def grade_name(scale: int, order: int) -> Text:
    """Return a grade by its scale (0 PNS, 1 PPPK) and its order on it."""
    for grade in reference.grades():
        if (grade.scale == "PPPK") == bool(scale) and grade.order == order:
            return reference.label("grade", grade.code)
    return NO_WORDS


def grade_code(scale: int, order: int) -> str | None:
    """Return the code of a grade, ``None`` for an unknown one."""
    for grade in reference.grades():
        if (grade.scale == "PPPK") == bool(scale) and grade.order == order:
            return grade.code
    return None
