"""One person's list over HTTP beside fixed bytes through the same framework.

Both are served by uvicorn in a process of their own and read over one kept connection. Prints the
time of a request and the server's processor time, each with its ratio to fixed bytes; the second
is the steadier one on a busy machine.

    python tests/benchmarks/bench_http_read.py [--rounds 7] [--requests 2000]
"""

from __future__ import annotations

import argparse
import logging
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any

PEOPLE, TRAININGS, COMPETENCIES = 300, 200, 12
PERSON = "E-0007"
PATH = f"/api/v1/employees/{PERSON}/trainings"


def agency() -> Any:
    """Return an agency of a few hundred people with random levels."""
    import numpy as np

    from training_data.dataset import Dataset

    rng = np.random.default_rng(0)
    people = [f"E-{n:04}" for n in range(PEOPLE)]
    trainings = [f"P-{n:04}" for n in range(TRAININGS)]
    skills = [f"T.{n}" for n in range(COMPETENCIES)]
    jobs = [f"J-{n}" for n in range(20)]
    pairs = [(p, s) for p in people for s in skills]
    asked = [(j, s) for j in jobs for s in skills if rng.random() < 0.5]
    taught = [(t, s) for t in trainings for s in skills if rng.random() < 0.15]
    return Dataset.of(
        {
            "employees": {
                "employee_id": people,
                "job_code": [jobs[n % len(jobs)] for n in range(PEOPLE)],
            },
            "jobs": {"job_code": jobs, "title": [f"Jabatan {j}" for j in jobs]},
            "job_requirements": {
                "job_code": [j for j, _ in asked],
                "competency_code": [s for _, s in asked],
                "level": rng.integers(1, 6, len(asked)).astype(float).tolist(),
            },
            "competency_scores": {
                "employee_id": [p for p, _ in pairs],
                "competency_code": [s for _, s in pairs],
                "level": rng.integers(0, 6, len(pairs)).astype(float).tolist(),
            },
            "trainings": {
                "training_code": trainings,
                "title": [f"Pelatihan {t}" for t in trainings],
                "hours": [20.0] * TRAININGS,
            },
            "training_outcomes": {
                "training_code": [t for t, _ in taught],
                "competency_code": [s for _, s in taught],
                "level_to": rng.integers(1, 6, len(taught)).astype(float).tolist(),
            },
        }
    )


def publish(home: Path) -> str:
    """Publish the agency's ranking in ``home`` and return a token that may read it."""
    from service.database.access import Grant, create_token
    from service.settings import Settings
    from service.usecases.publishing import rerank_and_publish
    from service.usecases.sources import open_database

    settings = Settings(home=home)
    database = open_database(settings)
    rerank_and_publish(agency(), settings, as_of=date(2026, 4, 3))
    return create_token(database, Grant("hr", "agency"), days=1).secret


def serve(what: str, home: Path) -> None:
    """Serve one of the contenders on a free port, and print the port."""
    import uvicorn
    from fastapi import FastAPI
    from starlette.responses import Response

    from service.server import listen

    if what == "fixed":
        # Without the framework's telemetry, which the service turns off too.
        app = FastAPI(telemetry={"tracing": False, "metrics": False, "logs": False})
        body = (home / "body.json").read_bytes()

        @app.get("/api/v1/employees/{ref}/trainings")
        async def fixed(ref: str) -> Response:
            return Response(body, media_type="application/json")
    else:
        from service.app import create_app
        from service.settings import Settings

        app = create_app(Settings(home=home))
        if what == "unremembered":
            app.state.runtime.current().answers.put = lambda *_: None
        log = logging.getLogger("selaras")
        log.setLevel(logging.INFO if what == "logged" else logging.WARNING)
        log.addHandler(logging.FileHandler(os.devnull))
    listener = listen("127.0.0.1", 0)
    print(listener.getsockname()[1], flush=True)
    config = uvicorn.Config(
        app, access_log=False, log_config=None, server_header=False, timeout_keep_alive=600
    )
    uvicorn.Server(config).run(sockets=[listener])


class Reader:
    """One kept connection that sends the same request again and again."""

    def __init__(self, port: int, token: str) -> None:
        self.request = (
            f"GET {PATH} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
            f"Authorization: Bearer {token}\r\n\r\n"
        ).encode()
        for _ in range(200):
            try:
                self.connection = socket.create_connection(("127.0.0.1", port), timeout=30)
                return
            except ConnectionRefusedError:
                time.sleep(0.05)
        raise TimeoutError("the server does not listen")

    def read(self) -> bytes:
        """Send the request; return the body."""
        self.connection.sendall(self.request)
        received = b""
        while b"\r\n\r\n" not in received:
            received += self._more()
        head, _, body = received.partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200"), head
        length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        while len(body) < length:
            body += self._more()
        return body

    def _more(self) -> bytes:
        received = self.connection.recv(262144)
        if not received:
            raise ConnectionError("the server closed the connection")
        return received

    def microseconds(self, requests: int) -> float:
        """Return the mean time of a request."""
        started = time.perf_counter()
        for _ in range(requests):
            self.read()
        return (time.perf_counter() - started) / requests * 1e6


def main() -> None:
    """Measure the contenders in turn, several times, and print medians and ratios."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=7)
    arguments.add_argument("--requests", type=int, default=2000)
    arguments.add_argument("--serve", nargs=2, help=argparse.SUPPRESS)
    asked = arguments.parse_args()
    if asked.serve:
        serve(asked.serve[0], Path(asked.serve[1]))
        return
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        measure(home, publish(home), asked.rounds, asked.requests)


def measure(home: Path, token: str, rounds: int, requests: int) -> None:
    """Start the contenders, read from each in turn, print what came of it."""
    contenders = ("stored", "logged", "unremembered", "fixed")
    readers, processes = {}, []
    try:
        for name in contenders:
            command = [sys.executable, __file__, "--serve", name, str(home)]
            process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
            processes.append(process)
            assert process.stdout is not None
            readers[name] = Reader(int(process.stdout.readline()), token)
            body = readers[name].read()
            (home / "body.json").write_bytes(body)  # the last contender answers with these bytes
        times: dict[str, list[float]] = {name: [] for name in contenders}
        busy: dict[str, list[float]] = {name: [] for name in contenders}
        for _ in range(rounds):
            for (name, reader), process in zip(readers.items(), processes, strict=True):
                count = 20 if name == "unremembered" else requests
                before = processor_microseconds(process.pid)
                times[name].append(reader.microseconds(count))
                busy[name].append((processor_microseconds(process.pid) - before) / count)
    finally:
        for process in processes:
            process.kill()
            process.wait()
    print(f"body {len(body)} bytes, {rounds} rounds of {requests} requests, one connection")
    print(f"{'median of a request':40} {'elapsed':>10} {'ratio':>6} {'processor':>10} {'ratio':>6}")
    labels = {
        "fixed": "fixed bytes through FastAPI",
        "stored": "a person's list, held as bytes",
        "logged": "the same, with the access log",
        "unremembered": "read from SQLite and explained anew",
    }
    for name, label in labels.items():
        columns = ""
        for figures in (times, busy):
            median = statistics.median(figures[name])
            columns += f" {median:7.0f} µs {statistics.median(figures['fixed']) / median:5.2f}x"
        print(f"{label:40}{columns}")


def processor_microseconds(pid: int) -> float:
    """Return the processor time all threads of a process have used (Linux)."""
    threads = Path(f"/proc/{pid}/task").iterdir()
    return sum(int((one / "schedstat").read_text().split()[0]) for one in threads) / 1000


if __name__ == "__main__":
    main()
