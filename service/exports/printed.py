"""What a document says of its printing: language, place, and who looks at it when.

In: nothing. Out: ``Printed``, which the workbook, the print page and the PDF take alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from training_data.messages import Text, text


@dataclass(frozen=True)
class Printed:
    """Where and when a document is signed, and who looks at it.

    Attributes:
        place: beside the date of the signature; blank where not given.
        seen: viewer and time, on every page of what is confidential.
    """

    language: str = "id"
    place: str | None = None
    seen: Text | None = None


def seen(viewer: str, at: datetime) -> Text:
    """Say who looks at a document and when, in local time of the agency."""
    from babel.dates import format_date

    clocks = (at.strftime("%H.%M"), at.strftime("%H:%M"))
    days = (str(format_date(at.date(), "d MMMM y", locale=language)) for language in ("id", "en"))
    moment = Text(*(f"{day}, {clock}" for day, clock in zip(days, clocks, strict=True)))
    return text("report.seen", viewer=viewer, at=moment)
