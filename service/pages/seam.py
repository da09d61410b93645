"""Stage serve: from a request to the pages' source; in: what the viewer may read, out: a source."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from service.api.access import ReadingIn
from service.pages.live import LiveSource
from service.pages.source import Source

AGENCY_TIME = ZoneInfo("Asia/Jakarta")


def source_of(reading: ReadingIn) -> Source:
    """Return what this request's viewer may see, with the time of day at the agency."""
    return LiveSource(reading, datetime.now(AGENCY_TIME))
