"""Rule packs: thresholds of law and policy as versioned data, never in code.

In: the JSON files in ``rules/`` and, if an agency has one, an overlay folder. Out: ``Rules``, the
versions in force on one day, with a hash that names exactly this set.

A rule in a pack has an id, a regulation and article, the days between which it is in force
(empty is open), a mark (V confirmed, V-code seen in programs, V-empirical derived from rows,
R unverified), a source and its params. An overlay file is
``{"overlay": NAME, "rules": [{"id": …, "params": {…}}]}`` and may also change ``active``,
``mark`` and ``source``; it replaces single params and can never add unknown ones.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from training_data.errors import DataError
from training_data.reference.data import file_names, read

MARKS = ("V", "V-code", "V-empirical", "R")
_REQUIRED = {
    "id", "regulation", "article", "effective_from", "effective_to", "mark", "source", "params",
}  # fmt: skip
_OPTIONAL = {"note", "active"}
_OVERLAY = {"id", "params", "active", "mark", "source"}


class InvalidPack(DataError):
    """A rule pack or an overlay does not have the form it must have."""


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

    def in_force(self, day: date) -> bool:
        """Whether the version is in force on ``day``, both ends included."""
        after = self.effective_from is None or self.effective_from <= day
        return after and (self.effective_to is None or day <= self.effective_to)


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
        """SHA-256 of the canonical JSON of all rules in force."""
        content = [asdict(rule) for rule in self]
        plain = json.dumps(content, sort_keys=True, default=str, separators=(",", ":"))
        return hashlib.sha256(plain.encode()).hexdigest()


def load_rules(as_of: date, overlay: Path | None = None) -> Rules:
    """Return the rules in force on ``as_of``, changed by the overlay folder if one is given.

    Raises:
        InvalidPack: a file lacks a key, has an unknown one or an impossible value, two versions
            of a rule are in force on one day, or an overlay names an unknown rule or param.
    """
    versions = [
        rule for name in file_names("rules") for rule in parse_pack(read("rules", name), name)
    ]
    chosen: dict[str, Rule] = {}
    for rule in versions:
        if not rule.in_force(as_of):
            continue
        if rule.id in chosen:
            raise InvalidPack(f"Two versions of {rule.id} are in force on {as_of}.")
        chosen[rule.id] = rule
    if overlay is not None:
        _apply(overlay, chosen, {rule.id for rule in versions})
    return Rules(as_of, dict(sorted(chosen.items())))


def parse_pack(content: Any, name: str) -> list[Rule]:
    """Return the rules of a parsed pack file; ``name`` is used in messages.

    Raises:
        InvalidPack: see ``load_rules``.
    """
    _keys(content, {"pack", "rules"}, set(), name)
    return [_rule(row, f"{name}, rule {place}") for place, row in enumerate(content["rules"], 1)]


def _rule(row: Any, where: str) -> Rule:
    _keys(row, _REQUIRED, _OPTIONAL, where)
    texts = ("id", "regulation", "article", "mark", "source")
    for key in texts:
        if not isinstance(row[key], str):
            raise InvalidPack(f"{where}: {key!r} must be a text.")
    if row["mark"] not in MARKS:
        raise InvalidPack(f"{where}: mark {row['mark']!r} is none of {', '.join(MARKS)}.")
    if not isinstance(row["params"], dict):
        raise InvalidPack(f"{where}: 'params' must be an object.")
    rule = Rule(
        **{key: row[key] for key in texts},
        effective_from=_day(row["effective_from"], where),
        effective_to=_day(row["effective_to"], where),
        params=row["params"],
        active=row.get("active", True),
        note=row.get("note", ""),
    )
    if rule.effective_from and rule.effective_to and rule.effective_to < rule.effective_from:
        raise InvalidPack(f"{where}: effective_to is before effective_from.")
    return rule


def _apply(folder: Path, chosen: dict[str, Rule], known: set[str]) -> None:
    if not folder.is_dir():
        raise InvalidPack(f"Overlay folder {folder} does not exist.")
    for file in sorted(folder.glob("*.json")):
        try:
            content = json.loads(file.read_text(encoding="utf-8"))
        except ValueError as error:
            raise InvalidPack(f"{file.name} is not JSON: {error}") from None
        _keys(content, {"overlay", "rules"}, set(), file.name)
        for row in content["rules"]:
            _keys(row, {"id"}, _OVERLAY - {"id"}, file.name)
            if row["id"] not in known:
                raise InvalidPack(f"{file.name}: there is no rule {row['id']!r}.")
            if row["id"] in chosen:
                chosen[row["id"]] = _changed(chosen[row["id"]], row, file.name)


def _changed(rule: Rule, row: Mapping[str, Any], where: str) -> Rule:
    params = dict(rule.params)
    for key, value in row.get("params", {}).items():
        if key not in params:
            known = ", ".join(params) or "none"
            raise InvalidPack(f"{where}: {rule.id} has no param {key!r}; known: {known}.")
        if not _same_kind(params[key], value):
            raise InvalidPack(f"{where}: {rule.id}, param {key!r} has another kind of value.")
        params[key] = value
    mark = row.get("mark", rule.mark)
    if mark not in MARKS:
        raise InvalidPack(f"{where}: mark {mark!r} is none of {', '.join(MARKS)}.")
    return replace(
        rule,
        params=params,
        active=bool(row.get("active", rule.active)),
        mark=mark,
        source=row.get("source", rule.source),
    )


def _same_kind(old: Any, new: Any) -> bool:
    if isinstance(old, bool) or isinstance(new, bool):
        return isinstance(old, bool) and isinstance(new, bool)
    if isinstance(old, int | float):
        return isinstance(new, int | float)
    return isinstance(new, type(old))


def _keys(row: Any, required: set[str], optional: set[str], where: str) -> None:
    if not isinstance(row, dict):
        raise InvalidPack(f"{where}: an object is expected.")
    missing, unknown = required - set(row), set(row) - required - optional
    if missing or unknown:
        parts = [f"lacks {', '.join(sorted(missing))}"] if missing else []
        parts += [f"has unknown {', '.join(sorted(unknown))}"] if unknown else []
        raise InvalidPack(f"{where} {' and '.join(parts)}.")


def _day(value: Any, where: str) -> date | None:
    if value is None:
        return None
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise InvalidPack(f"{where}: {value!r} is not a date (YYYY-MM-DD).") from None
