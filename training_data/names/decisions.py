"""What people decided about names: read from a file where there is no database.

In: a file with ``kind, name, code``; as code stands ``none`` where no entry is meant. Out:
``Decisions`` for ``map_names`` and ``Matcher``.
"""

from __future__ import annotations

from pathlib import Path

from training_data.errors import UnusableInput
from training_data.messages import say
from training_data.names.catalogue import read_table
from training_data.names.mapping import Decisions
from training_data.names.normalise import exact_key
from training_data.names.words import KINDS, Kind

NONE = "none"
"""Stands for "no entry of the list is meant"."""


def read_decisions(file: Path) -> Decisions:
    """Read decisions; of several about one name the last counts.

    Raises:
        UnusableInput: the file cannot be read, lacks a column, or names an unknown kind.
    """
    try:
        rows = read_table(file)
    except (OSError, ValueError) as error:
        reason = type(error).__name__
        raise UnusableInput(say("names.unreadable", "id", file=file.name, reason=reason)) from error
    found: dict[Kind, dict[str, str | None]] = {}
    for row in rows:
        kind, name, code = (str(row.get(c) or "").strip() for c in ("kind", "name", "code"))
        if kind not in KINDS or not exact_key(name) or not code:
            raise UnusableInput(say("names.bad_decisions", "id", file=file.name))
        found.setdefault(kind, {})[exact_key(name)] = None if code == NONE else code
    return found
