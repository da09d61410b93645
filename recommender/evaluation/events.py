"""First events: who took which training when, as arrays over one fixed numbering.

In: a ``Dataset``. Out: ``Events``: of each employee and training the first completed or registered
row. Employees and trainings are numbered in the byte order of their codes, over the whole dataset,
so that the numbers of a part and of the whole are the same.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import scipy.sparse as sp
from numpy.typing import NDArray

from training_data.dataset import Dataset

Rows = NDArray[np.int64]
Moments = NDArray[np.datetime64]
TAKEN = ("completed", "registered")
"""States of a training that count as taken; failed and withdrawn ones do not."""


@dataclass(frozen=True)
class Events:
    """Distinct pairs of employee and training, ordered by employee, time (undated first), code.

    Attributes:
        employees: employee ids in byte order.
        items: training codes in byte order: the whole catalogue, taken or not.
        employee, item: row numbers, int64, one entry per event.
        at: moment of the first event, datetime64[us]; NaT where undated.
    """

    employees: tuple[str, ...]
    items: tuple[str, ...]
    employee: Rows
    item: Rows
    at: Moments

    @classmethod
    def of(cls, dataset: Dataset) -> Events:
        """Read the taken trainings of a dataset; rows without a known code do not count."""
        employees = _codes(dataset, "employees", "employee_id")
        items = _codes(dataset, "trainings", "training_code")
        table = dataset.table("training_history")
        employee = row_numbers(table["employee_id"], employees)
        item = row_numbers(table["training_code"], items)
        use = taken(table) & (employee >= 0) & (item >= 0)
        at = table["completed_on"].to_numpy().astype("datetime64[us]")
        return cls._first(employees, items, employee[use], item[use], at[use])

    @classmethod
    def _first(
        cls,
        employees: tuple[str, ...],
        items: tuple[str, ...],
        employee: Rows,
        item: Rows,
        at: Moments,
    ) -> Events:
        when = np.where(np.isnat(at), np.iinfo(np.int64).max, at.astype(np.int64))
        order = np.lexsort((when, item, employee))  # a dated row comes before an undated one
        employee, item, at = employee[order], item[order], at[order]
        fresh = np.ones(len(employee), bool)
        fresh[1:] = (employee[1:] != employee[:-1]) | (item[1:] != item[:-1])
        employee, item, at = employee[fresh], item[fresh], at[fresh]
        when = np.where(np.isnat(at), np.iinfo(np.int64).min, at.astype(np.int64))
        order = np.lexsort((item, when, employee))
        return cls(employees, items, employee[order], item[order], at[order])

    def __len__(self) -> int:
        return len(self.employee)

    def select(self, keep: NDArray[np.bool_]) -> Events:
        """Return the events where ``keep`` (bool, one per event) is true."""
        return Events(
            self.employees, self.items, self.employee[keep], self.item[keep], self.at[keep]
        )

    def matrix(self, rows: Rows | None = None) -> sp.csr_matrix:
        """Return 1.0 per taken training, CSR float64 ``[len(rows) or all employees, n_items]``."""
        shape = (len(self.employees), len(self.items))
        whole = sp.csr_matrix((np.ones(len(self)), (self.employee, self.item)), shape)
        return whole if rows is None else whole[rows]

    @property
    def counts(self) -> Rows:
        """Number of employees who took each training, int64 ``[n_items]``."""
        return np.bincount(self.item, minlength=len(self.items)).astype(np.int64)

    @property
    def per_employee(self) -> Rows:
        """Number of distinct trainings of each employee, int64 ``[n_employees]``."""
        return np.bincount(self.employee, minlength=len(self.employees)).astype(np.int64)


def taken(history: pa.Table) -> NDArray[np.bool_]:
    """Per row of ``training_history``: whether its state counts as taken (empty: completed)."""
    status = pc.fill_null(history["status"], TAKEN[0])
    return np.asarray(pc.is_in(status, value_set=pa.array(TAKEN)).to_numpy())


def _codes(dataset: Dataset, table: str, column: str) -> tuple[str, ...]:
    return tuple(sorted(dataset.table(table)[column].to_pylist(), key=str.encode))


def row_numbers(column: pa.ChunkedArray | pa.Array, codes: tuple[str, ...]) -> Rows:
    """Return the place of each cell in ``codes``, int64, −1 where empty or not among them."""
    found = pc.index_in(column, value_set=pa.array(codes, pa.string()))
    return np.asarray(pc.fill_null(found, -1), np.int64)
