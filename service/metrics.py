"""Counters for operations, in the Prometheus text format; no label ever holds personal data.

In: one line per finished request (method, route template, status, seconds). Out: the text that
``/metrics`` serves. Labels come from declared routes and a closed list of methods, so their number
is bounded whatever a client sends.
"""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator

from service.work import STATES, Work

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
BUCKETS = (0.001, 0.005, 0.025, 0.1, 0.5, 2.5)
"""Upper bounds of the duration histogram, in seconds."""

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Metrics:
    """Request counts and durations since the process started; safe to use from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: dict[tuple[str, str, int], int] = defaultdict(int)
        self._buckets: dict[str, list[int]] = defaultdict(lambda: [0] * (len(BUCKETS) + 1))
        self._seconds: dict[str, float] = defaultdict(float)

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one finished request."""
        method = method if method in _METHODS else "OTHER"
        place = bisect_left(BUCKETS, seconds)
        with self._lock:
            self._requests[method, route, status] += 1
            self._buckets[route][place] += 1
            self._seconds[route] += seconds

    def render(self, generation: int | None, work: Work | None) -> str:
        """Return every figure as Prometheus text.

        Parameters:
            generation: the one being served.
            work: how periodic re-ranking stands; None where the database does not answer.
        """
        with self._lock:
            requests = dict(self._requests)
            buckets = {route: list(counts) for route, counts in self._buckets.items()}
            seconds = dict(self._seconds)
        lines = [
            "# HELP selaras_generation Number of the published re-ranking being served.",
            "# TYPE selaras_generation gauge",
            f"selaras_generation {generation or 0}",
            "# HELP selaras_http_requests_total Finished requests.",
            "# TYPE selaras_http_requests_total counter",
        ]
        lines[3:3] = _work(work)
        for (method, route, status), count in sorted(requests.items()):
            labels = f'method="{method}",route="{_escape(route)}",status="{status}"'
            lines.append(f"selaras_http_requests_total{{{labels}}} {count}")
        lines += [
            "# HELP selaras_http_request_seconds Time to answer.",
            "# TYPE selaras_http_request_seconds histogram",
        ]
        for route in sorted(buckets):
            lines += _histogram(_escape(route), buckets[route], seconds[route])
        return "\n".join(lines) + "\n"


def _work(work: Work | None) -> Iterator[str]:
    """Yield the figures of the database and of periodic re-ranking."""
    yield from _one("database_up", "The database answers.", int(work is not None))
    if work is None:
        return
    yield from _one("worker_held", "A worker holds the lease.", int(work.held))
    if work.beat_at is not None:
        seconds = f"{work.beat_at.timestamp():.3f}"
        yield from _one("worker_beat_seconds", "Last sign of life, in Unix time.", seconds)
    # The oldest tries are dropped from the table one day, so these are no counters.
    yield "# HELP selaras_worker_tries Tries to rank everybody again that are kept, by state."
    yield "# TYPE selaras_worker_tries gauge"
    for state in STATES:
        yield f'selaras_worker_tries{{state="{state}"}} {work.counts.get(state, 0)}'
    running = work.running
    if running is not None and running.total:
        share = f"{(running.done or 0) / running.total:.4f}"
        yield from _one("worker_stage_done_ratio", "How far the stage at work is.", share)
    for one in work.rankings:
        if one.state == "published" and one.published_at is not None:
            at = f"{one.published_at.timestamp():.3f}"
            yield from _one("published_seconds", "When what is in force was published.", at)


def _one(name: str, help_: str, value: int | str) -> tuple[str, ...]:
    full = f"selaras_{name}"
    return f"# HELP {full} {help_}", f"# TYPE {full} gauge", f"{full} {value}"


def _histogram(route: str, counts: list[int], seconds: float) -> Iterable[str]:
    """Yield the cumulative buckets, the sum and the count of one route."""
    name = "selaras_http_request_seconds"
    total = 0
    for bound, count in zip((*map(str, BUCKETS), "+Inf"), counts, strict=True):
        total += count
        yield f'{name}_bucket{{route="{route}",le="{bound}"}} {total}'
    yield f'{name}_sum{{route="{route}"}} {seconds:.6f}'
    yield f'{name}_count{{route="{route}"}} {total}'


def _escape(label: str) -> str:
    """Escape a label value as the text format asks."""
    return label.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
