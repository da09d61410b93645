"""The contract of a gate: one rule, asked of people and items, answered by arrays and by words.

In: rows of people. Out: ``outcomes``, uint8 that broadcasts to ``[len(rows), n_items]`` (0 lolos,
1 perlu verifikasi, 2 tidak lolos; gates combine by their maximum), and ``check``, the same answer
for one pair with its facts, reason and way. Both read the same verdicts, so they cannot disagree.
For many people a gate also says what it refuses by classes (``refusal``) and what it says of chosen
pairs (``of_pairs``), without a matrix of people × items.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from recommender.masks import Classes, Refusal
from recommender.results import Check, Kind, Outcome, Way
from training_data.messages import Text
from training_data.reference.packs import Rule

NOT_RUN, PASS, VERIFY, FAIL = range(4)
"""Verdicts. A rule that does not concern a pair is not run and forbids nothing."""

OUTCOMES: tuple[Outcome, ...] = ("lolos", "perlu_verifikasi", "tidak_lolos")
OUTCOME_OF_VERDICT: NDArray[np.uint8] = np.array([0, 0, 1, 2], np.uint8)

Rows = NDArray[np.int64]
Verdicts = NDArray[np.uint8]


@dataclass(frozen=True)
class Finding:
    """What a gate says of one pair: the reason, the facts behind it, and the way forward.

    A refusal has a way whose changes, lived, end it, or ``closed``: why there is none.
    """

    text: Text
    facts: Mapping[str, Any] = field(default_factory=dict)
    way: Way | None = None
    closed: Text | None = None


@dataclass(frozen=True)
class Missing:
    """A rule whose fact stands nowhere in the dataset; ``columns`` says where it was sought."""

    columns: str


class Citation(NamedTuple):
    """What a check quotes."""

    regulation: str
    article: str
    mark: str


JOB_STANDARD = Citation("PermenPANRB 38/2017", "", "V-code")
"""A condition that the post's own standard (SKJ) states."""


class Gate(ABC):
    """One rule of the packs for one kind of item.

    Attributes:
        rule: the rule in force.
        kind: what it is asked about.
        confidential: others than the personnel agency may only see that something needs
            confirmation.
    """

    confidential = False

    def __init__(self, rule: Rule, kind: Kind) -> None:
        self.rule = rule
        self.kind = kind

    @property
    def id(self) -> str:
        """Id of the rule in the packs."""
        return self.rule.id

    @abstractmethod
    def verdicts(self, rows: Rows) -> Verdicts:
        """Return verdicts that broadcast to ``[len(rows), n_items]``."""

    @abstractmethod
    def verdict(self, row: int, item: int) -> int:
        """Return the verdict on one pair."""

    @abstractmethod
    def of_pairs(self, rows: Rows, items: Rows) -> Verdicts:
        """Return the verdict on each pair of a person and an item, ``[len(rows)]``."""

    @abstractmethod
    def refusal(self, rows: Rows) -> Refusal:
        """Return what the rule refuses some people: all pairs whose verdict is a failure."""

    @abstractmethod
    def explain(self, row: int, item: int, verdict: int) -> Finding:
        """Word the verdict on one pair; never called where the rule did not run."""

    def citation(self, item: int) -> Citation:
        """Return regulation, article and mark for an item; a pack may differ by tier."""
        return Citation(self.rule.regulation, self.rule.article, self.rule.mark)

    def basis(self, item: int) -> str:
        """Return regulation and article as sentences quote them."""
        cited = self.citation(item)
        return f"{cited.regulation} {cited.article}".strip()

    def outcomes(self, rows: Rows) -> NDArray[np.uint8]:
        """Return outcomes 0, 1, 2 that broadcast to ``[len(rows), n_items]``."""
        return OUTCOME_OF_VERDICT[self.verdicts(rows)]

    def check(self, row: int, item: int) -> Check | None:
        """Return the check of one pair, ``None`` where the rule did not run."""
        verdict = self.verdict(row, item)
        if verdict == NOT_RUN:
            return None
        found = self.explain(row, item, verdict)
        cited = self.citation(item)
        return Check(
            rule=self.rule.id,
            regulation=cited.regulation,
            article=cited.article,
            mark=cited.mark,
            outcome=OUTCOMES[OUTCOME_OF_VERDICT[verdict]],
            facts=found.facts,
            text=found.text,
            way=found.way,
            confidential=self.confidential,
            closed=found.closed,
        )


class TableGate(Gate):
    """A gate that only looks at a class of people and a class of items.

    Attributes:
        person_class: class per person; ``item_class``: class per item.
        table, outcome_table: verdicts and outcomes ``[person classes, item classes]``.
    """

    def __init__(
        self,
        rule: Rule,
        kind: Kind,
        person_class: NDArray[Any],
        item_class: NDArray[Any],
        table: Verdicts,
    ) -> None:
        super().__init__(rule, kind)
        self.person_class = np.asarray(person_class, np.int32)
        self.item_class = np.asarray(item_class, np.int32)
        self.table = np.asarray(table, np.uint8)
        self.outcome_table = OUTCOME_OF_VERDICT[self.table]
        for array in (self.person_class, self.item_class, self.table, self.outcome_table):
            array.setflags(write=False)

    def verdicts(self, rows: Rows) -> Verdicts:
        """Return verdicts ``[len(rows), n_items]``."""
        return self.table[self.person_class[rows]][:, self.item_class]

    def verdict(self, row: int, item: int) -> int:
        """Return the verdict on one pair."""
        return int(self.table[self.person_class[row], self.item_class[item]])

    def of_pairs(self, rows: Rows, items: Rows) -> Verdicts:
        """Return the verdict on each pair, ``[len(rows)]``."""
        return self.table[self.person_class[rows], self.item_class[items]]

    def refusal(self, rows: Rows) -> Refusal:
        """Return what the table refuses."""
        refused = self.table == FAIL
        if not refused.any():
            return Refusal()
        return Refusal((Classes(refused, self.person_class[rows], self.item_class[None, :]),))


def classes(matrix: NDArray[Any]) -> tuple[NDArray[np.int32], NDArray[Any]]:
    """Return the class of each row of ``matrix`` and the distinct rows."""
    if len(matrix) == 0:
        return np.zeros(0, np.int32), matrix
    packed = np.ascontiguousarray(matrix)
    rows = packed.view([("", packed.dtype)] * packed.shape[1]).ravel()
    _, first, inverse = np.unique(rows, return_index=True, return_inverse=True)
    return inverse.astype(np.int32), packed[first]
