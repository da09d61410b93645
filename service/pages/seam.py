"""Stage serve: from a request to the pages' source; in: what the viewer may read, out: a source."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from starlette.requests import Request

from service.api.access import ReadingIn, runtime_of
from service.pages.live import LiveSource
from service.pages.source import Source

AGENCY_TIME = ZoneInfo("Asia/Jakarta")


def source_of(request: Request, reading: ReadingIn) -> Source:
    """Return what this request's viewer may see, with the time of day at the agency."""
    runtime = runtime_of(request)
    now = datetime.now(AGENCY_TIME)
    return LiveSource(reading, now, runtime.decisions, runtime.nominations, runtime.petitions)
