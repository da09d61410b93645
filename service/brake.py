"""How often one address may try passwords; in: addresses, out: whether another try is allowed.

Beside the lock of an account: it slows down who tries one password on many names.
"""

from __future__ import annotations

import time
from collections import OrderedDict, deque
from collections.abc import Callable
from threading import Lock

TRIES, SECONDS = 20, 300.0
ADDRESSES = 10_000
"""Addresses remembered at most; the one unseen for longest makes room."""


class Brake:
    """Counts tries by address; safe to use from any thread."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._lock = Lock()
        self._tries: OrderedDict[str, deque[float]] = OrderedDict()

    def wait(self, address: str) -> int:
        """Count a try; return how many seconds to wait, 0 where it is allowed."""
        now = self._now()
        with self._lock:
            held = self._tries.setdefault(address, deque())
            self._tries.move_to_end(address)
            if len(self._tries) > ADDRESSES:
                self._tries.popitem(last=False)
            while held and now - held[0] >= SECONDS:
                held.popleft()
            if len(held) >= TRIES:
                return int(SECONDS - (now - held[0])) + 1
            held.append(now)
            return 0
