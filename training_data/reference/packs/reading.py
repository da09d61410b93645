"""Read pack files: every key, date and param of every version is checked.

In: parsed JSON. Out: rules, and the problems that were found.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from typing import Any

from training_data.reference.data import file_names, read
from training_data.reference.packs.problems import Problem, faults, refuse, shown
from training_data.reference.packs.rule import MARKS, Rule
from training_data.reference.packs.shapes import shapes

TEXTS = ("regulation", "article", "mark", "source")
_REQUIRED = {"id", *TEXTS, "effective_from", "effective_to", "params"}
_OPTIONAL = {"note", "active"}


@cache
def shipped() -> tuple[Rule, ...]:
    """Return every version of every rule of our packs, in the order of the files.

    Raises:
        InvalidPack: a file is wrong, or two versions of a rule are in force on one day.
    """
    rules, problems = read_shipped()
    refuse(problems)
    return tuple(rules)


def read_shipped() -> tuple[list[Rule], list[Problem]]:
    """Return every version of every rule of our packs and all that is wrong with them."""
    rules: list[Rule] = []
    problems: list[Problem] = []
    for name in file_names("rules"):
        found, wrong = read_pack(read("rules", name), name)
        rules += found
        problems += wrong
    return rules, problems + timeline(rules)


def parse_pack(content: Any, name: str) -> list[Rule]:
    """Return the rules of a parsed pack file; ``name`` is used in messages.

    Raises:
        InvalidPack: see ``load_rules``.
    """
    rules, problems = read_pack(content, name)
    refuse(problems)
    return rules


def read_pack(content: Any, file: str) -> tuple[list[Rule], list[Problem]]:
    """Return the rules of a parsed pack file and what is wrong with it."""
    problems = keys(content, {"pack", "rules"}, set(), file)
    problems = problems or rows(content, "pack", file)
    if problems:
        return [], problems
    rules = []
    for row in content["rules"]:
        wrong = _wrong(row, file)
        if wrong:
            problems += wrong
        else:
            rules.append(_rule(row, content["pack"]))
    return rules, problems


def timeline(rules: Iterable[Rule]) -> list[Problem]:
    """Return where two versions of a rule are in force on one day, or none is in between.

    That a rule rests for a time is said by an inactive version, so a hole is only warned of.
    """
    by_id: dict[str, list[Rule]] = {}
    for rule in rules:
        by_id.setdefault(rule.id, []).append(rule)
    problems = []
    for rule_id, versions in by_id.items():
        versions.sort(key=lambda version: version.first_day)
        for before, after in pairwise(versions):
            file = f"{after.pack}.json"
            if after.first_day <= before.last_day:
                days = {"day": after.first_day}
                problems.append(Problem("overlap", file, rule_id, values=days))
            elif after.first_day > before.last_day + timedelta(days=1):
                days = {
                    "first": before.last_day + timedelta(days=1),
                    "last": after.first_day - timedelta(days=1),
                }
                problems.append(Problem("hole", file, rule_id, warning=True, values=days))
    return problems


def keys(row: Any, required: set[str], optional: set[str], file: str) -> list[Problem]:
    """Return whether ``row`` is no object, lacks keys or has unknown ones."""
    if not isinstance(row, dict):
        return [Problem("no_object", file, found=shown(row))]
    rule = row["id"] if isinstance(row.get("id"), str) else ""
    problems = []
    missing, unknown = required - set(row), set(row) - required - optional
    if missing:
        listed = {"keys": ", ".join(sorted(missing))}
        problems.append(Problem("keys_missing", file, rule, values=listed))
    if unknown:
        stated = {
            "keys": ", ".join(sorted(unknown)),
            "known": ", ".join(sorted(required | optional)),
        }
        problems.append(Problem("keys_unknown", file, rule, values=stated))
    return problems


def rows(content: Mapping[str, Any], name: str, file: str) -> list[Problem]:
    """Return whether a file has no name or no list of rules."""
    problems = []
    if not isinstance(content[name], str) or not content[name]:
        problems.append(Problem("no_text", file, param=name, found=shown(content[name])))
    if not isinstance(content["rules"], list):
        problems.append(Problem("no_list", file, param="rules", found=shown(content["rules"])))
    return problems


def stated(row: Mapping[str, Any], file: str) -> list[Problem]:
    """Return what is wrong with the values that say where a rule comes from and when it holds."""
    rule = row["id"] if isinstance(row.get("id"), str) else ""
    problems = [
        Problem("no_text", file, rule, key, shown(row[key]))
        for key in ("id", *TEXTS, "note")
        if key in row and not isinstance(row[key], str)
    ]
    if isinstance(row.get("mark"), str) and row["mark"] not in MARKS:
        marks = {"marks": ", ".join(MARKS)}
        problems.append(Problem("mark", file, rule, "mark", shown(row["mark"]), values=marks))
    if "active" in row and not isinstance(row["active"], bool):
        problems.append(Problem("no_switch", file, rule, "active", shown(row["active"])))
    if "params" in row and not isinstance(row["params"], dict):
        problems.append(Problem("no_object", file, rule, "params", shown(row["params"])))
    wrong = [
        Problem("day", file, rule, key, shown(row[key]))
        for key in ("effective_from", "effective_to")
        if row.get(key) is not None and not _is_day(row[key])
    ]
    first, last = row.get("effective_from"), row.get("effective_to")
    if not wrong and first and last and last < first:
        wrong = [Problem("ends", file, rule, "effective_to", shown(last))]
    return problems + wrong


def day(value: str | None) -> date | None:
    """Return a checked date."""
    return None if value is None else date.fromisoformat(value)


def _wrong(row: Any, file: str) -> list[Problem]:
    problems = keys(row, _REQUIRED, _OPTIONAL, file)
    if not isinstance(row, dict):
        return problems
    problems += stated(row, file)
    if problems:
        return problems
    shape = shapes().get(row["id"])
    if shape is None:
        return [Problem("no_shape", file, row["id"])]
    return faults(shape, row["params"], file, row["id"])


def _rule(row: Mapping[str, Any], pack: str) -> Rule:
    return Rule(
        id=row["id"],
        regulation=row["regulation"],
        article=row["article"],
        mark=row["mark"],
        source=row["source"],
        effective_from=day(row["effective_from"]),
        effective_to=day(row["effective_to"]),
        params=row["params"],
        active=row.get("active", True),
        note=row.get("note", ""),
        pack=pack,
    )


def _is_day(value: Any) -> bool:
    # Python reads more spellings than the one that sorts as text.
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False
