"""A rule in one version, and the rules in force on one day with the hash that names this set."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

MARKS = ("V", "V-code", "V-empirical", "R")
"""V confirmed, V-code seen in programs, V-empirical derived from rows, R unverified."""


@dataclass(frozen=True)
class Rule:
    """One rule in one version.

    Attributes:
        id: such as ``role.mutation_interval``.
        regulation: such as "PP 11/2017"; the agency's own choice where no law says it.
        article: such as "Pasal 190"; may be empty.
        mark: V, V-code, V-empirical or R.
        source: where the value was found.
        effective_from: first day in force, ``None`` for always.
        effective_to: last day in force, ``None`` for still.
        params: JSON values; must not be changed.
        active: an inactive rule is never run.
        note: a remark for readers of the pack.
        pack: name of the pack it comes from.
        overlays: names of the overlays that changed it; at most one.
    """

    id: str
    regulation: str
    article: str
    mark: str
    source: str
    effective_from: date | None
    effective_to: date | None
    params: Mapping[str, Any]
    active: bool = True
    note: str = ""
    pack: str = ""
    overlays: tuple[str, ...] = ()

    @property
    def first_day(self) -> date:
        """First day in force, the earliest day there is where it always was."""
        return self.effective_from or date.min

    @property
    def last_day(self) -> date:
        """Last day in force, the latest day there is where it still is."""
        return self.effective_to or date.max

    def in_force(self, day: date) -> bool:
        """Whether the version is in force on ``day``, both ends included."""
        return self.first_day <= day <= self.last_day

    def as_json(self) -> dict[str, Any]:
        """Return the rule as a pack states it; where it comes from is not part of it."""
        return {
            "id": self.id,
            "regulation": self.regulation,
            "article": self.article,
            "effective_from": self.effective_from and self.effective_from.isoformat(),
            "effective_to": self.effective_to and self.effective_to.isoformat(),
            "mark": self.mark,
            "source": self.source,
            "params": self.params,
            "active": self.active,
            "note": self.note,
        }


@dataclass(frozen=True)
class Rules:
    """The rules in force on one day.

    Attributes:
        as_of: the day.
        by_id: rule id → rule, in the order of the ids.
    """

    as_of: date
    by_id: Mapping[str, Rule]

    def rule(self, rule_id: str) -> Rule:
        """Return a rule; raise ``KeyError`` where none of this id is in force."""
        return self.by_id[rule_id]

    def get(self, rule_id: str) -> Rule | None:
        """Return a rule that is in force and active, else ``None``."""
        rule = self.by_id.get(rule_id)
        return rule if rule is not None and rule.active else None

    def __iter__(self) -> Iterator[Rule]:
        return iter(self.by_id.values())

    def __len__(self) -> int:
        return len(self.by_id)

    @cached_property
    def hash(self) -> str:
        """SHA-256 of the canonical JSON of all rules in force.

        What a rule says counts, not who said it: an overlay that repeats our values changes
        nothing.
        """
        return _digest(self)

    @cached_property
    def pack_hashes(self) -> Mapping[str, str]:
        """Pack → SHA-256 of its rules in force, overlays included."""
        packs = sorted({rule.pack for rule in self})
        return {pack: _digest(rule for rule in self if rule.pack == pack) for pack in packs}

    @cached_property
    def overlays(self) -> tuple[str, ...]:
        """Names of the overlays that speak on this day, sorted."""
        return tuple(sorted({name for rule in self for name in rule.overlays}))


def serialise(pack: str, rules: Iterable[Rule]) -> dict[str, Any]:
    """Return the content of a pack file that says what ``rules`` say."""
    return {"pack": pack, "rules": [rule.as_json() for rule in rules]}


def _digest(rules: Iterable[Rule]) -> str:
    content = [rule.as_json() for rule in rules]
    plain = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).hexdigest()
