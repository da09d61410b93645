"""What a ranking leaves for the next one: fingerprints of everybody, and a mark of its lines.

In: a basis and the lists as they are made. Out: a Parquet file of employee ids, hashes and the rule
that decides where somebody has no list; and the same read back. The mark tells whether lists found
later are those the file speaks of.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from recommender.batch import hashing
from recommender.batch.fingerprints import Basis
from recommender.batch.hashing import LANES, Marks
from recommender.batch.incremental import Earlier
from recommender.batch.work import Shard
from recommender.columns import Index
from recommender.errors import UnusableRecord
from recommender.listing import LINES, WITHOUT, Ranked

_LANES = tuple(f"mark_{lane}" for lane in range(1, LANES + 1))
_SCHEMA = pa.schema(
    [("employee_id", pa.string()), *((lane, pa.uint64()) for lane in _LANES), ("rule", pa.string())]
)
_FACTS = b"selaras"
"""Name under which the common parts and the mark of the lines stand in the file."""


class Recorder:
    """Gathers, while lists are made, what the next ranking needs to know of this one."""

    def __init__(self, basis: Basis) -> None:
        self.basis = basis
        self._lines = np.zeros(LANES, np.uint64)
        self._without = [WITHOUT.empty_table()]

    def add(self, ranked: Ranked) -> None:
        """Take the lists of some people."""
        self._lines += lines_mark(ranked.lines)
        self._without.append(ranked.without)

    def write(self, path: Path, left_out: Iterable[Shard] = ()) -> None:
        """Write the record.

        Parameters:
            left_out: people who could not be ranked, of whom nothing may be kept.
        """
        ranked = np.ones(len(self.basis.people), bool)
        for shard in left_out:
            ranked[shard.start : shard.stop] = False
        without = pa.concat_tables(self._without).combine_chunks()
        ids = self.basis.people.array
        place = pc.index_in(ids, value_set=without["employee_id"].combine_chunks())
        rules = without["rule"].combine_chunks().take(place)
        table = pa.Table.from_arrays(
            [ids, *(pa.array(lane) for lane in self.basis.marks.T), rules], schema=_SCHEMA
        )
        facts = {"common": dict(self.basis.common), "lines": self._lines.tobytes().hex()}
        table = table.filter(pa.array(ranked)).replace_schema_metadata({_FACTS: json.dumps(facts)})
        pq.write_table(table, path)


class Record:
    """A record that was read back.

    Attributes:
        basis: what the ranking rests on.
        without: people without any line, in ``WITHOUT``.

    Raises:
        UnusableRecord: the file is not there or holds something else.
    """

    def __init__(self, path: Path) -> None:
        try:
            table = pq.read_table(path)
            facts = json.loads(table.schema.metadata[_FACTS])
            self.basis = Basis(
                {str(name): str(value) for name, value in facts["common"].items()},
                Index(tuple(table["employee_id"].to_pylist())),
                np.stack([table[lane].to_numpy() for lane in _LANES], axis=1),
            )
            self._lines = str(facts["lines"])
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            # Arrow's errors of damaged files are ValueErrors too.
            raise UnusableRecord("The record of an earlier ranking cannot be read.") from error
        some = table.filter(pc.is_valid(table["rule"]))
        self.without = some.select(["employee_id", "rule"]).cast(WITHOUT)

    def earlier(self, lines: pa.Table) -> Earlier:
        """Return the ranking that the record and these lines are.

        Raises:
            UnusableRecord: the lines are not those of the record.
        """
        if not lines.schema.equals(LINES) or lines_mark(lines).tobytes().hex() != self._lines:
            raise UnusableRecord("The record is of another ranking.")
        return Earlier(self.basis, lines, self.without)


def lines_mark(lines: pa.Table) -> Marks:
    """Return the mark of lists, whatever their order, ``[LANES]``."""
    return hashing.total(lines, "lines")
