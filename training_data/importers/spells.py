"""Posts held, as SIASN exports them: each row has a first day only; the next row ends it.

In: the checked draft of ``job_history``. Out: the same with ``to_date`` filled where no file of
the table has such a column at all; an empty cell in an existing column still means "until today".
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from training_data.draft import Draft, Values
from training_data.report import Finding, Severity


def close_spells(draft: Draft) -> None:
    """End each definitive post at the same person's next one; acting duties stay as they are."""
    if "to_date" in draft.values or "from_date" not in draft.values:
        return
    starts, people = draft.values["from_date"], draft.values["employee_id"]
    rows = np.flatnonzero(~draft.refused & starts.filled & people.filled & _definitive(draft))
    if len(rows) == 0:
        return
    width = len(starts.distinct) + 1
    spells = people.codes[rows].astype(np.int64) * width + starts.codes[rows]
    known = np.append(np.unique(spells), -1)
    following = known[np.searchsorted(known[:-1], spells) + 1]
    ends = np.full(len(draft), -1, np.int32)
    same = following // width == people.codes[rows]
    ends[rows[same]] = following[same] % width
    draft.values["to_date"] = Values(starts.distinct, ends)
    for source in draft.sources:
        draft.findings.append(
            Finding("file.open_spells", Severity.WARN, source.file, draft.spec.name)
        )


def _definitive(draft: Draft) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    kind = draft.values.get("assignment")
    if kind is None:
        return np.ones(len(draft), bool)
    return ~kind.flagged(pc.not_equal(kind.distinct, pa.scalar("definitif")))
