"""What every stage of a plan stands on: the prepared agency once, and one person's case.

In: prepared facts, eligibility, figures and rules. Out: ``Basis``, made once; ``Wish`` and
``Hours``, what is asked and what the year holds; ``Case``, one person's problem and its solution.
"""

from __future__ import annotations

from dataclasses import dataclass

from recommender.eligibility import Eligibility
from recommender.figures.facade import FigureMaker
from recommender.pipeline import Prepared
from recommender.plan.gains import Gains
from recommender.plan.layout import Layout
from recommender.plan.learner import Learner
from recommender.plan.offers import Offers
from recommender.plan.search import Solution
from training_data.reference.packs import Rules


class Basis:
    """What plans of one prepared dataset share."""

    def __init__(
        self, prepared: Prepared, eligibility: Eligibility, figures: FigureMaker, rules: Rules
    ) -> None:
        self.prepared = prepared
        self.facts = prepared.facts
        self.snapshot = prepared.facts.snapshot
        self.eligibility = eligibility
        self.rules = rules
        self.offers = Offers.of(self.snapshot, rules, figures.planned_jp)
        self.gains = Gains(figures)
        self.objective = rules.rule("plan.objective").params
        self.limits = rules.rule("plan.limits").params


@dataclass(frozen=True)
class Wish:
    """What a plan is asked for.

    Attributes:
        year: calendar year.
        budget: rupiah at most, ``None`` no limit.
        courses: trainings at most, ``None`` as the packs say.
        without: codes of trainings that are not wanted.
        alternatives: whether rows say what could stand in their place.
    """

    year: int
    budget: int | None = None
    courses: int | None = None
    without: frozenset[str] = frozenset()
    alternatives: bool = True


@dataclass(frozen=True)
class Hours:
    """Learning hours of one person's year, in JP.

    Attributes:
        recorded: completed in the year.
        known: the agency gave a training history at all.
        target: asked for in a year; ``None`` where none are.
        cap: hours above which a contract is pointed out; ``None`` where there is none.
    """

    recorded: float
    known: bool
    target: float | None
    cap: float | None


@dataclass(frozen=True)
class Case:
    """One person's year, solved.

    Attributes:
        person: row of the person.
    """

    person: int
    wish: Wish
    learner: Learner
    hours: Hours
    layout: Layout
    solution: Solution
