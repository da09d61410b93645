"""The one catalogue of words: every sentence a person reads, by code, in Indonesian and English.

Entries live in the ``*.toml`` files beside this module, one file per area::

    ["reason.gap_now"]
    id = "Kompetensi {competency} Anda berada pada level {level}, standar jabatan {required}."
    en = "Your {competency} is at level {level}; your post asks for {required}."

Placeholders take text, whole numbers, floats (Indonesian decimal comma), dates ("3 April 2026";
"April 2026" as ``{day:month}``), ``{amount:rupiah}`` and nested ``Text`` values. Nothing outside
this package words a sentence.
"""

from __future__ import annotations

import string
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache
from importlib import resources
from typing import Any

from training_data.errors import UnknownMessage

LANGUAGES = ("id", "en")


@dataclass(frozen=True)
class Text:
    """One sentence in both languages."""

    id: str
    en: str

    def in_language(self, language: str) -> str:
        """Return the sentence in ``language`` (``id`` unless it is ``en``)."""
        return self.en if language == "en" else self.id

    def as_dict(self) -> dict[str, str]:
        """Return ``{"id": …, "en": …}`` as in the contract's JSON."""
        return {"id": self.id, "en": self.en}


@cache
def entries() -> Mapping[str, Mapping[str, str]]:
    """Return every entry: code → language → template; a code stands in one file only."""
    found: dict[str, Mapping[str, str]] = {}
    for file in sorted(resources.files(__name__).iterdir(), key=lambda f: f.name):
        if not file.name.endswith(".toml"):
            continue
        for code, templates in tomllib.loads(file.read_text(encoding="utf-8")).items():
            if code in found:
                raise UnknownMessage(f"Message {code!r} is defined twice, again in {file.name}.")
            if set(templates) != set(LANGUAGES):
                raise UnknownMessage(f"Message {code!r} in {file.name} needs both id and en.")
            found[code] = templates
    return found


def say(code: str, language: str, /, **values: Any) -> str:
    """Return the sentence ``code`` in one language, filled with ``values``.

    Raises:
        UnknownMessage: the code is not in the catalogue, or a placeholder has no value.
    """
    try:
        template = entries()[code]["en" if language == "en" else "id"]
    except KeyError:
        raise UnknownMessage(f"Message {code!r} is not in the catalogue.") from None
    try:
        return _Formatter("en" if language == "en" else "id").format(template, **values)
    except KeyError as missing:
        raise UnknownMessage(f"Message {code!r} needs a value for {missing}.") from None


def text(code: str, /, **values: Any) -> Text:
    """Return the sentence ``code`` in both languages."""
    return Text(say(code, "id", **values), say(code, "en", **values))


def decimal(value: float, pattern: str, language: str) -> str:
    """Write a number with the separators of a language ("2,75")."""
    return _decimal(value or 0, pattern, language)  # a negative zero is a zero to people


@lru_cache(maxsize=1 << 14)
def _decimal(value: float, pattern: str, language: str) -> str:
    """Return the digits; tables repeat theirs, and Babel takes its time for each."""
    from babel.numbers import format_decimal

    return str(format_decimal(value, pattern, locale=language))


class _Formatter(string.Formatter):
    """``str.format`` with the number and date customs of one language."""

    def __init__(self, language: str) -> None:
        self.language = language

    def format_field(self, value: Any, format_spec: str) -> str:
        from babel.dates import format_date

        if isinstance(value, Text):
            return value.in_language(self.language)
        if isinstance(value, datetime):
            value = value.date()
        if isinstance(value, date):
            pattern = "MMMM y" if format_spec == "month" else "d MMMM y"
            return str(format_date(value, pattern, locale=self.language))
        if format_spec == "rupiah":
            return "Rp" + decimal(round(value), "#,##0.###", "id")
        if format_spec == "percent":
            return decimal(100 * value, "#,##0.#", self.language) + "%"
        if isinstance(value, bool):
            return str(value)
        if isinstance(value, int | float):
            return decimal(value, format_spec or "#,##0.##", self.language)
        return str(super().format_field(value, format_spec))
