"""O*NET, the occupational database of the United States, as a dataset folder.

In: a folder with ``occupations.csv``, ``skills.csv`` and ``knowledge.csv``, and if present
``job_zones.csv``, ``technology_skills.csv`` and ``related_occupations.csv``. Out: a folder in the
shape of the contract. How one becomes the other:

====================== ===========================================================================
source                 table
====================== ===========================================================================
occupation             ``jobs``: code, title, description; ``job_zone`` and ``major_group`` (the
                       first two digits of the code) as extra columns; ``tier`` stays empty,
                       because the framework has none. An occupation without skills is a job
                       without requirements.
skill, knowledge area  ``competencies`` with ``max_level`` 7; ``group`` stays empty, because the
                       framework does not part managerial from technical.
level of a skill       ``job_requirements.level`` as published, fractions included, also where the
                       source calls it imprecise or not relevant: those levels lie near 0, and
                       leaving them out would turn "hardly needed" into "unknown". The two marks
                       travel as the extra columns ``imprecise`` and ``not_relevant``.
importance             not used. The relatedness of occupations was composed from the importance
                       of knowledge, so a weight taken from it would tell the answer beforehand.
technology             ``competencies`` of group T and ``job_requirements`` without level (a tag);
                       one row per occupation and technology, ``weight`` = number of products.
related occupation     ``role_pairs`` with gain 1 for the ten primary ones (index up to 10); the
                       supplemental ones are left out. Truth for evaluation only.
incumbent (on request) ``employees`` and ``competency_scores``: one person per occupation with
                       requirements who has exactly the required levels.
====================== ===========================================================================
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from training_data.converters.tables import (
    Converted,
    Row,
    columns,
    distinct_codes,
    read_rows,
    write_folder,
)
from training_data.messages import text

PRIMARY = 10
"""The last index of a primary related occupation."""
MAX_LEVEL = "7"


def convert_onet(src: Path, out: Path, *, incumbents: bool = False) -> Converted:
    """Write the O*NET extract in ``src`` as the new dataset folder ``out``.

    Parameters:
        incumbents: also write one person per occupation who has exactly its levels.

    Raises:
        UnusableInput: a needed file or column is missing, or ``out`` holds something.
    """
    jobs = _jobs(src)
    known = {job["job_code"] for job in jobs}
    rated = [
        row
        for file in ("skills.csv", "knowledge.csv")
        for row in read_rows(src / file, ("code", "element_id", "element_name", "level"))
        if row["code"] in known
    ]
    technologies = _optional(src / "technology_skills.csv", ("code", "commodity_title"))
    codes = distinct_codes(sorted({row["commodity_title"] for row in technologies}), "TECH.")
    levels = [_requirement(row) for row in rated if row["level"]]
    tags = _tags([row for row in technologies if row["code"] in known], codes)
    tables = {
        "jobs": columns(jobs),
        "competencies": columns(_competencies(rated, codes)),
        "job_requirements": columns(levels + tags),
        "role_pairs": columns(_pairs(src, known)),
    }
    if incumbents:
        people = list(dict.fromkeys(row["job_code"] for row in levels))
        tables["employees"] = {"employee_id": people, "job_code": people}
        tables["competency_scores"] = {
            "employee_id": [row["job_code"] for row in levels],
            "competency_code": [row["competency_code"] for row in levels],
            "level": [row["level"] for row in levels],
        }
    licence = src / "ATTRIBUTION.txt"
    rows = write_folder(out, tables, [licence] if licence.exists() else [])
    bare = len(known) - len({row["job_code"] for row in levels})
    imprecise = sum(row["imprecise"] == "1" for row in levels)
    notes = (
        text("convert.jobs_without_levels", count=bare),
        text("convert.imprecise_levels", count=imprecise),
    )
    return Converted(out, rows, notes)


def _optional(path: Path, needed: tuple[str, ...]) -> list[dict[str, str]]:
    return read_rows(path, needed) if path.exists() else []


def _jobs(src: Path) -> list[Row]:
    zones = {
        row["code"]: row["job_zone"]
        for row in _optional(src / "job_zones.csv", ("code", "job_zone"))
    }
    return [
        {
            "job_code": row["code"],
            "title": row["title"],
            "description": row["description"],
            "job_zone": zones.get(row["code"], ""),
            "major_group": row["code"][:2],
        }
        for row in read_rows(src / "occupations.csv", ("code", "title", "description"))
    ]


def _competencies(rated: list[dict[str, str]], technologies: dict[str, str]) -> list[Row]:
    names = {row["element_id"]: row["element_name"] for row in rated}
    return [
        {"competency_code": code, "name": name, "group": group, "max_level": top}
        for code, name, group, top in (
            *((code, name, "", MAX_LEVEL) for code, name in sorted(names.items())),
            *((code, name, "T", "") for name, code in technologies.items()),
        )
    ]


def _requirement(row: Row) -> Row:
    return {
        "job_code": row["code"],
        "competency_code": row["element_id"],
        "level": row["level"],
        "weight": "",
        "imprecise": _flag(row, "recommend_suppress"),
        "not_relevant": _flag(row, "not_relevant"),
    }


def _flag(row: Row, name: str) -> str:
    return {"Y": "1", "N": "0"}.get(row.get(name, ""), "")


def _tags(technologies: list[dict[str, str]], codes: dict[str, str]) -> list[Row]:
    counted = Counter((row["code"], codes[row["commodity_title"]]) for row in technologies)
    return [
        {
            "job_code": job,
            "competency_code": technology,
            "level": "",
            "weight": str(count),
            "imprecise": "",
            "not_relevant": "",
        }
        for (job, technology), count in sorted(counted.items())
    ]


def _pairs(src: Path, known: set[str]) -> list[Row]:
    needed = ("code", "related_code", "index")
    return [
        {"source_job": row["code"], "target_job": row["related_code"], "gain": "1"}
        for row in _optional(src / "related_occupations.csv", needed)
        if int(row["index"]) <= PRIMARY and row["code"] in known and row["related_code"] in known
    ]
