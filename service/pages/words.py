"""Stage serve: numbers and labels as people read them; in: values, out: strings of one language.

Every sentence comes from the message catalogue; this module only chooses codes and digits.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from babel.dates import format_date

from recommender.results import MICRO
from training_data.messages import Text, decimal, entries, text

MINUS = "\N{MINUS SIGN}"


@dataclass(frozen=True)
class Points:
    """A number of points, written so that a column of them can be added up by hand.

    Attributes:
        sign: "+", "−" or nothing for zero.
        head: whole part and two decimals.
        tail: the remaining four decimals, shown quieter.
    """

    sign: str
    head: str
    tail: str


def exact(micro: int, language: str) -> Points:
    """Write micro-points with all six decimals, nothing rounded away."""
    whole, fraction = divmod(abs(micro), MICRO)
    digits = f"{fraction:06d}"
    comma = "." if language == "en" else ","
    sign = "" if micro == 0 else MINUS if micro < 0 else "+"
    return Points(sign, f"{whole}{comma}{digits[:2]}", digits[2:])


def number(value: float, language: str, pattern: str = "#,##0.##") -> str:
    """Write a number with the separators of the language ("2,75")."""
    return decimal(value, pattern, language).replace("-", MINUS)


def score(micro: int, language: str) -> str:
    """Write a score with two decimals."""
    return number(micro / MICRO, language, "#,##0.00")


def day(value: date, language: str) -> str:
    """Write a day in full ("3 April 2026")."""
    return str(format_date(value, "d MMMM y", locale=language))


def days(first: date, last: date | None, language: str) -> str:
    """Write the days of something ("28–31 Desember 2026", "30 Maret – 2 April 2026")."""
    if last is None or last == first:
        return day(first, language)
    if first.year != last.year:
        return f"{day(first, language)} – {day(last, language)}"
    if first.month != last.month:
        start = str(format_date(first, "d MMMM", locale=language))
        return f"{start} – {day(last, language)}"
    return f"{first.day}–{day(last, language)}"


def moment(value: datetime, language: str) -> str:
    """Write a day and a time of day ("3 April 2026, 14.05")."""
    clock = value.strftime("%H:%M" if language == "en" else "%H.%M")
    return f"{day(value.date(), language)}, {clock}"


def label(area: str, code: str) -> Text:
    """Return the catalogue's word for ``code`` of an area, or the code itself made readable."""
    for known in (f"pages.{area}.{code}", f"{area}.{code}"):
        if known in entries():
            return text(known)
    plain = code.replace("_", " ")
    return Text(plain, plain)


def plain_name(name: str) -> str:
    """Return a name without the titles around it."""
    bare = [part for part in name.split(",")[0].split() if not part.endswith(".")]
    return " ".join(bare) or name


def initials(name: str) -> str:
    """Return up to two initials of a name, titles left out."""
    parts = [part for part in plain_name(name).split() if part[0].isalpha()]
    return "".join(part[0] for part in (parts[:1] + parts[1:][-1:])).upper() or "?"
