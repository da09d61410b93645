"""Stage publish: a ranking becomes the generation in force, whole or not at all.

In: the rows of a ranking, its dataset and manifest. Out: a new generation number. Rows are staged
under a number nobody reads, files are made durable, both are read back and compared, and one
transaction moves the switch. Killed anywhere, readers keep the generation before.

Decision: a new number at every try. A number reused after a crash would let a reader join the
first try's lists with the second one's; with new numbers there is nothing to mix.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, delete, insert, select, update

from service.auditing import SYSTEM, Actor
from service.database import overview as overviews
from service.database import snapshots
from service.database.audit import append
from service.database.bulk import insert_rows
from service.database.engine import reading, writing
from service.database.overview import Overview
from service.database.packing import Fingerprint, PackedList, Row, pack
from service.database.tables import generation, generation_switch, recommendation
from service.errors import NothingPublished, ServiceError, Superseded, Unverified
from training_data.dataset import Dataset
from training_data.errors import DataError

Guard = Callable[[Connection, int], None]
"""Called with the number inside the transaction that switches; what it raises undoes the switch."""

LOG = logging.getLogger("selaras.publish")

BATCH = 5_000
"""Lists staged in one transaction: short enough that other writers get their turn."""


@dataclass(frozen=True)
class Manifest:
    """What a ranking was made of.

    Attributes:
        as_of: the day it speaks of.
        model, rules: SHA-256 of the model and of the rules in force.
        not_checked: what could not be checked for lack of data, as JSON values.
        details: further facts, such as seed, k and kinds, as JSON values.
    """

    as_of: date
    model: str
    rules: str
    not_checked: Sequence[Any] = ()
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class _Staged:
    """What was staged: counts and the fingerprint the database must give back."""

    people: int
    lists: int
    items: int
    checksum: str


def publish(
    engine: Engine,
    home: Path,
    rows: Iterable[Row],
    manifest: Manifest,
    dataset: Dataset,
    *,
    agency: str = "",
    overview: Overview | None = None,
    model_folder: Path | None = None,
    beside: Callable[[snapshots.Folders], None] | None = None,
    keep: int = 3,
    review: Callable[[int], None] | None = None,
    guard: Guard | None = None,
    actor: Actor = SYSTEM,
) -> int:
    """Publish a ranking; return the number of the new generation.

    Parameters:
        home: the home folder; files go to ``home/generations/N``.
        rows: (employee_id, kind, item_code, rank, micro, eligibility, reasons); the rows of one
            person and kind stand together in rank order.
        dataset: the snapshot that was ranked.
        overview: what lists of people are filtered by, stored with the generation.
        model_folder: the model's folder, copied so that a later fit cannot change what is served.
        beside: writes further files into the generation's folder, once all rows are staged.
        keep: whole generations to keep, this one included (at least 2).
        review: called with the number once everything is staged; what it raises holds the
            generation back.
        guard: ties the switch to something else that must be true, such as a lease.
        actor: who asked for it, for the audit trail.

    Raises:
        FencedOut: the guard's lease was taken over.
        Superseded: a newer generation was published meanwhile.
        Unverified: what was stored is not what was sent.
    """
    data = dataset.content_hash
    number = _begin(engine, agency, manifest, data)
    try:
        staged = _stage(engine, number, agency, rows)
        if overview is not None:
            _stage_overview(engine, number, agency, overview)
        facts = {
            "number": number,
            "agency": agency,
            "as_of": manifest.as_of.isoformat(),
            "data": data,
            "model": manifest.model,
            "rules": manifest.rules,
            "not_checked": list(manifest.not_checked),
            "details": dict(manifest.details),
            "people": staged.people,
            "lists": staged.lists,
            "items": staged.items,
            "checksum": staged.checksum,
        }
        snapshots.write_snapshot(home, number, dataset, facts, model_folder, beside)
        verify(engine, home, number, staged.checksum, data, overview)
        if review is not None:
            review(number)
        _switch(engine, number, staged, agency, actor, guard)
    except BaseException:
        if not _give_up(engine, home, number):
            raise
        # The switch was moved and only its acknowledgement was lost.
        LOG.warning("generation %d is published although the database did not confirm", number)
    try:
        prune(engine, home, keep)
    except (ServiceError, OSError) as error:
        LOG.warning("older generations could not be removed: %s", type(error).__name__)
    return number


def roll_back(engine: Engine, actor: Actor = SYSTEM) -> int:
    """Return to the newest generation before the current one; return its number.

    The generation that was left is not served again.

    Raises:
        NothingPublished: there is no generation to go back to.
    """
    with writing(engine) as connection:
        current, _ = _locked_switch(connection)
        before = connection.scalar(
            select(generation.c.number)
            .where(generation.c.state == "retired", generation.c.number < (current or 0))
            .order_by(generation.c.number.desc())
            .limit(1)
        )
        if current is None or before is None:
            raise NothingPublished("storage.nothing_before")
        _set_state(connection, current, "failed")
        _set_state(connection, before, "published")
        connection.execute(
            update(generation_switch).values(current=before, switched_at=datetime.now(UTC))
        )
        agency = connection.scalar(select(generation.c.agency).where(generation.c.number == before))
        facts = {"left": current}
        append(connection, agency or "", actor, "rolled_back", f"generation:{before}", facts)
    return int(before)


def prune(engine: Engine, home: Path, keep: int) -> None:
    """Remove the lists and files of generations that nobody can be reading any more.

    The current one and the ``keep - 1`` whole ones before it stay, and so does staging work that
    can still be published; what a crash left behind goes.
    """
    with writing(engine) as connection:
        _, fence = _locked_switch(connection)
        older = select(generation.c.number).where(generation.c.state == "retired")
        retired = connection.scalars(older.order_by(generation.c.number.desc())).all()
        for number in retired[max(keep, 2) - 1 :]:
            _set_state(connection, number, "removed")
        connection.execute(
            update(generation)
            .where(generation.c.state == "staging", generation.c.number < fence)
            .values(state="failed")
        )
        left = connection.scalars(
            select(generation.c.number).where(
                generation.c.state.in_(("failed", "removed")), generation.c.cleared_at.is_(None)
            )
        ).all()
    for number in left:
        _clear(engine, home, number)


def verify(
    engine: Engine,
    home: Path,
    number: int,
    checksum: str,
    data: str,
    overview: Overview | None = None,
) -> None:
    """Read a generation back, lists, overview and snapshot, and compare.

    Raises:
        Unverified: they are not what was sent.
    """
    whole = stored_checksum(engine, number) == checksum and snapshot_is_whole(home, number, data)
    if whole and overview is not None:
        stored = overviews.stored_fingerprint(engine, number, overview)
        whole = stored == overviews.fingerprint(overview)
    if not whole:
        raise Unverified("storage.unverified", number=number)


def stored_checksum(engine: Engine, number: int) -> str:
    """Return the fingerprint of a generation's lists as they are stored."""
    found = Fingerprint()
    query = select(recommendation).where(recommendation.c.generation == number)
    with reading(engine) as connection:
        for row in connection.execution_options(yield_per=BATCH).execute(query):
            found.add(row.agency, row.employee_id, row.kind, row.packed)
    return found.value


