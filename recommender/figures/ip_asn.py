"""IP ASN (PermenPANRB 38/2018): what everybody's index is made of today, what a training adds.

In: the snapshot, its completed trainings with hours, and the packs. Out: arrays of components for
whole agencies (``open_points``, ``fulfils``). A training adds what it would newly fulfil, and two
that fulfil the same add it once. The words of one person's index are ``ip_asn_figure``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recommender.columns import UNKNOWN
from recommender.eligibility.dates import as_date, plus_years
from recommender.eligibility.facts import Facts
from recommender.figures.history import History
from recommender.figures.learning_hours import Hours, history_jp, planned_jp
from recommender.snapshot import Snapshot
from training_data import reference
from training_data.reference.packs import Rules

TECHNICAL, SEMINAR = "technical_course", "seminar"
TIER_COURSE = "tier_course"
FUNCTIONAL = f"{TIER_COURSE}_functional"

YES, NO, UNCLEAR = 1, 0, -1
Tri = NDArray[np.int8]
"""YES, NO or UNCLEAR, so that what is not known is neither."""


@dataclass(frozen=True)
class Open:
    """What a person could still gain in the dimension of competence.

    Attributes:
        points: component → points still to be gained, known ones only.
        unclear: components of which it is not known whether they are fulfilled, and their points.
    """

    points: Mapping[str, float]
    unclear: Mapping[str, float]


class IpAsn:
    """Components of everybody's index on one day.

    Attributes:
        components: names, in the order of the columns below. The course of a tier is a component
            of its own per structural course, because it depends on the tier held.
        fulfils: bool ``[n_trainings, n_components]``.
        doubtful: trainings of which form or hours are missing, so that they might; same shape.
        jp: hours of each completed training, NaN unknown.
    """

    def __init__(
        self, facts: Facts, rules: Rules, history: History, *, day: date | None = None
    ) -> None:
        self.facts = facts
        self.snapshot: Snapshot = facts.snapshot
        self.rules = rules
        self.history = history
        self.day = day or self.snapshot.as_of
        self.params = rules.rule("ip_asn.competence").params
        self.courses = rules.rule("ip_asn.tier_course").params
        self.structural = tuple(dict.fromkeys(self.courses["structural"].values()))
        self.components = (
            TECHNICAL,
            SEMINAR,
            FUNCTIONAL,
            *(f"{TIER_COURSE}_{code}" for code in self.structural),
        )
        forms = rules.rule("ip_asn.course_forms").params
        self.technical_forms = _places(forms["technical"])
        self.seminar_forms = _places(forms["seminar"])
        self.functional_forms = _places(self.courses["functional_forms"])
        self.order = {t.code: t.order for t in reference.structural_trainings()}
        # Which degree a study programme leads to is not in the catalogue, so neither is its gain.
        degree = reference.choices("training_path").index("pendidikan")
        self.degrees = self.snapshot.trainings.path == degree
        self.fulfils, self.doubtful = self._of_trainings(planned_jp(self.snapshot, rules))

    def measured(self, person: int) -> bool:
        """Whether the index is made for the person's employment; an unknown one is measured."""
        place = int(self.snapshot.people.employment[person])
        known = self.rules.rule("ip_asn.measured_for").params["employment"]
        return place < 0 or reference.choices("employment")[place] in known

    def fulfilled_by(self, training: int) -> frozenset[str]:
        """Return the components that a training of the catalogue fulfils for whom they count."""
        return frozenset(self.components[c] for c in np.flatnonzero(self.fulfils[training]))

    def components_open(self, person: int) -> Open | None:
        """Return what the person could still gain; ``None`` where the index is not measured."""
        if not self.measured(person):
            return None
        worth, has = self.worth[person], self.has[person]
        names = self.components
        return Open(
            {names[c]: float(worth[c]) for c in np.flatnonzero((has == NO) & (worth > 0))},
            {
                names[c]: float(worth[c])
                for c in np.flatnonzero((has == UNCLEAR) & (np.isnan(worth) | (worth > 0)))
            },
        )

    def open_points(self, rows: NDArray[Any]) -> NDArray[np.float64]:
        """Return points still to be gained, ``[len(rows), n_components]``.

        0 where nothing is to be gained; NaN where it is not known, or the index is not measured.
        """
        rows = np.asarray(rows, np.int64)
        worth, has = self.worth[rows], self.has[rows]
        found = np.where(has == YES, 0.0, worth)
        found[(has == UNCLEAR) & (worth > 0)] = np.nan
        found[~self._measured[rows]] = np.nan
        return found

    def gain(self, person: int, training: int) -> float | None:
        """Return the points one training adds; ``None`` where not measured or not known."""
        still = self.open_points(np.array([person]))[0]
        if not self.measured(person) or self.degrees[training]:
            return None
        if np.any(self.doubtful[training] & ~(still == 0)):
            return None
        gained = float(still[self.fulfils[training]].sum())
        return None if np.isnan(gained) else gained

    @cached_property
    def has(self) -> Tri:
        """Whether each component is fulfilled, ``[n_people, n_components]``."""
        n = len(self.snapshot.people)
        found = np.full((n, len(self.components)), NO, np.int8)
        if not self.history.known:
            return np.full_like(found, UNCLEAR)
        for c, rows in enumerate((self.technical, self.seminars, self.functional)):
            _most(found[:, c], self.history.employee, rows)
        passed = self.facts.structural_passed
        for c, code in enumerate(self.structural, 3):
            found[:, c] = self._passes(passed, code)
        return found

    @cached_property
    def worth(self) -> NDArray[np.float64]:
        """Points of each component for each person; 0 where it does not count, NaN unknown tier."""
        tiers = reference.tiers()
        table = np.zeros((len(tiers) + 1, len(self.components)))
        table[-1] = np.nan
        for row, tier in enumerate(tiers):
            points = self.points_of(tier.code)
            table[row, 0], table[row, 1] = points[TECHNICAL], points[SEMINAR]
            wanted = self.tier_component(tier.code)
            if wanted is not None:
                table[row, self.components.index(wanted)] = points[TIER_COURSE]
        return table[self.snapshot.people.tier]

    def points_of(self, tier: str) -> Mapping[str, float]:
        """Return the points of the competence components for the holders of a tier."""
        kind = "pelaksana" if tier == "pelaksana" else "structural_and_functional"
        found: Mapping[str, float] = self.params[kind]
        return found

    def tier_component(self, tier: str) -> str | None:
        """Return which course a tier asks for, as a component; ``None`` where it asks for none."""
        if tier in self.courses["structural"]:
            return f"{TIER_COURSE}_{self.courses['structural'][tier]}"
        ladder = {t.code: t.ladder for t in reference.tiers()}[tier]
        return None if ladder == "struktural" else FUNCTIONAL

    @cached_property
    def jp(self) -> Hours:
        """Hours of each completed training, NaN unknown."""
        return history_jp(self.snapshot, self.rules, self.history)

    @cached_property
    def technical(self) -> Tri:
        """Per completed training: a technical course, long enough, and recent enough."""
        least = float(self.params["technical_min_jp"])
        long = np.where(np.isnan(self.jp), UNCLEAR, np.where(self.jp >= least, YES, NO))
        recent = self._recent(int(self.params["technical_years"]))
        return _all(_in(self.history.form, self.technical_forms), long, recent)

    @cached_property
    def seminars(self) -> Tri:
        """Per completed training: a seminar or workshop, recent enough."""
        recent = self._recent(int(self.params["seminar_years"]))
        return _all(_in(self.history.form, self.seminar_forms), recent)

    @cached_property
    def functional(self) -> Tri:
        """Per completed training: a functional course."""
        return _in(self.history.form, self.functional_forms)

    def since(self, years: int) -> date:
        """Return the first day that counts as within the last years."""
        if self.params["window"] == "calendar":
            return date(self.day.year - years + 1, 1, 1)
        first = as_date(plus_years(self.day, -years, self.facts.leap_day))
        assert first is not None
        return first

    def _recent(self, years: int) -> Tri:
        day, first = self.history.day, np.datetime64(self.since(years), "D")
        inside = (day >= first) & (day <= np.datetime64(self.day, "D"))
        return np.where(np.isnat(day), UNCLEAR, np.where(inside, YES, NO)).astype(np.int8)

    def _passes(self, passed: NDArray[Any], code: str) -> NDArray[Any]:
        """Whether the highest structural course passed is the one, or above where that counts."""
        order = self.order[code]
        return passed >= order if self.courses["higher_counts"] else passed == order

    def _of_trainings(self, hours: Hours) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Return which components each training fulfils, and which it might."""
        trainings = self.snapshot.trainings
        least = float(self.params["technical_min_jp"])
        long = np.where(np.isnan(hours), UNCLEAR, np.where(hours >= least, YES, NO))
        technical = _in(trainings.form, self.technical_forms)
        found = np.full((len(trainings), len(self.components)), NO, np.int8)
        found[:, 0] = _all(technical, long.astype(np.int8))
        found[:, 1] = _in(trainings.form, self.seminar_forms)
        found[:, 2] = _in(trainings.form, self.functional_forms)
        codes = (*reference.choices("structural"), None)
        order = np.array([self.order.get(c or "", UNKNOWN) for c in codes])[trainings.structural]
        for c, code in enumerate(self.structural, 3):
            found[:, c] = self._passes(order, code)
        # A structural course has no other form, whatever the catalogue leaves out.
        found[trainings.structural >= 0, :3] = NO
        return found == YES, found == UNCLEAR

    @cached_property
    def _measured(self) -> NDArray[np.bool_]:
        known = self.rules.rule("ip_asn.measured_for").params["employment"]
        kinds = [kind in known for kind in reference.choices("employment")]
        return np.array([*kinds, True])[self.snapshot.people.employment]


def _places(codes: list[str]) -> list[int]:
    forms = reference.choices("form")
    return [forms.index(code) for code in codes]


def _in(form: NDArray[Any], places: list[int]) -> Tri:
    """Whether a form is one of some; an unknown form is unclear."""
    return np.where(form < 0, UNCLEAR, np.isin(form, places)).astype(np.int8)


def _all(*conditions: NDArray[Any]) -> Tri:
    """NO where one condition is not met, YES where all are, else UNCLEAR."""
    together = np.stack(conditions)
    met, refused = (together == YES).all(axis=0), (together == NO).any(axis=0)
    return np.where(met, YES, np.where(refused, NO, UNCLEAR)).astype(np.int8)


def _most(column: Tri, person: NDArray[Any], rows: Tri) -> None:
    """Write the best of each person's rows into a column: YES before UNCLEAR before NO."""
    column[person[rows == UNCLEAR]] = UNCLEAR
    column[person[rows == YES]] = YES
