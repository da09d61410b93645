"""Errors of the data layer; each message says what, where, what was found and what to do.

DataError
├── UnusableInput     nothing in the source can be used
├── DuplicateKey      a trusted table repeats a key
└── UnknownMessage    a message code is not in the catalogue
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from training_data.report import Report


class DataError(Exception):
    """Base of all errors of ``training_data``."""


class UnusableInput(DataError):
    """Nothing usable was found where data was expected.

    Attributes:
        report: the import's ``Report`` where files were read, else ``None``.
    """

    def __init__(self, message: str, report: Report | None = None) -> None:
        super().__init__(message)
        self.report = report


class DuplicateKey(DataError):
    """A table that should be clean holds a key twice."""


class UnknownMessage(DataError):
    """A message was asked for that the catalogue does not hold."""