def snapshot_is_whole(home: Path, number: int, data: str) -> bool:
    """Whether a generation's snapshot holds the dataset with the given hash."""
    folders = snapshots.snapshot_folders(home, number)
    try:
        tables = Dataset.read(folders.data) if any(folders.data.iterdir()) else Dataset.of({})
    except (DataError, OSError, ValueError):  # Arrow says ValueError where a file is damaged
        return False
    return folders.manifest.is_file() and tables.content_hash == data


def _begin(engine: Engine, agency: str, manifest: Manifest, data: str) -> int:
    """Take a new number, for good: it stays taken even if everything after fails."""
    statement = insert(generation).values(
        agency=agency,
        state="staging",
        as_of=manifest.as_of,
        data=data,
        model=manifest.model,
        rules=manifest.rules,
        not_checked=list(manifest.not_checked),
        details=dict(manifest.details),
        created_at=datetime.now(UTC),
    )
    with writing(engine) as connection:
        number: int = connection.execute(statement.returning(generation.c.number)).scalar_one()
    return number


def _stage(engine: Engine, number: int, agency: str, rows: Iterable[Row]) -> _Staged:
    """Store packed lists under the new number, in short transactions."""
    fingerprint, people, items = Fingerprint(), set[str](), 0
    packed = pack(rows)
    columns = ("generation", "agency", "employee_id", "kind", "packed")
    while batch := list(islice(packed, BATCH)):
        for one in batch:
            fingerprint.add(agency, one.employee_id, one.kind, one.packed)
            people.add(one.employee_id)
            items += one.items
        with writing(engine) as connection:
            _require_staging(connection, number)
            insert_rows(connection, recommendation, columns, _tuples(number, agency, batch))
    return _Staged(len(people), fingerprint.lists, items, fingerprint.value)


