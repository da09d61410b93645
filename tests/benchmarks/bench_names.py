"""Names to codes at full size: time for 100,000 names, and precision on real reference lists.

Run with a folder of reference tables (as SIASN publishes them); without one, lists of the same
size are made up. Prints figures and a sample of automatic matches to read with one's own eyes::

    .venv/bin/python tests/benchmarks/bench_names.py [FOLDER] [--names 100000] [--sample 100]
"""

from __future__ import annotations

import argparse
import random
import resource
import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from training_data.names.catalogue import Catalogue, load_catalogue
from training_data.names.labelled import read_labelled
from training_data.names.matcher import SURE, Matcher, Thresholds
from training_data.names.words import Kind, data
from training_data.reference.packs import load_rules

HERE = Path(__file__).resolve().parents[1] / "training_data" / "names"
FILES: dict[Kind, list[str]] = {
    "job": ["jabatanFungsional.json", "jabatanPelaksana.json"],
    "training": ["jenisKursus.json", "latihanStruktural.json"],
    "education": ["pendidikan.json"],
}
SHARE: dict[Kind, float] = {"job": 0.6, "training": 0.2, "education": 0.2}


def made_up(kind: Kind) -> Catalogue:
    """Return a list as long as the real one, made of our own words."""
    words = sorted(word for word in data()["lexicon"].split() if len(word) > 5)
    draw = random.Random(7)
    heads = ["Analis", "Pengelola", "Pengolah Data", "Penyusun", "Pengadministrasi", "Penelaah"]
    size = {"job": 70000, "training": 1300, "education": 28000}[kind]
    start = {"job": heads, "training": ["Pelatihan", "Bimtek"], "education": ["S-1", "D-III"]}[kind]
    titles = {
        " ".join([draw.choice(start), *draw.sample(words, draw.choice((2, 2, 3, 4)))])
        for _ in range(size)
    }
    return Catalogue.of(
        kind, [{"code": f"{n:06}", "title": title} for n, title in enumerate(sorted(titles))]
    )


def variants(title: str, draw: random.Random) -> Iterator[str]:
    """Yield a title as somebody might type it: abbreviated, misspelt, in another order."""
    short = {
        meant: written
        for group in ("all", "job", "training", "education")
        for written, meant in data()["phrases"].get(group, {}).items()
        if isinstance(meant, str) and len(written) > 2 and " " not in written and meant
    }
    words = title.split()
    yield " ".join(short.get(word.casefold(), word) for word in words)
    place = draw.randrange(len(words))
    word = words[place]
    if len(word) > 6:
        at = draw.randrange(2, len(word) - 1)
        slip = draw.choice(
            [
                word[:at] + word[at + 1 :],
                word[:at] + word[at] + word[at:],
                word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :],
            ]
        )
        yield " ".join([*words[:place], slip, *words[place + 1 :]])
    if len(words) > 3:
        swapped = [*words[:-2], words[-1], words[-2]]
        yield " ".join(swapped)
    yield title.title().replace(" Dan ", " & ")


def sample(title: str, lines: list[str], count: int) -> None:
    """Print some lines in a fixed order."""
    draw = random.Random(3)
    print(f"-- {title}: {len(lines)}")
    for line in draw.sample(lines, min(count, len(lines))):
        print("  ", line)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--names", type=int, default=100_000)
    parser.add_argument("--sample", type=int, default=100)
    asked = parser.parse_args()
    limits = Thresholds.of(load_rules(date(2026, 1, 5)))
    labelled = read_labelled(HERE / "labelled.csv")
    total = work = 0.0
    for kind in SHARE:
        began, worked = time.perf_counter(), time.process_time()
        catalogue = (
            load_catalogue(kind, [asked.folder / name for name in FILES[kind]])
            if asked.folder
            else made_up(kind)
        )
        matcher = Matcher(catalogue, limits)
        matcher.match(["x"])
        laid = time.perf_counter() - began
        draw = random.Random(11)
        meant = _typed(catalogue, int(asked.names * SHARE[kind]), draw)
        began = time.perf_counter()
        found = matcher.match([name for name, _ in meant])
        took = time.perf_counter() - began
        total += laid + took
        work += time.process_time() - worked
        distinct = dict(meant)
        sure = [name for name in distinct if found[name].mapped]
        right = sum(found[name].code in distinct[name] for name in sure)
        print(
            f"{kind}: list {len(catalogue)} laid out in {laid:.1f} s; {len(meant)} names "
            f"({len(distinct)} distinct) in {took:.1f} s; automatic {len(sure)}, "
            f"precision {right / max(len(sure), 1):.4f}, mapped {len(sure) / len(distinct):.3f}"
        )
        wrong = [
            f"{n} -> {found[n].candidates[0].title} ({found[n].confidence})"
            for n in sure
            if found[n].code not in distinct[n]
        ]
        sample("generated variants mapped elsewhere", wrong, 25)
        if asked.folder:
            typed = [one.name for one in labelled if one.kind == kind]
            lines = [
                f"{name} -> {match.candidates[0].title} ({match.confidence})"
                for name, match in matcher.match(typed).items()
                if match.decision == SURE
            ]
            sample("names matched by hand, against the whole list", lines, asked.sample)
    print(f"all together {total:.1f} s, {work:.1f} s of processor, peak {_peak():.0f} MB")


def _typed(
    catalogue: Catalogue, count: int, draw: random.Random
) -> list[tuple[str, frozenset[str]]]:
    """Return names as typed with every code that bears the very title they were made from."""
    codes: dict[str, set[str]] = {}
    for entry in catalogue.entries:
        codes.setdefault(entry.title, set()).add(entry.code)
    titles = sorted(codes)
    made: list[tuple[str, frozenset[str]]] = []
    while len(made) < count:
        title = draw.choice(titles)
        for name in variants(title, draw):
            made += [(name, frozenset(codes[title]))] * draw.choice((1, 1, 1, 2, 5))
    return made[:count]


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    sys.exit(main())
