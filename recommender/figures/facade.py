"""All figures of one person: what HR already speaks, worked out from one prepared snapshot.

In: facts of stages 1 to 5 and the packs. Out: ``PersonFigures``; and IP ASN for whole agencies,
which suggestions and plans add to.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any

import numpy as np

from recommender.eligibility.facts import Facts
from recommender.figures.assessment import Assessments
from recommender.figures.history import History
from recommender.figures.ip_asn import IpAsn
from recommender.figures.ip_asn_figure import IpAsnFigures
from recommender.figures.jpm import JpmFigures
from recommender.figures.jpm_formula import JpmFormula
from recommender.figures.learning_hours import Hours, LearningHours, planned_jp
from recommender.figures.nine_box import Guidance, NineBoxes, step_of
from recommender.figures.performance import Ratings
from recommender.figures.results import Figure
from recommender.figures.talent_value import TalentValues
from recommender.results import Gaps, Item
from training_data import reference
from training_data.messages import text
from training_data.reference.packs import Rules


@dataclass(frozen=True)
class PersonFigures:
    """The figures of one person; box and talent value are null where they are not to be seen."""

    jpm_now: Figure
    jpm_next: Figure
    ip_asn: Figure
    jp: Figure
    assessment: Figure
    nine_box: Figure | None
    talent_value: Figure | None

    def __iter__(self) -> Any:
        return iter(f for f in (getattr(self, x.name) for x in fields(self)) if f is not None)

    def as_json(self) -> dict[str, Any]:
        """Return the figures by name."""
        found = {x.name: getattr(self, x.name) for x in fields(self)}
        return {name: figure.as_json() if figure else None for name, figure in found.items()}

    def without_talent(self) -> PersonFigures:
        """Return the figures without box and talent value."""
        return replace(self, nine_box=None, talent_value=None)

    def present_only(self) -> PersonFigures:
        """Return the figures for those who do not learn which post a person prepares for."""
        words = text("figure.next_hidden")
        label, ground = self.jpm_next.label, self.jpm_next.ground
        hidden = Figure("jpm_next", label, None, None, None, "percent", "belum_ada", words, ground)
        return replace(self, jpm_next=hidden)

    def without_rating(self) -> PersonFigures:
        """Return the figures in which the performance rating does not show."""
        return replace(self, ip_asn=self.ip_asn.without(lambda part: part.name == "performance"))

    def without_confidential(self) -> PersonFigures:
        """Return the figures in which nothing of discipline shows."""
        talent = self.talent_value
        return replace(
            self,
            ip_asn=self.ip_asn.without_confidential(),
            talent_value=talent.without_confidential() if talent else None,
        )


class FigureMaker:
    """Makes figures; each kind is prepared when it is first asked for."""

    def __init__(self, facts: Facts, rules: Rules, formula: JpmFormula) -> None:
        self.facts = facts
        self.snapshot = facts.snapshot
        self.rules = rules
        self.formula = formula

    def of(self, person: int, gaps: Gaps, *, published_only: bool = False) -> PersonFigures:
        """Return the figures of a person, by row.

        Parameters:
            gaps: the person beside the present and the next post.
            published_only: show box and talent value only as far as they were published.
        """
        now = self.jpm.of("jpm_now", person, gaps.now, gaps.now_reason)
        box = self.boxes.of(person, published_only=published_only)
        return PersonFigures(
            now,
            self.jpm.of("jpm_next", person, gaps.next, gaps.next_reason),
            self.index.of(person),
            self.hours.of(person),
            self.assessments.of(person),
            box,
            None if box is None else self.talent.of(person, now),
        )

    def guided(self, person: int, items: Sequence[Item]) -> tuple[Guidance | None, tuple[str, ...]]:
        """Return what the person's published box asks for, and the given items that follow it."""
        mapped = self.boxes.mapped(person, published_only=True)
        box = None
        if mapped is not None:
            box = mapped.given or self.boxes.box_of(mapped.performance, mapped.potential)
        if box is None:
            return None, ()
        guidance = self.boxes.guidance(box)
        jobs, own = self.snapshot.jobs, int(self.snapshot.people.tier[person])
        tiers = reference.tiers()
        ladders, steps = np.array([t.ladder for t in tiers]), np.array([t.step for t in tiers])

        def target(item: Item) -> int:
            return int(jobs.tier[jobs.index.rows[item.item_code]]) if item.kind == "role" else -1

        return guidance, tuple(
            item.item_code
            for item in items
            if guidance.follows(item, step_of(own, target(item), ladders, steps))
        )

    @cached_property
    def history(self) -> History:
        """Completed trainings."""
        return History.of(self.snapshot)

    @cached_property
    def ip_asn(self) -> IpAsn:
        """Components of IP ASN of everybody."""
        return IpAsn(self.facts, self.rules, self.history)

    @cached_property
    def index(self) -> IpAsnFigures:
        """IP ASN in words."""
        return IpAsnFigures(self.ip_asn, self.ratings)

    @cached_property
    def planned_jp(self) -> Hours:
        """JP each training of the catalogue would add, NaN unknown."""
        return planned_jp(self.snapshot, self.rules)

    @cached_property
    def hours(self) -> LearningHours:
        """Learning hours."""
        return LearningHours(self.snapshot, self.rules, self.history)

    @cached_property
    def ratings(self) -> Ratings:
        """Yearly performance."""
        return Ratings(self.snapshot, self.rules)

    @cached_property
    def assessments(self) -> Assessments:
        """Validity of assessments."""
        return Assessments(self.snapshot, self.rules, self.facts.leap_day)

    @cached_property
    def jpm(self) -> JpmFigures:
        """Job person match."""
        return JpmFigures(self.rules, self.formula, self.assessments)

    @cached_property
    def boxes(self) -> NineBoxes:
        """Nine-box."""
        return NineBoxes(self.snapshot, self.rules)

    @cached_property
    def talent(self) -> TalentValues:
        """Talent value."""
        return TalentValues(self.facts, self.rules, self.hours, self.ratings)
