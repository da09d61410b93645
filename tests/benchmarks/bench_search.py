"""What an officer waits for when searching a whole city, over HTTP from a process of its own.

A fictional agency is imported, ranked and published in a folder, served by ``selaras serve``'s own
application, and asked the way a browser asks: signed in, as a form, answered as a page. Ranking the
posts as well takes minutes more and changes nothing about a search, so trainings alone are ranked.

    python tests/benchmarks/bench_search.py [--people 70000] [--rounds 25] [--home FOLDER]
"""

from __future__ import annotations

import argparse
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, ProxyHandler, build_opener

TARGET_MS = 150.0
"""What a search may take at the median, over all kinds of searches."""
GRANT = ("career", "agency")
"""Who may search by everything, the talent box as well."""


def publish(home: Path, people: int) -> str:
    """Publish a city's ranking in ``home``; return the path that signs somebody in once."""
    from service.database.access import Grant, create_sign_in_link
    from service.settings import Settings
    from service.usecases.publishing import rerank_and_publish
    from service.usecases.sources import open_database
    from training_data.synthetic import AS_OF, generate

    settings = Settings(home=home)
    database = open_database(settings)
    if not any(home.glob("generations/*")):
        rerank_and_publish(generate(employees=people, seed=1), settings, as_of=AS_OF)
    return f"/masuk/{create_sign_in_link(database, Grant(*GRANT))}"


def serve(home: Path) -> None:
    """Serve the folder on a free port, and print the port."""
    import uvicorn

    from service.app import create_app
    from service.server import listen
    from service.settings import Settings

    app = create_app(Settings(home=home))
    listener = listen("127.0.0.1", 0)
    print(listener.getsockname()[1], flush=True)
    uvicorn.Server(uvicorn.Config(app, access_log=False, log_config=None)).run(sockets=[listener])


def searches(page: str, turn: int) -> dict[str, dict[str, str]]:
    """Return what is asked for: the forms an officer sends, by what they look for.

    Parameters:
        turn: which round; hours differ by it, so that no answer of a round before is at hand.
    """
    units = re.findall(
        r'<option value="([^"]+)"', page.split('name="unit"')[1].split("</select")[0]
    )
    tiers = re.findall(
        r'<option value="([^"]+)"', page.split('name="jenjang"')[1].split("</select")[0]
    )
    hours = f"{20 - turn / 1000}"
    return {
        "everybody": {},
        "part of a name": {"kata": "sri"},
        "two words": {"kata": "siti ana"},
        "nobody fits": {"kata": "qqqq"},
        "a unit and those below": {"unit": units[len(units) // 3]},
        "a tier": {"jenjang": tiers[-1]},
        "a gap": {"kesenjangan": "M.7"},
        "a gap, few hours, a name": {"kesenjangan": "M.7", "jp": hours, "kata": "an"},
        "and the name typed on": {"kesenjangan": "M.7", "jp": hours, "kata": "ana"},
        "assessment expired": {"penilaian": "expired"},
        "a box": {"kotak": "5"},
    }


def main() -> None:
    """Publish, serve, ask in turn, print medians."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--people", type=int, default=70_000)
    arguments.add_argument("--rounds", type=int, default=25)
    arguments.add_argument("--home", type=Path, help="keep the published agency there")
    arguments.add_argument("--serve", type=Path, help=argparse.SUPPRESS)
    asked = arguments.parse_args()
    if asked.serve:
        serve(asked.serve)
        return
    with tempfile.TemporaryDirectory() as folder:
        home = asked.home or Path(folder)
        started = time.perf_counter()
        link = publish(home, asked.people)
        print(f"{asked.people} people, published in {time.perf_counter() - started:.0f} s")
        measure(home, link, asked.rounds)


def ask(client: OpenerDirector, address: str, form: dict[str, str] | None = None) -> str:
    """Return a page, or the answer to a form; raise ``HTTPError`` for any other answer."""
    sent = None if form is None else urlencode(form).encode()
    with client.open(address, sent, timeout=120) as answer:
        return str(answer.read().decode())


def measure(home: Path, link: str, rounds: int) -> None:
    """Ask for every kind of search in turn; print the median and the slowest of each."""
    process = subprocess.Popen(
        [sys.executable, __file__, "--serve", str(home)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        address = f"http://127.0.0.1:{int(process.stdout.readline())}"
        client = build_opener(HTTPCookieProcessor(), ProxyHandler({}))
        # ``Origin`` as a browser sends it: a form from elsewhere is refused.
        client.addheaders = [("Origin", address)]
        ask(client, address + link)
        page = ask(client, address)
        times: dict[str, list[float]] = {}
        for turn in range(rounds):
            for name, form in searches(page, turn).items():
                begun = time.perf_counter()
                ask(client, address, form)
                times.setdefault(name, []).append((time.perf_counter() - begun) * 1000)
                time.sleep(0.2)  # the pace of requests holds for measurements too
    finally:
        process.kill()
        process.wait()
    print(f"| {'looked for':26} | median, ms | slowest of {rounds}, ms |\n|---|---|---|")
    for name, took in times.items():
        print(f"| {name:26} | {statistics.median(took):.0f} | {max(took):.0f} |")
    every = statistics.median([one for took in times.values() for one in took])
    print(f"Median of all searches: {every:.0f} ms (target {TARGET_MS:.0f}).")


if __name__ == "__main__":
    main()
