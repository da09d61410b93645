"""Decisions of people about names: one per agency, kind and spelling key.

In: who decided what a name stands for. Out: the decisions as matching uses them. A later decision
about the same name takes the place of the earlier one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.dialects import postgresql, sqlite

from service.database.engine import reading, writing
from service.database.tables import name_decision


@dataclass(frozen=True)
class NameDecision:
    """What a person decided.

    Attributes:
        kind: job, training, education or unit.
        key: what all spellings of the name share.
        name: as it was decided about.
        code: what it stands for; null where nothing in the list is meant.
        decided_by: who.
        at: when.
    """

    kind: str
    key: str
    name: str
    code: str | None
    decided_by: str
    at: datetime


def save_decision(
    engine: Engine,
    *,
    agency: str,
    kind: str,
    key: str,
    name: str,
    code: str | None,
    by: str,
    now: datetime | None = None,
) -> None:
    """Keep what a person decided, instead of what was decided before about the same name."""
    row = {
        "agency": agency,
        "kind": kind,
        "key": key,
        "name": name,
        "code": code,
        "decided_by": by,
        "at": now or datetime.now(UTC),
    }
    dialect: Any = postgresql if engine.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(name_decision).values(row)
    changed = {
        column: statement.excluded[column] for column in ("name", "code", "decided_by", "at")
    }
    keys = ["agency", "kind", "key"]
    with writing(engine) as connection:
        connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=changed))


def list_decisions(engine: Engine, agency: str) -> tuple[NameDecision, ...]:
    """Return every decision of an agency, by kind and key."""
    query = (
        select(name_decision)
        .where(name_decision.c.agency == agency)
        .order_by(name_decision.c.kind, name_decision.c.key)
    )
    with reading(engine) as connection:
        rows = connection.execute(query).all()
    return tuple(NameDecision(r.kind, r.key, r.name, r.code, r.decided_by, r.at) for r in rows)


def decided_codes(engine: Engine, agency: str) -> Mapping[str, Mapping[str, str | None]]:
    """Return kind → spelling key → code, as matching takes it."""
    found: dict[str, dict[str, str | None]] = {}
    for one in list_decisions(engine, agency):
        found.setdefault(one.kind, {})[one.key] = one.code
    return found
