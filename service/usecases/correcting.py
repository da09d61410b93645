"""Refused rows of an import, corrected by a person and brought in again as an import of their own.

In: the number of an import, what was typed. Out: a page of rows, an upload that holds exactly the
corrected rows, a file for a spreadsheet. What was typed waits beside the rows until it is sent, so
that turning a page loses nothing. Everything lies below the home folder, for the owner only, and
goes after a week.
"""

from __future__ import annotations

import fcntl
import io
import json
import os
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.csv as pacsv

from service.settings import Settings
from training_data.returned import (
    Part,
    RefusedRow,
    as_table,
    file_name,
    read_parts,
    read_rows,
    shown,
    write_corrected,
)

RETURNED = "refused"
"""Folder of refused rows inside the home folder, one folder for each import."""
RETURNED_DAYS = 7
"""How long refused rows wait for whoever has to look something up in a decree."""

STATE = "state.json"
UPLOADS = "uploads"


@dataclass
class _State:
    """What became of the rows of one part; places of rows as keys.

    Attributes:
        edits: place → column → what was typed.
        again: rows to be sent although nothing was typed.
        sent: place → number of the import that took the row.
    """

    edits: dict[int, dict[int, str]] = field(default_factory=dict)
    again: set[int] = field(default_factory=set)
    sent: dict[int, int] = field(default_factory=dict)

    @property
    def ready(self) -> list[int]:
        """Rows to be sent."""
        return sorted((set(self.edits) | self.again) - set(self.sent))


@dataclass(frozen=True)
class Standing:
    """One part and how far its correction is."""

    part: Part
    open: int
    ready: int
    sent: int


@dataclass(frozen=True)
class Sheet:
    """Rows of one part, with what was typed.

    Attributes:
        typed: place → column → what was typed and not sent yet.
        again: rows that are to be sent as they are.
        first: rows before these.
        total: rows that were not sent yet.
    """

    part: Part
    rows: tuple[RefusedRow, ...]
    typed: Mapping[int, Mapping[int, str]]
    again: frozenset[int]
    first: int
    total: int


@dataclass(frozen=True)
class Prepared:
    """An upload of corrected rows.

    Attributes:
        upload: its name.
        rows: table → rows in it.
        cells: table → cells that were changed.
        places: part → rows, to be marked once they are on their way.
    """

    upload: str
    rows: Mapping[str, int]
    cells: Mapping[str, int]
    places: Mapping[int, tuple[int, ...]]


def returned_folder(settings: Settings, number: int) -> Path:
    """Return where the refused rows of an import lie."""
    return settings.home / RETURNED / str(number)


