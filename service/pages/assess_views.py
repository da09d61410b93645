"""Stage serve: whom to assess first becomes a page; in: a source, a unit, out: people to draw."""

from __future__ import annotations

from dataclasses import dataclass

from service.pages.source import Choice, Person, Source
from training_data.messages import Text


@dataclass(frozen=True)
class ToAssessView:
    """One person and why which competencies are worth assessing, the most useful first."""

    person: Person
    reasons: tuple[Text, ...]


@dataclass(frozen=True)
class AssessPage:
    """The units to choose from, the one chosen, and the people, the most useful first."""

    unit: str
    units: tuple[Choice, ...]
    people: tuple[ToAssessView, ...]


def assess_page(source: Source, unit: str) -> AssessPage | None:
    """Return whom to assess first, each person once; None where the viewer may not read it."""
    found = source.assess_first(unit)
    if found is None:
        return None
    people: dict[str, Person] = {}
    reasons: dict[str, list[Text]] = {}
    for person, worth in found:
        people[person.ref] = person
        reasons.setdefault(person.ref, []).append(worth.reason)
    views = tuple(ToAssessView(people[ref], tuple(said)) for ref, said in reasons.items())
    return AssessPage(unit, tuple(source.units()), views)
