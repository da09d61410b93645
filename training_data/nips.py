"""People named by their NIP where a table wants their identifier, as every file of SIASN does.

In: a draft, and the NIP of each person. Out: the same draft with the identifier in place of the
NIP. A NIP that stands for two people stays as it is, and so leads nowhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa

from training_data.draft import Draft, Values
from training_data.identity import is_nip_shaped


def identifiers(pairs: Iterable[tuple[str | None, str | None]]) -> dict[str, str]:
    """Return NIP → identifier, for people whose identifier is another one.

    Parameters:
        pairs: identifier and NIP of each person.
    """
    found: dict[str, set[str]] = {}
    for own, nip in pairs:
        if own and nip and is_nip_shaped(nip):
            found.setdefault(nip, set()).add(own)
    return {nip: next(iter(ids)) for nip, ids in found.items() if len(ids) == 1 and nip not in ids}


def of_draft(draft: Draft) -> Iterable[tuple[Any, Any]]:
    """Return identifier and NIP of the people of a draft that are in."""
    if not {"employee_id", "nip"} <= set(draft.values):
        return ()
    columns = (draft.values[name].array().to_pylist() for name in ("employee_id", "nip"))
    rows = zip(*columns, draft.refused.tolist(), strict=True)
    return [(own, nip) for own, nip, refused in rows if not refused]


def resolve(draft: Draft, known: Mapping[str, str]) -> None:
    """Put identifiers in place of NIPs in every column that refers to people."""
    if not known:
        return
    for column in draft.spec.columns:
        if column.refers_to != "employees" or column.name not in draft.values:
            continue
        values = draft.values[column.name]
        texts = values.distinct.to_pylist()
        if any(one in known for one in texts):
            named = pa.array([known.get(one, one) for one in texts], values.distinct.type)
            draft.values[column.name] = Values.of(named, values.codes)
