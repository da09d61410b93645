"""The UK Government Digital and Data capability framework as a dataset folder.

In: a folder with ``roles.csv`` (one row per role, role level and skill) and, if present,
``skills.csv`` (the texts of each skill). Out: a folder in the shape of the contract:

====================== ===========================================================================
source                 table
====================== ===========================================================================
role and role level    ``jobs``: the name of a level alone is no key, so the code holds both.
                       Role Family is ``family``, Role Level Description is ``description``;
                       ``ladder`` (the role) and ``rung`` (1, 2, … as listed) are extra columns.
                       ``tier`` stays empty, because the framework has none.
skill                  ``competencies`` of group T with ``max_level`` 4; the description is
                       followed by the text of each level.
skill level            ``job_requirements.level``: Awareness 1, Working 2, Practitioner 3,
                       Expert 4. Any other word, such as NOT IN USE, is no level: the skill is
                       then a tag of the job, unknown and not 0, and a role level that is not in
                       use has no rung.
repeated row           counted once; where repeats disagree, the higher level.
rising step            ``role_pairs`` with gain 1: two rungs of a role listed one after the other
                       of which the second asks for more levels in total. Roles are not always
                       listed from low to high, so other neighbours are no steps. Truth for
                       evaluation only.
incumbent (on request) ``employees`` and ``competency_scores``: one person per job with levels who
                       has exactly these levels.
====================== ===========================================================================
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
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

LEVELS = {"Awareness": 1, "Working": 2, "Practitioner": 3, "Expert": 4}
NOT_IN_USE = "NOT IN USE"
_NEEDED = (
    "Role Family",
    "Role",
    "Role Description",
    "Role Level",
    "Role Level Description",
    "Skill Name",
    "Skill Description",
    "Skill Level",
)
Rung = tuple[str, str]
Skills = dict[str, int | None]


def convert_ddat(src: Path, out: Path, *, incumbents: bool = False) -> Converted:
    """Write the framework in ``src`` as the new dataset folder ``out``.

    Parameters:
        incumbents: also write one person per role level who has exactly its levels.

    Raises:
        UnusableInput: a needed file or column is missing, or ``out`` holds something.
    """
    rows = read_rows(src / "roles.csv", _NEEDED)
    asked, repeats = _asked(rows)
    jobs = _jobs(rows, asked)
    code_of = {(job["ladder"], job["level_name"]): job["job_code"] for job in jobs}
    skills = distinct_codes(sorted({row["Skill Name"] for row in rows}))
    required = [
        {
            "job_code": code_of[rung],
            "competency_code": skills[skill],
            "level": "" if level is None else str(level),
        }
        for rung, levels in asked.items()
        for skill, level in levels.items()
    ]
    tables = {
        "jobs": columns([{k: v for k, v in job.items() if k != "level_name"} for job in jobs]),
        "competencies": columns(_competencies(src, rows, skills)),
        "job_requirements": columns(required),
        "role_pairs": columns(_rising(asked, code_of)),
    }
    if incumbents:
        known = [row for row in required if row["level"]]
        people = list(dict.fromkeys(row["job_code"] for row in known))
        tables["employees"] = {"employee_id": people, "job_code": people}
        tables["competency_scores"] = columns(
            [
                {
                    "employee_id": row["job_code"],
                    "competency_code": row["competency_code"],
                    "level": row["level"],
                }
                for row in known
            ]
        )
    unknown = sum(level is None for levels in asked.values() for level in levels.values())
    notes = (
        text("convert.unknown_levels", count=unknown),
        text("convert.repeated_rows", count=repeats),
    )
    return Converted(out, write_folder(out, tables), notes)


def _asked(rows: Iterable[Row]) -> tuple[dict[Rung, Skills], int]:
    """Return rung → skill → level (``None`` where no level is stated), and the repeated rows."""
    asked: dict[Rung, Skills] = {}
    repeats = 0
    for row in rows:
        skills = asked.setdefault((row["Role"], row["Role Level"]), {})
        skill, level = row["Skill Name"], LEVELS.get(row["Skill Level"])
        if skill in skills:
            repeats += 1
            level = max((v for v in (skills[skill], level) if v is not None), default=None)
        skills[skill] = level
    return asked, repeats


def _jobs(rows: Iterable[Row], asked: dict[Rung, Skills]) -> list[dict[str, str]]:
    first = {(row["Role"], row["Role Level"]): row for row in reversed(list(rows))}
    codes = distinct_codes(_full_name(rung) for rung in asked)
    jobs, rungs = [], dict[str, int]()
    for rung in asked:
        row, (role, level) = first[rung], rung
        in_use = level != NOT_IN_USE
        rungs[role] = rungs.get(role, 0) + in_use
        jobs.append(
            {
                "job_code": codes[_full_name(rung)],
                "title": level if in_use else role,
                "family": row["Role Family"],
                "description": row["Role Level Description"] if in_use else row["Role Description"],
                "ladder": role,
                "rung": str(rungs[role]) if in_use else "",
                "level_name": level,
            }
        )
    return jobs


def _full_name(rung: Rung) -> str:
    role, level = rung
    return f"{role}: {level}" if level != NOT_IN_USE else role


def _competencies(src: Path, rows: Iterable[Row], codes: dict[str, str]) -> list[Row]:
    said = {row["Skill Name"]: row["Skill Description"] for row in rows}
    levels: dict[str, str] = {}
    if (src / "skills.csv").exists():
        for row in read_rows(src / "skills.csv", ("Skill Name", "Skill Description", *LEVELS)):
            name = row["Skill Name"]
            said[name] = row["Skill Description"] or said.get(name, "")
            levels[name] = "\n".join(f"{level}: {row[level]}" for level in LEVELS if row[level])
    return [
        {
            "competency_code": code,
            "name": name,
            "group": "T",
            "max_level": "4",
            "description": "\n".join(filter(None, (said[name], levels.get(name)))),
        }
        for name, code in codes.items()
    ]


def _rising(asked: dict[Rung, Skills], code_of: dict[Rung, str]) -> list[Row]:
    total = {
        rung: sum(level or 0 for level in skills.values())
        for rung, skills in asked.items()
        if rung[1] != NOT_IN_USE
    }
    rungs = list(total)
    return [
        {"source_job": code_of[low], "target_job": code_of[high], "gain": "1"}
        for low, high in pairwise(rungs)
        if low[0] == high[0] and total[high] > total[low]
    ]
