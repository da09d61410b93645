"""An agency's own folder: it changes our rules from a day on, and never touches our files.

In: a folder of JSON files and the versions of our packs. Out: the versions as the agency has them,
each cut at the days on which a change begins and ends, and the problems that were found.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

from training_data.reference.packs.problems import Problem, faults, shown
from training_data.reference.packs.reading import TEXTS, day, keys, rows, stated
from training_data.reference.packs.rule import Rule
from training_data.reference.packs.shapes import shapes

_OPTIONAL = {*TEXTS, "params", "active", "note", "effective_from", "effective_to"}
_REPLACED = (*TEXTS, "active", "note")


@dataclass(frozen=True)
class Change:
    """What an overlay says about one rule between two days.

    Attributes:
        overlay: name of the overlay.
        file: the file it stands in.
        rule: id of the rule.
        first_day, last_day: when it holds; the earliest and the latest day there is when open.
        values: what it replaces besides params.
        params: the params it replaces.
    """

    overlay: str
    file: str
    rule: str
    first_day: date
    last_day: date
    values: Mapping[str, Any]
    params: Mapping[str, Any]


def overlaid(versions: Sequence[Rule], folder: Path) -> tuple[list[Rule], list[Problem]]:
    """Return the versions as changed by the files in ``folder``, and what is wrong with these."""
    changes, problems = _read(folder)
    of_rule: dict[str, list[Change]] = {}
    for change in changes:
        of_rule.setdefault(change.rule, []).append(change)
    for rule_id, ours in of_rule.items():
        ours.sort(key=lambda change: change.first_day)
        problems += _conflicts(ours)
        problems += _without_effect(ours, [v for v in versions if v.id == rule_id])
    meeting = [[c for c in of_rule.get(v.id, ()) if _meets(c, v)] for v in versions]
    for version, ours in zip(versions, meeting, strict=True):
        for wrong in (wrong for change in ours for wrong in _wrong(version, change)):
            if wrong not in problems:
                problems.append(wrong)
    if any(not problem.warning for problem in problems):
        return list(versions), problems
    pairs = zip(versions, meeting, strict=True)
    return [part for version, ours in pairs for part in _cut(version, ours)], problems


def _read(folder: Path) -> tuple[list[Change], list[Problem]]:
    if not folder.is_dir():
        return [], [Problem("no_folder", str(folder))]
    changes: list[Change] = []
    problems: list[Problem] = []
    files = sorted(folder.glob("*.json"))
    if not files:
        problems.append(Problem("no_files", str(folder), warning=True))
    for file in files:
        try:
            # Editors on Windows begin a file with a byte order mark.
            plain = file.read_text(encoding="utf-8-sig")
            content = json.loads(plain, object_pairs_hook=_once)
        except _Twice as error:
            problems.append(Problem("key_twice", file.name, found=shown(error.args[0])))
            continue
        except ValueError as error:
            problems.append(Problem("no_json", file.name, found=str(error)))
            continue
        wrong = keys(content, {"overlay", "rules"}, set(), file.name)
        wrong = wrong or rows(content, "overlay", file.name)
        problems += wrong
        for row in () if wrong else content["rules"]:
            wrong = keys(row, {"id"}, _OPTIONAL, file.name)
            if isinstance(row, dict):
                wrong += stated(row, file.name)
            problems += wrong
            if not wrong:
                changes.append(_change(row, content["overlay"], file.name))
    return changes, problems


class _Twice(Exception):
    """An object states a key twice: JSON would keep the last one and say nothing."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise _Twice(key)
        found[key] = value
    return found


def _change(row: Mapping[str, Any], overlay: str, file: str) -> Change:
    return Change(
        overlay=overlay,
        file=file,
        rule=row["id"],
        first_day=day(row.get("effective_from")) or date.min,
        last_day=day(row.get("effective_to")) or date.max,
        values={key: row[key] for key in _REPLACED if key in row},
        params=row.get("params", {}),
    )


def _conflicts(changes: Iterable[Change]) -> list[Problem]:
    """Return where two changes of one rule hold on one day: which one is meant is not known."""
    return [
        Problem(
            "conflict",
            after.file,
            after.rule,
            values={"other": before.file, "day": after.first_day},
        )
        for before, after in pairwise(changes)
        if after.first_day <= before.last_day
    ]


def _without_effect(changes: Iterable[Change], versions: Sequence[Rule]) -> list[Problem]:
    """Return which changes are of a rule we do not have, or of days on which it is not in force."""
    return [
        Problem("never" if versions else "unknown_rule", change.file, change.rule)
        for change in changes
        if not any(_meets(change, version) for version in versions)
    ]


def _meets(change: Change, version: Rule) -> bool:
    return change.first_day <= version.last_day and version.first_day <= change.last_day


def _wrong(version: Rule, change: Change) -> list[Problem]:
    """Return what is wrong with the params of a version after a change."""
    unknown = [key for key in change.params if key not in version.params]
    if unknown:
        known = ", ".join(version.params) or "–"
        return [
            Problem(
                "unknown_param",
                change.file,
                change.rule,
                key,
                shown(change.params[key]),
                values={"known": known},
            )
            for key in unknown
        ]
    merged = {**version.params, **change.params}
    wrong = faults(shapes()[version.id], merged, change.file, change.rule)
    return wrong or [*_stale(version, change, merged)]


def _stale(version: Rule, change: Change, merged: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield where a changed value would go on naming our source, or ours would name the agency's.

    Some rules state marks and articles once more for each row of a table, and answers cite these.
    """
    if merged != version.params and not {"mark", "marks"} & {*change.values, *change.params}:
        ours = {"mark": version.mark, "regulation": version.regulation}
        yield Problem("mark_stays", change.file, change.rule, warning=True, values=ours)
    for key, tiers in (("regulation", "articles"), ("mark", "marks")):
        ours = getattr(version, key)
        changed = change.values.get(key, ours) != ours
        if changed and tiers in version.params and tiers not in change.params:
            said = {"stated": key}
            yield Problem("rows_stay", change.file, change.rule, tiers, warning=True, values=said)


def _cut(version: Rule, changes: Iterable[Change]) -> list[Rule]:
    """Return a version before, during and after each of the changes that meet it."""
    parts: list[Rule] = []
    start = version.first_day
    for change in changes:
        first = max(version.first_day, change.first_day)
        last = min(version.last_day, change.last_day)
        if start < first:
            parts.append(_between(version, start, first - timedelta(days=1)))
        parts.append(
            replace(
                _between(version, first, last),
                params={**version.params, **change.params},
                overlays=(change.overlay,),
                **change.values,
            )
        )
        if last == version.last_day:
            return parts
        start = last + timedelta(days=1)
    return [*parts, _between(version, start, version.last_day)]


def _between(version: Rule, first: date, last: date) -> Rule:
    return replace(
        version,
        effective_from=None if first == date.min else first,
        effective_to=None if last == date.max else last,
    )
