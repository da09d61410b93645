"""Turn the MARS log (Mandarine Academy, English) into a dataset folder: history, no competencies.

    python tests/benchmarks/convert_mars.py SRC OUT [--log implicit|explicit]

=============== ==================================================================================
source          table
=============== ==================================================================================
user of the log ``employees``; ``job_code`` where the job is known. French and English names of one
                job are one job. Users without any event in the log are left out.
job             ``jobs`` with a title and nothing else.
item            ``trainings``: hours = duration in seconds / 2,700 (JP of 45 minutes); difficulty
                and type are extra columns; theme and software are competencies without level. An
                item that only the log knows has its number as title.
page view       (``--log implicit``) ``training_history`` with ``completed_on`` = created_at,
                time of day included. Full repeats are one row; repeated views stay.
watch event     (``--log explicit``) the same with ``score`` = watch percentage. The rating of the
                source is the percentage in tens and would not fit 1 … 5, so it is not carried over.
=============== ==================================================================================
"""

from __future__ import annotations

import argparse
import ast
from pathlib import Path

from training_data.converters.tables import (
    Columns,
    Converted,
    columns,
    distinct_codes,
    read_rows,
    write_folder,
)

SECONDS_PER_JP = 2700
NONE = ("", "N/A")
FRENCH = {
    "achats": "purchasing",
    "administratif": "administrative",
    "commercial": "sales representative",
    "comptabilité": "accounting",
    "conseil": "consulting",
    "direction générale": "general management",
    "finance & risque et assurance": "finance, risk and insurance",
    "juridique": "legal",
    "marketing produit & service": "product & service marketing",
    "production & logistique": "production & logistics",
    "recherche et développement": "research and development",
    "ressources humaines": "human resources",
}


def convert_mars(src: Path, out: Path, *, log: str = "implicit") -> Converted:
    """Write the MARS log in ``src`` as the new dataset folder ``out``."""
    events = _events(src, log)
    users = list(dict.fromkeys(row["employee_id"] for row in events))
    jobs = _jobs(src)
    codes = distinct_codes(sorted(set(jobs.values())))
    tables = {
        "employees": {
            "employee_id": users,
            "job_code": [codes.get(jobs.get(user, ""), "") for user in users],
        },
        "jobs": {"job_code": list(codes.values()), "title": list(codes)},
        **_catalogue(src, [row["training_code"] for row in events]),
        "training_history": columns(events),
    }
    return Converted(out, write_folder(out, tables))


def _events(src: Path, log: str) -> list[dict[str, str]]:
    """Rows of the history; of rows with the same user, item and time the highest percentage."""
    rows = read_rows(src / f"{log}_ratings_en.csv", ("user_id", "item_id", "created_at"))
    best: dict[tuple[str, str, str], float | None] = {}
    for row in rows:
        key = (row["user_id"], row["item_id"], row["created_at"])
        score = float(row["watch_percentage"]) if log == "explicit" else None
        best[key] = max((s for s in (best.get(key), score) if s is not None), default=None)
    return [
        {
            "employee_id": user,
            "training_code": item,
            "completed_on": at.replace(" ", "T"),
            "score": "" if score is None else f"{score:g}",
        }
        for (user, item, at), score in best.items()
    ]


def _jobs(src: Path) -> dict[str, str]:
    return {
        row["user_id"]: FRENCH.get(row["job"].lower(), row["job"].lower())
        for row in read_rows(src / "users_en.csv", ("user_id", "job"))
        if row["job"] not in NONE
    }


def _catalogue(src: Path, logged: list[str]) -> dict[str, Columns]:
    needed = ("item_id", "name", "description", "Difficulty", "Software", "Theme", "duration")
    rows = read_rows(src / "items_en.csv", (*needed, "type"))
    tags = [(row["item_id"], word) for row in rows for word in _words(row)]
    codes = distinct_codes(sorted({word for _, word in tags}))
    trainings = [
        {
            "training_code": row["item_id"],
            "title": row["name"],
            "description": _given(row["description"]),
            "hours": _hours(row["duration"]),
            "language": "en",
            "difficulty": _given(row["Difficulty"]),
            "type": _given(row["type"]),
        }
        for row in rows
    ]
    known = {row["training_code"] for row in trainings}
    bare = dict.fromkeys(trainings[0], "")
    trainings += [
        {**bare, "training_code": item, "title": item}
        for item in dict.fromkeys(logged)
        if item not in known
    ]
    return {
        "trainings": columns(trainings),
        "competencies": {
            "competency_code": list(codes.values()),
            "name": list(codes),
            "group": ["T"] * len(codes),
        },
        "training_outcomes": {
            "training_code": [item for item, _ in tags],
            "competency_code": [codes[word] for _, word in tags],
            "level_to": [""] * len(tags),
        },
    }


def _words(row: dict[str, str]) -> list[str]:
    """Themes and software of an item; the source writes them as Python lists."""
    lists = (ast.literal_eval(row[name]) for name in ("Theme", "Software") if row[name] not in NONE)
    return list(dict.fromkeys(word.strip() for words in lists for word in words if word.strip()))


def _given(value: str) -> str:
    return "" if value in NONE else value


def _hours(seconds: str) -> str:
    return "" if seconds in NONE else f"{float(seconds) / SECONDS_PER_JP:.4f}"


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("src", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--log", choices=("implicit", "explicit"), default="implicit")
    given = parser.parse_args()
    for table, rows in convert_mars(given.src, given.out, log=given.log).rows.items():
        print(f"{table}: {rows}")


if __name__ == "__main__":
    main()