class Corrections:
    """The refused rows of one import and what was typed so far."""

    def __init__(self, settings: Settings, number: int) -> None:
        self._settings = settings
        self._folder = returned_folder(settings, number)
        self.parts = read_parts(self._folder)

    def standings(self) -> tuple[Standing, ...]:
        """Return every part and how far its correction is."""
        held = self._read()
        return tuple(
            Standing(
                part,
                part.rows - len(held[part.place].sent),
                len(held[part.place].ready),
                len(held[part.place].sent),
            )
            for part in self.parts
        )

    def sheet(self, place: int, first: int, size: int) -> Sheet:
        """Return up to ``size`` rows of a part that were not sent yet.

        Raises:
            IndexError: there is no such part.
        """
        part, state = self.parts[place], self._read()[place]
        waiting = _waiting(part, state)
        first = max(0, min(first, (len(waiting) - 1) // size * size)) if len(waiting) else 0
        rows = read_rows(self._folder, part, waiting[first : first + size])
        return Sheet(part, tuple(rows), state.edits, frozenset(state.again), first, len(waiting))

    def keep(
        self, place: int, typed: Mapping[int, Mapping[int, str]], again: Sequence[int]
    ) -> None:
        """Keep what was typed into rows; cells as they were are no correction.

        Parameters:
            typed: place → column → text, for every cell of the form.
            again: which of these rows are to be sent as they are.

        Raises:
            IndexError: there is no such part.
        """
        part = self.parts[place]
        known = [one for one in typed if 0 <= one < part.rows]
        held = {row.place: row for row in read_rows(self._folder, part, known)}
        with self._changing() as states:
            state = states[place]
            for one, row in held.items():
                changed = {
                    column: text.replace("\x1f", "")
                    for column, text in typed[one].items()
                    if 0 <= column < len(part.header) and _differs(row.cells[column], text)
                }
                state.edits.pop(one, None)
                state.again.discard(one)
                if changed:
                    state.edits[one] = changed
                if one in again:
                    state.again.add(one)

    def all_again(self, place: int | None = None) -> None:
        """Mark every row that was not sent yet, as after the table it waited for was completed.

        Parameters:
            place: of one part; without it all parts.

        Raises:
            IndexError: there is no such part.
        """
        parts = self._parts(place)
        with self._changing() as states:
            for part in parts:
                state = states[part.place]
                state.again.update(_waiting(part, state).tolist())

    def prepare(self, place: int | None = None) -> Prepared | None:
        """Write the rows that are ready as an upload; nothing where none is.

        Parameters:
            place: of one part; without it all parts go together, so that rows of one file may
                refer to corrected rows of another.

        Raises:
            IndexError: there is no such part.
        """
        states = self._read()
        parts = self._parts(place)
        ready = {part.place: states[part.place].ready for part in parts}
        if not any(ready.values()):
            return None
        name = secrets.token_hex(16)
        folder = self._settings.home / UPLOADS / name
        folder.mkdir(mode=0o700, parents=True)
        rows: dict[str, int] = {}
        cells: dict[str, int] = {}
        names: set[str] = set()
        for part in parts:
            places, edits = ready[part.place], states[part.place].edits
            if not places:
                continue
            own = file_name(part, names)
            names.add(own)
            write_corrected(self._folder, part, places, edits, folder / own)
            rows[part.table] = rows.get(part.table, 0) + len(places)
            changed = sum(len(edits.get(one, {})) for one in places)
            cells[part.table] = cells.get(part.table, 0) + changed
        return Prepared(name, rows, cells, {p: tuple(r) for p, r in ready.items() if r})

    def sent(self, prepared: Prepared, number: int) -> None:
        """Note which import took the rows; what was typed into them is theirs from now on."""
        with self._changing() as states:
            for place, rows in prepared.places.items():
                for one in rows:
                    states[place].edits.pop(one, None)
                    states[place].again.discard(one)
                    states[place].sent[one] = number

    def file(self, place: int, suffix: str) -> bytes:
        """Return the rows of a part that were not sent yet, for a spreadsheet.

        Parameters:
            suffix: csv or xlsx; every cell is text, so that no NIP becomes a number.

        Raises:
            IndexError: there is no such part, or none of its rows is left.
        """
        part = self.parts[place]
        waiting = _waiting(part, self._read()[place])
        if len(waiting) == 0:
            raise IndexError(place)
        out = io.BytesIO()
        if suffix == "xlsx":
            from service.exports.plain import write_plain

            write_plain(as_table(self._folder, part, waiting, guard=False), out, part.table)
        else:
            out.write(b"\xef\xbb\xbf")  # without it Excel takes UTF-8 for another encoding
            pacsv.write_csv(as_table(self._folder, part, waiting, guard=True), out)
        return out.getvalue()

    def _parts(self, place: int | None) -> tuple[Part, ...]:
        return self.parts if place is None else (self.parts[place],)

    def _read(self) -> dict[int, _State]:
        try:
            held = json.loads((self._folder / STATE).read_bytes())
        except FileNotFoundError:
            held = {}
        return {part.place: _state(held.get(str(part.place), {})) for part in self.parts}

    @contextmanager
    def _changing(self) -> Iterator[dict[int, _State]]:
        """Read the state, let it be changed, and write it; one after the other."""
        flags = os.O_RDWR | os.O_CREAT
        with open(os.open(self._folder / ".lock", flags, 0o600), "rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            states = self._read()
            yield states
            temporary = self._folder / f".{STATE}.tmp"
            temporary.unlink(missing_ok=True)
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
            with open(os.open(temporary, flags, 0o600), "wb") as file:
                file.write(json.dumps({p: _plain(s) for p, s in states.items()}).encode())
            os.replace(temporary, self._folder / STATE)


def _waiting(part: Part, state: _State) -> Any:
    """Return the places of rows that were not sent yet, int64[m]."""
    sent = np.fromiter(state.sent, np.int64, len(state.sent))
    return np.setdiff1d(np.arange(part.rows), sent)


def _differs(cell: str | None, typed: str) -> bool:
    """Whether a cell was changed; browsers turn line ends into blanks or other line ends."""
    return " ".join(shown(cell).split()) != " ".join(typed.split())


def _state(held: Mapping[str, Any]) -> _State:
    return _State(
        {
            int(place): {int(column): text for column, text in cells.items()}
            for place, cells in held.get("edits", {}).items()
        },
        set(held.get("again", ())),
        {int(place): number for place, number in held.get("sent", {}).items()},
    )


def _plain(state: _State) -> dict[str, Any]:
    return {"edits": state.edits, "again": sorted(state.again), "sent": state.sent}
