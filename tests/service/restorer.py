"""A process that restores and dies: run by the tests of backups, one try per line of input.

Each line is ``HOME URL STEP`` (``-`` for no URL): a fork restores the backup into them and is
killed without warning just before its STEP-th effect (a statement, a bulk insert, a commit, a
flush, a new folder, a rename, a removal), or lives when it has fewer. The answer is the number of
effects, or ``killed``.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from service.database import bulk
from service.settings import Settings
from service.usecases.restoring import restore


class Steps:
    """Counts effects and dies before the chosen one."""

    def __init__(self, last: int) -> None:
        self.last = last
        self.count = 0

    def take(self, *_: Any) -> None:
        """One more effect is about to happen."""
        self.count += 1
        if self.count == self.last:
            os.kill(os.getpid(), signal.SIGKILL)

    def before(self, effect: Callable[..., Any]) -> Callable[..., Any]:
        """Return ``effect``, counted."""

        def counted(*given: Any, **named: Any) -> Any:
            self.take()
            return effect(*given, **named)

        return counted


def run(backup: Path, home: Path, url: str, last: int) -> int:
    """Restore once, dying before effect ``last``; return how many effects there were."""
    steps = Steps(last)
    for name in ("fsync", "rename", "replace", "mkdir", "rmdir", "unlink"):
        setattr(os, name, steps.before(getattr(os, name)))
    bulk._copy = steps.before(bulk._copy)
    event.listen(Engine, "before_cursor_execute", steps.take)
    event.listen(Engine, "commit", steps.take)
    restore(Settings(home=home, database_url=None if url == "-" else url), backup)
    return steps.count


def main() -> None:
    """Fork once per line; a fork starts at once, since everything is imported."""
    for line in sys.stdin:
        home, url, last = line.split()
        child = os.fork()
        if child == 0:
            print(run(Path(sys.argv[1]), Path(home), url, int(last)), flush=True)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if status:
            killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
            print("killed" if killed else f"ended with {status}", flush=True)


if __name__ == "__main__":
    main()
