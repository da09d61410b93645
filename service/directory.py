"""Who is there: the people of one generation, found by ``ref`` or by words, never by guesswork.

In: a generation's dataset and the function that turns an employee id into a ``ref``. Out: cards of
people and the unit tree. Everything stays in Arrow columns until a card is asked for, so a city's
worth of people costs little more than their table.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from training_data import reference
from training_data.dataset import Dataset

RefOf = Callable[[str], str]
"""employee_id → ref."""


@dataclass(frozen=True)
class Card:
    """One person as lists and headers show them; null where not known.

    Attributes:
        employee_id: for the engine and the database only; answers show ``ref``.
        ref: the person in URLs and answers.
    """

    employee_id: str
    ref: str
    name: str | None
    job_code: str | None
    job_title: str | None
    unit_code: str | None
    unit_name: str | None
    tier: str | None
    grade: str | None
    employment: str | None
    education_level: str | None


@dataclass(frozen=True)
class Rows:
    """A set of people, described by what they have in common; all null means everyone.

    Attributes:
        employee_id: this person alone.
        units: people of these units.
        people: these people.
    """

    employee_id: str | None = None
    units: frozenset[str] | None = None
    people: frozenset[str] | None = None

    def holds(self, card: Card) -> bool:
        """Whether the person belongs to the set."""
        own = self.employee_id is None or card.employee_id == self.employee_id
        among = self.people is None or card.employee_id in self.people
        return own and among and (self.units is None or card.unit_code in self.units)

    def has_unit(self, code: str) -> bool:
        """Whether the people of a unit all belong to the set."""
        return self.everyone or (self.units is not None and code in self.units)

    def among(self, people: frozenset[str]) -> Rows:
        """Return those of the set who are among ``people``."""
        return replace(self, people=people if self.people is None else self.people & people)

    @property
    def everyone(self) -> bool:
        """Whether nobody is left out."""
        return self == Rows()


ORDERS = ("name", "post", "unit", "tier", "grade", "employment")
"""What a list of people can be ordered by."""

NOBODY = Rows(people=frozenset())
"""The empty set."""


@dataclass(frozen=True)
class Query:
    """What somebody is looking for; empty fields do not restrict.

    Attributes:
        words: each must occur in the name or the title of the post, or be the whole NIP.
        name: each of its words must occur in the name.
        nip: the whole NIP.
        unit: a unit code; its subordinate units count.
        tier, job: codes.
    """

    words: str = ""
    name: str = ""
    nip: str = ""
    unit: str = ""
    tier: str = ""
    job: str = ""


class Directory:
    """The people and units of one dataset."""

    def __init__(self, dataset: Dataset, ref_of: RefOf) -> None:
        self._people = dataset.table("employees").combine_chunks()
        self._units = dataset.table("units")
        self._jobs = dataset.table("jobs")
        self._competencies = dataset.table("competencies")
        self._ref_of = ref_of

    def __len__(self) -> int:
        return int(self._people.num_rows)

    def find(self, ref: str) -> Card | None:
        """Return the person with this ``ref``, or None."""
        row = self._hidden.get(ref)
        if row is not None:
            return self._card_with(ref, row)
        row = self._row(ref)
        # An id that has a ref of its own is not one itself: a NIP finds nobody.
        card = None if row is None else self._card(row)
        return card if card is not None and card.ref == ref else None

    def prepare(self) -> None:
        """Build what lookups need now, rather than during the first request."""
        _ = self._hidden, self._by_name, self._children

    def card(self, employee_id: str) -> Card:
        """Return the person with this id; raise ``KeyError`` (without the id) if unknown."""
        row = self._row(employee_id)
        if row is None:
            raise KeyError("employee_id")
        return self._card(row)

    def known(self, employee_id: str) -> Card | None:
        """Return the person with this id, or None."""
        row = self._row(employee_id)
        return None if row is None else self._card(row)

    def search(
        self, query: Query, rows: Rows, by: str = "name", *, down: bool = False
    ) -> Sequence[int]:
        """Return positions of the people in ``rows`` who fit, in order.

        Parameters:
            by: one of ``ORDERS``; people alike in it stand by name, then id, and those of whom it
                is not known come last.
            down: from the last to the first.
        """
        mask = self._mask(rows)
        for condition in self._conditions(query):
            mask = pc.and_(mask, pc.fill_null(condition, False))
        order = self._order(by, down)
        found: Sequence[int] = order.filter(mask.take(order)).to_pylist()
        return found

    def cards(self, positions: Sequence[int]) -> list[Card]:
        """Return the cards at these positions."""
        return [self._card(row) for row in positions]

    def ids_at(self, positions: Sequence[int]) -> list[str]:
        """Return the employee ids at these positions."""
        found: list[str] = (
            self._column("employee_id").take(pa.array(positions, pa.int64())).to_pylist()
        )
        return found

    def ids(self, rows: Rows) -> list[str]:
        """Return the employee ids of a set of people, in byte order."""
        found: list[str] = self._column("employee_id").filter(self._mask(rows)).to_pylist()
        return found

    def has_unit(self, code: str) -> bool:
        """Whether there is a unit with this code."""
        return code in self._unit_names

    def unit_name(self, code: str) -> str | None:
        """Return the name of a unit; None where there is none."""
        return self._unit_names.get(code)

    def subtree(self, unit_code: str) -> frozenset[str]:
        """Return the unit and every unit below it; a loop in the data does no harm."""
        found, waiting = {unit_code}, [unit_code]
        while waiting:
            for child in self._children.get(waiting.pop(), ()):
                if child not in found:
                    found.add(child)
                    waiting.append(child)
        return frozenset(found)

    def tree(self) -> list[tuple[str, str | None]]:
        """Return (code, code above) of every unit that is listed or in which somebody works."""
        found = dict.fromkeys(code for code in self.unit_of.values() if code)
        return list({**found, **self._above}.items())

    def line(self, unit_code: str, top: str = "") -> list[str]:
        """Return the units from ``top``, or from the highest, down to a unit, both with it."""
        found = [unit_code]
        while found[-1] != top and (up := self._above.get(found[-1])) and up not in found:
            found.append(up)
        return found[::-1]

    def department(self, unit_code: str | None) -> str:
        """Return the department (PD) of a unit: the nearest of that kind, else the unit itself."""
        if unit_code is None:
            return ""
        upwards = self.line(unit_code)[::-1]
        return next((one for one in upwards if self._kinds.get(one) == "PD"), unit_code)

    def units(self, rows: Rows) -> list[tuple[str, str]]:
        """Return (code, name) of the units in which people of ``rows`` work, by name."""
        held = set(pc.unique(self._column("unit_code").filter(self._mask(rows))).to_pylist())
        named = ((code, self._unit_names.get(code) or code) for code in held if code)
        return sorted(named, key=lambda unit: (unit[1], unit[0]))

    def competencies(self) -> list[tuple[str, str]]:
        """Return (code, name) of every competency, by name."""
        pairs = _pairs(self._competencies, "competency_code", "name")
        return sorted(pairs, key=lambda one: (one[1], one[0]))

    def _column(self, name: str) -> Any:
        return self._people.column(name)

    def _row(self, employee_id: str) -> int | None:
        """Find a person by id: rows are sorted by it."""
        row = bisect_left(_Bytes(self._column("employee_id")), employee_id.encode())
        if row < len(self) and self._column("employee_id")[row].as_py() == employee_id:
            return row
        return None

    def _card(self, row: int) -> Card:
        return self._card_with(self._ref_of(str(self._value("employee_id", row))), row)

    def _card_with(self, ref: str, row: int) -> Card:
        job, unit = self._value("job_code", row), self._value("unit_code", row)
        return Card(
            employee_id=str(self._value("employee_id", row)),
            ref=ref,
            name=self._value("name", row),
            job_code=job,
            job_title=self._job_titles.get(job) if job else None,
            unit_code=unit,
            unit_name=self._unit_names.get(unit) if unit else None,
            tier=self._value("tier", row) or (self._job_tiers.get(job) if job else None),
            grade=self._value("grade", row),
            employment=self._value("employment", row),
            education_level=self._value("education_level", row),
        )

    def _value(self, name: str, row: int) -> str | None:
        value: str | None = self._column(name)[row].as_py()
        return value

    def _mask(self, rows: Rows) -> Any:
        """Return which people belong to a set, one boolean per person."""
        mask = pa.chunked_array([pa.array([True] * len(self), pa.bool_())])
        if rows.employee_id is not None:
            mask = pc.and_(mask, pc.equal(self._column("employee_id"), rows.employee_id))
        if rows.units is not None:
            codes = pa.array(sorted(rows.units), pa.string())
            mask = pc.and_(mask, pc.is_in(self._column("unit_code"), value_set=codes))
        if rows.people is not None:
            ids = pa.array(list(rows.people), pa.string())
            mask = pc.and_(mask, pc.is_in(self._column("employee_id"), value_set=ids))
        return mask

    def _conditions(self, query: Query) -> list[Any]:
        """Return one boolean column per restriction of a query."""
        found = [_contains(self._names, word) for word in query.name.split()]
        found += [self._anywhere(word) for word in query.words.split()]
        if query.nip:
            found.append(self._is_nip(query.nip))
        if query.unit:
            units = pa.array(sorted(self.subtree(query.unit)), pa.string())
            found.append(pc.is_in(self._column("unit_code"), value_set=units))
        if query.tier:
            found.append(pc.equal(self._tiers, query.tier))
        if query.job:
            found.append(pc.equal(self._column("job_code"), query.job))
        return found

    def _anywhere(self, word: str) -> Any:
        """Return whether a word is in the name or the post's title, or is the NIP."""
        in_name = pc.fill_null(_contains(self._names, word), False)
        # Posts are few beside people: each title is looked into once, not once per holder.
        in_title = _contains(self._job_words, word).take(self._job_place)
        in_title = pc.fill_null(in_title, False)
        return pc.or_(pc.or_(in_name, in_title), pc.fill_null(self._is_nip(word), False))

    def _is_nip(self, word: str) -> Any:
        """Return whether the NIP, or the id where it stands for it, is this one."""
        digits = "".join(word.split())
        by_nip = pc.fill_null(pc.equal(self._column("nip"), digits), False)
        return pc.or_(by_nip, pc.equal(self._column("employee_id"), digits))

    @cached_property
    def unit_of(self) -> Mapping[str, str | None]:
        """Every person's unit."""
        columns = (self._column(name).to_pylist() for name in ("employee_id", "unit_code"))
        return dict(zip(*columns, strict=True))

    def groups(self, by: str) -> Mapping[str, str]:
        """Return everybody's department, tier, or what stands in a column; empty where unknown.

        A tier is that of the post where the person has none of their own.
        """
        if by == "department":
            units = {unit: self.department(unit) for unit in set(self.unit_of.values())}
            return {person: units[unit] for person, unit in self.unit_of.items()}
        values = [value or "" for value in self._column(by).to_pylist()]
        if by == "tier":
            posts = self._column("job_code").to_pylist()
            held = zip(values, posts, strict=True)
            values = [own or self._job_tiers.get(post or "") or "" for own, post in held]
        return dict(zip(self._column("employee_id").to_pylist(), values, strict=True))

    @cached_property
    def _hidden(self) -> dict[str, int]:
        """``ref`` → row for those whose ref is not simply their id."""
        ids = self._column("employee_id").to_pylist()
        refs = map(self._ref_of, ids)
        return {ref: row for row, ref in enumerate(refs) if ref != ids[row]}

    def _order(self, by: str, down: bool) -> Any:
        """Return everybody's positions in an order, worked out when it is first asked for."""
        if (by, down) == ("name", False):
            return self._by_name
        if (by, down) not in self._orders:
            column = self._sorted_by(by).take(self._by_name)
            # A stable sort of people by name: those alike in the column stay by name.
            place = pa.array(range(len(self)), pa.int64())
            keys = [("key", "descending" if down else "ascending"), ("place", "ascending")]
            order = pc.sort_indices(pa.table({"key": column, "place": place}), sort_keys=keys)
            self._orders[by, down] = self._by_name.take(order)
        return self._orders[by, down]

    def _sorted_by(self, by: str) -> Any:
        """Return what people are ordered by: words as written, ranks as the lists have them."""
        if by == "post":
            return self._titles
        if by == "unit":
            place = pc.index_in(self._column("unit_code"), value_set=self._units["unit_code"])
            return pc.utf8_lower(self._units["name"]).take(place)
        if by == "tier":
            return _place(self._tiers, [tier.code for tier in reference.tiers()])
        if by == "grade":
            ranks = sorted(reference.grades(), key=lambda grade: grade.order)
            return _place(self._column("grade"), [grade.code for grade in ranks])
        return self._names if by == "name" else self._column("employment")

    @cached_property
    def _orders(self) -> dict[tuple[str, bool], Any]:
        return {}

    @cached_property
    def _by_name(self) -> Any:
        table = pa.table({"name": self._names, "id": self._column("employee_id")})
        keys = [("name", "ascending"), ("id", "ascending")]
        return pc.sort_indices(table, sort_keys=keys)

    @cached_property
    def _names(self) -> Any:
        return pc.utf8_lower(self._column("name"))

    @cached_property
    def _titles(self) -> Any:
        return self._job_words.take(self._job_place)

    @cached_property
    def _tiers(self) -> Any:
        return pc.coalesce(self._column("tier"), self._of_job("tier"))

    @cached_property
    def _job_words(self) -> Any:
        return pc.utf8_lower(self._jobs.column("title"))

    @cached_property
    def _job_place(self) -> Any:
        """Return where everybody's post stands in ``jobs``; null where it does not."""
        return pc.index_in(self._column("job_code"), value_set=self._jobs.column("job_code"))

    def _of_job(self, name: str) -> Any:
        """Return a column of ``jobs``, one value per person."""
        return self._jobs.column(name).take(self._job_place)

    @cached_property
    def _children(self) -> dict[str, list[str]]:
        children: dict[str, list[str]] = defaultdict(list)
        for code, parent in self._above.items():
            if parent:
                children[parent].append(code)
        return children

    @cached_property
    def _above(self) -> dict[str, str | None]:
        return dict(_pairs(self._units, "unit_code", "parent_code"))

    @cached_property
    def _kinds(self) -> dict[str, str | None]:
        return dict(_pairs(self._units, "unit_code", "kind"))

    @cached_property
    def _unit_names(self) -> dict[str, str]:
        return dict(_pairs(self._units, "unit_code", "name"))

    @cached_property
    def _job_titles(self) -> dict[str, str]:
        return dict(_pairs(self._jobs, "job_code", "title"))

    @cached_property
    def _job_tiers(self) -> dict[str, str]:
        return dict(_pairs(self._jobs, "job_code", "tier"))


class _Bytes(Sequence[bytes]):
    """A text column as a sequence of UTF-8 bytes, the order in which rows are sorted."""

    def __init__(self, column: Any) -> None:
        self.column = column

    def __len__(self) -> int:
        return len(self.column)

    def __getitem__(self, row: Any) -> Any:
        return self.column[row].as_py().encode()


def _place(column: Any, codes: Sequence[str]) -> Any:
    """Return the place of each code in a list; null for what is not in it."""
    return pc.index_in(column, value_set=pa.array(codes, pa.string()))


def _pairs(table: pa.Table, key: str, value: str) -> Sequence[tuple[str, Any]]:
    """Return (key, value) of each row."""
    columns = (table.column(name).to_pylist() for name in (key, value))
    return list(zip(*columns, strict=True))


def _contains(column: Any, word: str) -> Any:
    """Return whether each lower-case text holds the word, whatever its case."""
    return pc.match_substring(column, word.lower())