def _stage_overview(engine: Engine, number: int, agency: str, overview: Overview) -> None:
    """Store what lists are filtered by under the new number, in short transactions."""
    for table, rows in overviews.batches(overview):
        with writing(engine) as connection:
            _require_staging(connection, number)
            overviews.stage(connection, number, agency, table, rows)


def _tuples(number: int, agency: str, batch: Sequence[PackedList]) -> Iterable[tuple[Any, ...]]:
    """Return packed lists as rows of the table."""
    return ((number, agency, one.employee_id, one.kind, one.packed) for one in batch)


def _require_staging(connection: Connection, number: int) -> None:
    """Raise ``Superseded`` where another publication has given this one up."""
    query = select(generation.c.state).where(generation.c.number == number)
    # Held until the end, so that nobody clears this number away while rows are still coming.
    if connection.scalar(query.with_for_update(read=True)) != "staging":
        newer = connection.scalar(select(generation_switch.c.current)) or 0
        raise Superseded("storage.superseded", number=number, newer=newer)


def _switch(
    engine: Engine,
    number: int,
    staged: _Staged,
    agency: str = "",
    actor: Actor = SYSTEM,
    guard: Guard | None = None,
) -> None:
    """Make the staged generation the current one, unless a newer one was published before."""
    now = datetime.now(UTC)
    with writing(engine) as connection:
        current, fence = _locked_switch(connection)
        if number <= fence:
            raise Superseded("storage.superseded", number=number, newer=fence)
        _require_staging(connection, number)
        if guard is not None:
            guard(connection, number)
        if current is not None:
            _set_state(connection, current, "retired")
        connection.execute(
            update(generation)
            .where(generation.c.number == number)
            .values(
                state="published",
                published_at=now,
                people=staged.people,
                lists=staged.lists,
                items=staged.items,
                checksum=staged.checksum,
            )
        )
        connection.execute(
            update(generation_switch).values(current=number, fence=number, switched_at=now)
        )
        facts = {"before": current, "people": staged.people, "checksum": staged.checksum}
        append(connection, agency, actor, "published", f"generation:{number}", facts, now)


def _locked_switch(connection: Connection) -> tuple[int | None, int]:
    """Return the current number and the fence; nobody else can move the switch meanwhile."""
    query = select(generation_switch.c.current, generation_switch.c.fence).with_for_update()
    row = connection.execute(query).one()
    return row.current, row.fence


def _set_state(connection: Connection, number: int, state: str) -> None:
    """Write a generation's state."""
    statement = update(generation).where(generation.c.number == number).values(state=state)
    connection.execute(statement)


def _give_up(engine: Engine, home: Path, number: int) -> bool:
    """Clear away a publication that failed; return whether it is published after all."""
    try:
        with writing(engine) as connection:
            _locked_switch(connection)
            query = select(generation.c.state).where(generation.c.number == number)
            state = connection.scalar(query)
            if state == "staging":
                _set_state(connection, number, "failed")
        if state in ("published", "retired"):
            return True
        _clear(engine, home, number)
    except (ServiceError, OSError) as error:
        # The next publication clears it away; nobody reads a number that was never switched to.
        LOG.warning("generation %d could not be cleared away: %s", number, type(error).__name__)
    return False


def _clear(engine: Engine, home: Path, number: int) -> None:
    """Remove the files and lists of a generation that is not served, and note that it is done."""
    snapshots.remove_snapshot(home, number)
    done = update(generation).where(generation.c.number == number)
    with writing(engine) as connection:
        connection.execute(delete(recommendation).where(recommendation.c.generation == number))
        overviews.remove(connection, number)
        connection.execute(done.values(cleared_at=datetime.now(UTC)))
