"""The rules in force on a day, with an agency's overlay; and everything that is wrong with both."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from training_data.reference.packs.overlay import overlaid
from training_data.reference.packs.problems import Problem, refuse
from training_data.reference.packs.reading import read_shipped, shipped
from training_data.reference.packs.rule import Rule, Rules


def load_rules(as_of: date, overlay: Path | None = None) -> Rules:
    """Return the rules in force on ``as_of``, changed by the overlay folder if one is given.

    Raises:
        InvalidPack: a file lacks a key, has an unknown one or an impossible value; a rule has no
            declared shape or params of another; two versions of a rule are in force on one day;
            an overlay names an unknown rule or param, or two of its changes meet on one day.
    """
    found = [version for version in all_versions(overlay) if version.in_force(as_of)]
    return Rules(as_of, {rule.id: rule for rule in sorted(found, key=lambda rule: rule.id)})


def all_versions(overlay: Path | None = None) -> Sequence[Rule]:
    """Return every version of every rule, as changed by the overlay folder if one is given.

    Raises:
        InvalidPack: see ``load_rules``.
    """
    if overlay is None:
        return shipped()
    versions, problems = overlaid(shipped(), overlay)
    refuse(problems)
    return versions


def check(overlay: Path | None = None) -> list[Problem]:
    """Return everything that is wrong with our packs and with the overlay folder."""
    versions, problems = read_shipped()
    if overlay is not None:
        problems += overlaid(versions, overlay)[1]
    return problems
