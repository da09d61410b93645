"""Nine-box (kotak talenta): the box given, the box the axes give, and what follows from it.

In: the snapshot's talent mapping and the packs. Out: a figure per person and ``Guidance`` per box:
what it means in the regulation, and what the recommender does with it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from recommender.columns import days, floats, ints
from recommender.eligibility.dates import iso
from recommender.figures.results import Figure, Ground, Part, State
from recommender.results import Item
from recommender.snapshot import Snapshot
from training_data.messages import Text, text
from training_data.reference.packs import Rules

Step = Literal["up", "lateral", "other"]
_PERFORMANCE = ("below", "as_expected", "above")
_POTENTIAL = ("low", "middle", "high")


@dataclass(frozen=True)
class Guidance:
    """What one box means.

    Attributes:
        actions: what the regulation names for the box.
        roles: which posts follow it: "up" one tier, "lateral" the same tier; none for neither.
        gaps: which gaps its trainings close: "now" the present post, "next" the next one.
        text: the same in a sentence.
    """

    box: int
    actions: tuple[Text, ...]
    roles: frozenset[str]
    gaps: frozenset[str]
    text: Text

    def as_json(self) -> dict[str, Any]:
        """Return the guidance as JSON values."""
        return {
            "actions": [a.as_dict() for a in self.actions],
            "roles": sorted(self.roles),
            "gaps": sorted(self.gaps),
            "text": self.text.as_dict(),
        }

    def follows(self, item: Item, step: Step) -> bool:
        """Whether a suggestion is of the kind the box asks for.

        Parameters:
            step: where a post lies from the present one; ignored for a training.
        """
        if item.kind == "role":
            return step in self.roles
        closes = {"now"} if any(levels > 0 for levels in item.effect.gap.values()) else set()
        closes |= (
            {"next"} if any(t.name == "gap_next" and t.micro > 0 for t in item.terms) else set()
        )
        return bool(closes & self.gaps)


@dataclass(frozen=True)
class Mapped:
    """One mapping of a person.

    Attributes:
        performance, potential: 0 … 100, ``None`` unknown.
        given: the box as given, ``None`` where it is not.
    """

    performance: float | None
    potential: float | None
    given: int | None
    assessed_on: Any
    published_on: Any


class NineBoxes:
    """The talent mapping of everybody."""

    def __init__(self, snapshot: Snapshot, rules: Rules) -> None:
        self.snapshot = snapshot
        self.rules = rules
        self.rule = rules.rule("talent.nine_box")

    def level(self, value: float) -> int:
        """Return 0, 1 or 2 for the low, middle and high band; a lower bound is in the upper one."""
        params = self.rule.params
        return int(value >= params["middle_min"]) + int(value >= params["high_min"])

    def box_of(self, performance: float | None, potential: float | None) -> int | None:
        """Return the box of two axes, ``None`` where one is missing."""
        if performance is None or potential is None:
            return None
        cells = self.rule.params["cells"]
        box: int = cells[_PERFORMANCE[self.level(performance)]][_POTENTIAL[self.level(potential)]]
        return box

    def guidance(self, box: int) -> Guidance:
        """Return what a box means and what the recommender does."""
        row: Mapping[str, Sequence[str]] = self.rules.rule("talent.guidance").params[str(box)]
        actions = self.rule.params["actions"][str(box)]
        return Guidance(
            box,
            tuple(text(f"figure.box.action.{code}") for code in actions),
            frozenset(row["roles"]),
            frozenset(row["gaps"]),
            text(f"figure.box.guide.{box}"),
        )

    def people(self) -> tuple[int, ...]:
        """Return the rows of the people who were mapped at all."""
        return tuple(sorted(person for person in self._of_person if person >= 0))

    def mapped(self, person: int, *, published_only: bool = False) -> Mapped | None:
        """Return the newest mapping, or the newest that was published."""
        today = np.datetime64(self.snapshot.as_of, "D")
        rows = self._of_person.get(person, [])
        if published_only:
            rows = [m for m in rows if m.published_on <= today]
        return rows[-1] if rows else None

    def of(self, person: int, *, published_only: bool = False) -> Figure | None:
        """Return the box of a person; ``None`` where there is nothing the viewer may see."""
        mapped = self.mapped(person, published_only=published_only)
        if mapped is None:
            return None if published_only else self._figure(None, None, None)
        worked_out = self.box_of(mapped.performance, mapped.potential)
        box = worked_out if mapped.given is None else mapped.given
        return self._figure(mapped, box, worked_out)

    def _figure(self, mapped: Mapped | None, box: int | None, worked_out: int | None) -> Figure:
        ground, label = Ground.of(self.rule), text("figure.box.label")
        if mapped is None:
            words = text("figure.box.none")
            return Figure("nine_box", label, None, None, None, "box", "belum_ada", words, ground)
        disagree = None not in (box, worked_out) and box != worked_out
        notes = []
        if disagree:
            notes.append(text("figure.box.disagree", given=mapped.given, worked_out=worked_out))
        if worked_out is None:
            notes.append(text("figure.box.axis_missing"))
        state: State = "perlu_verifikasi" if disagree or box is None else "final"
        words = text("figure.box.text", box=box) if box else text("figure.box.no_box")
        value = None if box is None else float(box)
        return Figure(
            "nine_box",
            label,
            value,
            value,
            value,
            "box",
            state,
            words,
            ground,
            notes=tuple(notes),
            parts=(
                self._axis("performance", mapped.performance, _PERFORMANCE, ground),
                self._axis("potential", mapped.potential, _POTENTIAL, ground),
            ),
            details={
                "given": mapped.given,
                "worked_out": worked_out,
                "assessed_on": iso(mapped.assessed_on),
                "published_on": iso(mapped.published_on),
                "cuts": [self.rule.params["middle_min"], self.rule.params["high_min"]],
                "guidance": self.guidance(box).as_json() if box else None,
            },
        )

    def _axis(
        self, name: str, value: float | None, levels: tuple[str, ...], ground: Ground
    ) -> Part:
        label = text(f"figure.box.axis.{name}")
        if value is None:
            words = text("figure.box.axis_unknown")
            return Part(name, label, None, 0.0, 100.0, 100.0, words, ground)
        level = levels[self.level(value)]
        words = text("figure.box.axis_text", value=value, level=text(f"figure.box.level.{level}"))
        return Part(name, label, value, value, value, 100.0, words, ground, {"level": level})

    @cached_property
    def _of_person(self) -> dict[int, list[Mapped]]:
        """Each person's mappings, the newest last, undated ones first."""
        table = self.snapshot.dataset.table("talent")
        person = self.snapshot.people.index.lookup(table["employee_id"])
        day, seen = days(table["assessed_on"]), days(table["published_on"])
        work, potential = floats(table["performance_axis"]), floats(table["potential_axis"])
        given = ints(table["box"], np.int32)
        when = np.where(np.isnat(day), np.iinfo(np.int64).min, day.astype(np.int64))
        found: dict[int, list[Mapped]] = {}
        for r in np.lexsort((given, when)):
            mapped = Mapped(
                _known(work[r]),
                _known(potential[r]),
                int(given[r]) if given[r] > 0 else None,
                day[r],
                seen[r],
            )
            found.setdefault(int(person[r]), []).append(mapped)
        return found


def step_of(own: int, target: int, ladders: NDArray[Any], steps: NDArray[Any]) -> Step:
    """Return where a tier lies from another: one up, the same, or elsewhere.

    Parameters:
        own, target: positions in ``reference.tiers()``, −1 unknown.
        ladders, steps: of each tier.
    """
    if own < 0 or target < 0 or ladders[own] != ladders[target]:
        return "other"
    distance = int(steps[target] - steps[own])
    return "up" if distance == 1 else "lateral" if distance == 0 else "other"


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
