"""The floors below which a version is not promoted.

In: floors from the rule ``model.floors``, evaluations of a version and of the one in force. Out:
why it must wait; nothing where every floor is met. What was not measured is unknown, never enough.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from recommender.evaluation.figures import Figures, comparable
from training_data.messages import Text, text
from training_data.reference.packs import Rules

RULE = "model.floors"


@dataclass(frozen=True)
class Floors:
    """What must be reached; the rule says what each means."""

    min_ratio_to_best_baseline: float
    min_people_judged: int
    max_drop_against_current: float

    @classmethod
    def of(cls, rules: Rules) -> Floors | None:
        """Return the floors that the rules state; ``None`` where an agency switched them off."""
        rule = rules.get(RULE)
        return None if rule is None or not rule.active else cls(**rule.params)


@dataclass(frozen=True)
class Finding:
    """Something a person must know of, with a code for programs."""

    code: str
    text: Text

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        return {"code": self.code, "text": self.text.as_dict()}


def finding(code: str, /, **values: Any) -> Finding:
    """Return a finding in the words of ``models.finding.CODE``."""
    return Finding(code, text(f"models.finding.{code}", **values))


def judge(
    floors: Floors,
    evaluation: Mapping[str, Any] | None,
    current: Mapping[str, Any] | None,
    *,
    main: str,
    number: int,
) -> tuple[Finding, ...]:
    """Return which floors are not met.

    Parameters:
        evaluation: of the version that is to be promoted.
        current: of the version in force; compared only where both were measured in the same way.
        main: the kind of suggestion that must have been measured.
        number: of the version, for the remedy.
    """
    if evaluation is None:
        return (finding("unmeasured", number=number),)
    found: list[Finding] = []
    if main not in evaluation["reports"]:
        found.append(finding("kind_unmeasured", kind=_kind(main), number=number))
    for kind, report in sorted(evaluation["reports"].items()):
        found += _below(floors, kind, report)
        before = _comparable(evaluation, current, kind)
        if before is not None:
            found += _fallen(floors, kind, report, before)
    return tuple(found)


def _below(floors: Floors, kind: str, report: Mapping[str, Any]) -> list[Finding]:
    measured = Figures.of(report)
    found = []
    if measured.people < floors.min_people_judged:
        found.append(
            finding(
                "few_people",
                kind=_kind(kind),
                people=measured.people,
                floor=floors.min_people_judged,
            )
        )
    if measured.ndcg < floors.min_ratio_to_best_baseline * measured.best_ndcg:
        found.append(
            finding(
                "below_baseline",
                kind=_kind(kind),
                k=measured.k,
                value=measured.ndcg,
                best=measured.best,
                other=measured.best_ndcg,
                floor=floors.min_ratio_to_best_baseline,
            )
        )
    return found


def _fallen(
    floors: Floors, kind: str, report: Mapping[str, Any], before: Mapping[str, Any]
) -> list[Finding]:
    measured, held = Figures.of(report), Figures.of(before)
    if measured.ndcg >= (1 - floors.max_drop_against_current) * held.ndcg:
        return []
    return [
        finding(
            "below_current",
            kind=_kind(kind),
            k=measured.k,
            value=measured.ndcg,
            other=held.ndcg,
            floor=floors.max_drop_against_current,
        )
    ]


def _comparable(
    evaluation: Mapping[str, Any], current: Mapping[str, Any] | None, kind: str
) -> Mapping[str, Any] | None:
    """Return the report of the version in force where it may be held against this one's."""
    if current is None or current["data"] != evaluation["data"]:
        return None
    held: Mapping[str, Any] | None = current["reports"].get(kind)
    agree = held is not None and comparable(evaluation["reports"][kind], held)
    return held if agree else None


def _kind(kind: str) -> Text:
    return text(f"card.kind.{kind}")
