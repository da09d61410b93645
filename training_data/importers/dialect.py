"""How a text file is written: encoding, delimiter, and which row holds the headers.

In: the bytes of a file. Out: UTF-8 and its ``Dialect``, or the code of what makes it
unreadable. Only recognised header names and the shape of rows decide.
"""

from __future__ import annotations

import codecs
import csv
import io
from dataclasses import dataclass

from training_data.importers.headers import recognised

SAMPLE = 1 << 18
DELIMITERS = (",", ";", "\t")
HEADER_ROWS = 15
"""Rows searched for the headers: titles and merged cells often stand above them."""


class Unreadable(Exception):
    """A file cannot be read as a table; ``args[0]`` is the message code, ``facts`` its values."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


@dataclass(frozen=True)
class Dialect:
    """How a file is written.

    Attributes:
        delimiter: sign between cells.
        header: header texts.
        above: records above the headers (titles, merged cells, ``sep=``).
        lines: physical lines up to and including the headers.
    """

    delimiter: str
    header: tuple[str, ...]
    above: int
    lines: int


def detect(text: str, table: str) -> Dialect:
    """Find out how a text file is written.

    Parameters:
        text: its beginning.
        table: the table it should hold.

    Raises:
        Unreadable: nothing in it, or no delimiter gives columns.
    """
    hint = _hinted(text)
    tried = [find_header(text, sign, table) for sign in ([hint] if hint else DELIMITERS)]
    # Most recognised names first, then most columns; ties keep the usual order of delimiters.
    score, dialect = max(tried, key=lambda found: (found[0], len(found[1].header)))
    if not any(h.strip() for h in dialect.header):
        raise Unreadable("file.empty")
    if len(dialect.header) == 1 and score == 0:
        raise Unreadable("file.delimiter", found=dialect.header[0].strip()[:60])
    return dialect


def to_utf8(data: bytes) -> tuple[bytes, bool]:
    """Return a file's bytes as UTF-8 without mark, and whether they had to be converted.

    What is no UTF-8 is taken as Windows-1252, the other encoding offices write.

    Raises:
        Unreadable: not a text, UTF-16, or nothing in it.
    """
    _refuse_other_formats(data[:SAMPLE])
    if data.startswith(codecs.BOM_UTF8):
        data = data[len(codecs.BOM_UTF8) :]
    if data.isascii():
        return data, False
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace").encode(), True
    return data, False


def _refuse_other_formats(head: bytes) -> None:
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        raise Unreadable("file.is_xlsx")
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable("file.old_excel")
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise Unreadable("file.utf16")
    sample = head[:4096]
    if sample and max(sample[0::2].count(0), sample[1::2].count(0)) > len(sample) // 8:
        raise Unreadable("file.utf16")
    if not head.strip(b" \t\r\n\x00\xef\xbb\xbf"):
        raise Unreadable("file.empty")


def _hinted(text: str) -> str | None:
    """Return the delimiter named by Excel's ``sep=;`` in the first line."""
    first = text[:8].lower()
    if first.startswith("sep=") and len(first) > 4 and first[4] in DELIMITERS:
        return first[4]
    return None


def find_header(text: str, delimiter: str, table: str) -> tuple[int, Dialect]:
    """Return how many columns of a table the best row of a text names, and how it is written.

    Parameters:
        text: the beginning of a file.
        delimiter: sign between cells.
        table: the table whose columns are looked for.
    """
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    best = (-1, Dialect(delimiter, (), 0, 0))
    try:
        for above, row in zip(range(HEADER_ROWS), reader, strict=False):
            cells = tuple(row)
            score = recognised(table, cells) if any(c.strip() for c in cells) else -1
            if score > best[0]:
                best = (score, Dialect(delimiter, cells, above, reader.line_num))
    except csv.Error:
        pass  # a cell beyond the parser's limit: the rows before it decide
    return best
