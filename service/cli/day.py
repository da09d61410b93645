"""The day a command speaks for, and a warning where the data are much older."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from service.cli.console import note

if TYPE_CHECKING:
    from training_data.dataset import Dataset


def day_of(given: date | None) -> date:
    """Return the day asked for, or today in Asia/Jakarta, which is then printed."""
    if given is not None:
        return given
    from service.settings import today

    day = today()
    note("cli.as_of", day=day, iso=day.isoformat())
    return day


def warn_if_old(dataset: Dataset, day: date, given: date | None) -> None:
    """Suggest ``--as-of`` where the newest event is over a year old and no day was asked for."""
    from service.usecases.sources import old_since

    newest = None if given is not None else old_since(dataset, day)
    if newest is not None:
        note("cli.old_data", newest=newest, iso=newest.isoformat())
