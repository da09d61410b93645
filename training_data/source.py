"""One file as it was read: its header, its cells and where each row stands for a person.

Readers of CSV, Excel and Parquet make a ``Source``; checks and the file of refused rows use it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from training_data.cells import Cells

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Source:
    """A file's cells before any check.

    Attributes:
        file: name as the person knows it, without folders.
        table: table of the contract.
        header: header texts in the file's wording; blank ones are empty.
        columns: cells by position, one for each header.
        rows: per row its number as a spreadsheet counts it (the header row counts), int64[n].
        ragged: position of a row → how many cells it had, where that is not the header's number.
        surplus: position of a row → the cells beyond the header.
        comma: a sign that decimals are written with a comma; ``None`` says nothing.
    """

    file: str
    table: str
    header: tuple[str, ...]
    columns: tuple[Cells, ...]
    rows: Rows
    ragged: Mapping[int, int] = field(default_factory=lambda: MappingProxyType({}))
    surplus: Mapping[int, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    comma: bool | None = None

    def __len__(self) -> int:
        return len(self.rows)


def letters(position: int) -> str:
    """Return a column's letters in a spreadsheet: 0 → A, 26 → AA."""
    name = ""
    position += 1
    while position:
        position, digit = divmod(position - 1, 26)
        name = chr(ord("A") + digit) + name
    return name
