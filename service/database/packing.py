"""One person's list of one kind as a few hundred bytes, and a fingerprint of many such lists.

In: rows of a ranking. Out: packed lists in the same order; and items again.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import TypeAlias

Row: TypeAlias = tuple[str, str, str, int, int, str, str]
"""(employee_id, kind, item_code, rank, micro, eligibility, reasons), as a ranking yields them."""

_MODULUS = 1 << 128


@dataclass(frozen=True)
class PublishedItem:
    """One line of a published list.

    Attributes:
        item_code: the training or post.
        rank: 1-based place.
        micro: score in micro-points.
        eligibility: lolos or perlu_verifikasi.
        reasons: up to three ``code:subject:points`` joined by ``|``.
    """

    item_code: str
    rank: int
    micro: int
    eligibility: str
    reasons: str


@dataclass(frozen=True)
class PackedList:
    """One person's list of one kind, packed."""

    employee_id: str
    kind: str
    packed: bytes
    items: int


class Fingerprint:
    """A hash of packed lists that does not depend on their order, and counts of them."""

    def __init__(self) -> None:
        self.lists = 0
        self._sum = 0

    def add(self, agency: str, employee_id: str, kind: str, packed: bytes) -> None:
        """Take one list in."""
        place = "\x1f".join((agency, employee_id, kind)).encode()
        digest = hashlib.blake2b(len(place).to_bytes(4, "big") + place + packed, digest_size=16)
        self._sum = (self._sum + int.from_bytes(digest.digest(), "big")) % _MODULUS
        self.lists += 1

    @property
    def value(self) -> str:
        """The fingerprint: number of lists and 128 bits."""
        return f"{self.lists}:{self._sum:032x}"


def pack(rows: Iterable[Row]) -> Iterator[PackedList]:
    """Pack rows that stand together by person and kind, in rank order.

    Raises:
        ValueError: the ranks of a list are not 1, 2, 3 …
    """
    for (employee_id, kind), lines in groupby(rows, key=lambda row: (row[0], row[1])):
        held = list(lines)
        if [int(row[3]) for row in held] != list(range(1, len(held) + 1)):
            raise ValueError(f"The ranks of a list of kind {kind!r} do not count up from 1.")
        columns = [[row[2] for row in held], [int(row[4]) for row in held]]
        texts = [[row[5] for row in held], [row[6] for row in held]]
        document = json.dumps([*columns, *texts], ensure_ascii=False, separators=(",", ":"))
        yield PackedList(employee_id, kind, zlib.compress(document.encode(), 6), len(held))


def unpack(packed: bytes) -> tuple[PublishedItem, ...]:
    """Return the items of a packed list."""
    codes, micros, eligibility, reasons = json.loads(zlib.decompress(packed))
    return tuple(
        PublishedItem(code, place, micro, outcome, reason)
        for place, (code, micro, outcome, reason) in enumerate(
            zip(codes, micros, eligibility, reasons, strict=True), start=1
        )
    )
