"""A scheduler and workers of Dask as processes of their own, the way an office starts them."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

DASK = (sys.executable, "-m", "dask")
SECONDS = 60


class DaskCluster:
    """One scheduler on the loopback, with workers that nobody starts again."""

    def __init__(self, folder: Path, workers: int) -> None:
        self.folder, self.workers = folder, []
        self.log = (folder / "log").open("wb")
        self.file = folder / "scheduler.json"
        address = ("--host", "127.0.0.1", "--port", "0", "--no-dashboard")
        self.scheduler = self._start("scheduler", *address, "--dashboard-address", "127.0.0.1:0")
        for _ in range(workers):
            self.add()
        until = time.monotonic() + SECONDS
        while not self.file.exists() or not self.file.read_text(encoding="utf-8"):
            assert self.scheduler.poll() is None, self.said()
            assert time.monotonic() < until, self.said()
            time.sleep(0.05)
        self.address = json.loads(self.file.read_text(encoding="utf-8"))["address"]

    def add(self, *more: str) -> subprocess.Popen:
        """Start one more worker."""
        one = ("--nthreads", "1", "--no-nanny", "--no-dashboard", "--memory-limit", "0")
        scratch = ("--local-directory", str(self.folder), "--host", "127.0.0.1")
        worker = self._start("worker", *one, *scratch, *more)
        self.workers.append(worker)
        return worker

    def said(self) -> str:
        """Return what scheduler and workers have logged."""
        return (self.folder / "log").read_text(encoding="utf-8")

    def close(self) -> None:
        """End every process, frozen ones too."""
        for process in (*self.workers, self.scheduler):
            process.send_signal(signal.SIGKILL)
            process.wait()
        self.log.close()

    def _start(self, what: str, *options: str) -> subprocess.Popen:
        where = ("--scheduler-file", str(self.file))
        return subprocess.Popen(
            [*DASK, what, *where, *options], stdout=self.log, stderr=subprocess.STDOUT
        )
