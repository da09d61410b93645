"""Write a fictional nation: many agencies that share a catalogue, as partitioned Parquet.

    python tests/benchmarks/made_nation.py FOLDER [--people 5000000] [--agencies 72]
                                           [--trainings 10000] [--roles 20000] [--seed 0]

People are those of the fictional city, drawn again with other levels, days and codes, so that what
rules and scores meet is as varied as there. Its catalogue is laid out again and again under other
codes and names until it is as large as asked for; an agency's people hold posts of four of these
layers. One agency is held at a time. Nobody in it exists.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from training_data.dataset import Dataset
from training_data.nation import write_agency, write_catalogue
from training_data.synthetic import generate

TEMPLATES = 8_000
LAYERS = 4
STEP = 0.25
LEFT_OUT = {
    "employees": ["nip", "name", "supervisor_id"],
    "training_history": ["certificate_no", "certificate_date"],
    "job_history": ["decree_no", "decree_date"],
}
PERSONAL = (
    "competency_scores", "training_history", "job_history", "performance", "certifications",
    "credit_points", "discipline", "talent",
)  # fmt: skip
AREAS = (
    "Pesisir", "Pegunungan", "Perkotaan", "Perdesaan", "Kepulauan", "Perbatasan", "Dataran Tinggi",
    "Lembah", "Muara", "Hulu", "Hilir", "Pelabuhan", "Industri", "Pertanian", "Kehutanan",
    "Kelautan", "Pariwisata", "Pendidikan Tinggi", "Riset", "Perdagangan",
)  # fmt: skip


class Templates:
    """The fictional city, as what is drawn from."""

    def __init__(self, trainings: int, roles: int, seed: int) -> None:
        self.city = generate(TEMPLATES, seed=seed)
        self.jobs = self.city.table("jobs")["job_code"].to_pylist()
        self.courses = self.city.table("trainings")["training_code"].to_pylist()
        self.job_layers = -(-roles // len(self.jobs))
        self.course_layers = -(-trainings // len(self.courses))
        self.n_roles, self.n_trainings = roles, trainings
        ids = self.city.table("employees")["employee_id"].combine_chunks()
        self.rows = {name: _by_person(self.city.tables.get(name), ids) for name in PERSONAL}

    def layer(self, code: str, layer: int) -> str:
        """Return a code in a layer."""
        return code if layer == 0 else f"{code}.{layer:02d}"

    def codes(self, codes: list[str], layers: int) -> np.ndarray:
        """Return all codes ``[layers, n]``."""
        return np.array([[self.layer(c, n) for c in codes] for n in range(layers)], object)


def catalogue(made: Templates, agencies: list[str]) -> Dataset:
    """Return the tables that all agencies share."""
    city, found = made.city, {}
    jobs, courses = made.job_layers, made.course_layers
    for name, columns in (
        ("jobs", ("job_code",)),
        ("job_requirements", ("job_code",)),
        ("job_conditions", ("job_code",)),
        ("career_paths", ("from_job_code", "to_job_code")),
    ):
        found[name] = _layered(made, city.table(name), columns, jobs)
    for name, columns in (
        ("trainings", ("training_code",)),
        ("training_outcomes", ("training_code",)),
        ("sessions", ("training_code", "session_code")),
    ):
        found[name] = _layered(made, city.table(name), columns, courses)
    found["jobs"] = _renamed(_without(found["jobs"], ["unit_code"]), len(made.jobs))
    found["trainings"] = _renamed(found["trainings"], len(made.courses))
    found["jobs"] = found["jobs"].slice(0, made.n_roles)
    found["trainings"] = found["trainings"].slice(0, made.n_trainings)
    for name, column, of in (
        ("job_requirements", "job_code", "jobs"),
        ("job_conditions", "job_code", "jobs"),
        ("career_paths", "from_job_code", "jobs"),
        ("career_paths", "to_job_code", "jobs"),
        ("training_outcomes", "training_code", "trainings"),
        ("sessions", "training_code", "trainings"),
    ):
        held = found[of][{"jobs": "job_code", "trainings": "training_code"}[of]].combine_chunks()
        found[name] = found[name].filter(pc.is_in(found[name][column], value_set=held))
    found["competencies"] = city.table("competencies")
    priorities = city.table("priorities")
    found["priorities"] = priorities.filter(pc.is_null(priorities["unit_code"]))
    found["units"] = pa.concat_tables(
        [_units(made, agency, n) for n, agency in enumerate(agencies)]
    )
    return Dataset.of(found)


def agency(made: Templates, number: int, code: str, n: int, seed: int) -> Mapping[str, pa.Table]:
    """Return the tables of an agency's people."""
    rng = np.random.default_rng([seed, number])
    drawn = rng.integers(0, TEMPLATES, n)
    ids = pa.array([f"{code}{i:07d}" for i in range(n)])
    jobs = made.codes(made.jobs, made.job_layers)
    own = _own_layers(made, number)
    layer = own[rng.integers(0, LAYERS, n)]
    people = _without(made.city.table("employees"), LEFT_OUT["employees"]).take(pa.array(drawn))
    unit = pc.binary_join_element_wise(code, people["unit_code"], "-")
    shift = pa.array(rng.integers(-400, 400, n), pa.int32())
    born = pc.add(people["birth_date"].cast(pa.int32()), shift).cast(pa.date32())
    people = _set(people, employee_id=ids, agency=pa.repeat(code, n), unit_code=unit,
                  birth_date=born)  # fmt: skip
    for column in ("job_code", "target_job_code"):
        people = _set(people, **{column: _mapped(people[column], made.jobs, jobs, layer, made)})
    found = {"employees": people}
    courses = made.codes(made.courses, made.course_layers)
    for name, (table, start) in made.rows.items():
        count = start[drawn + 1] - start[drawn]
        line = np.repeat(np.arange(n), count)
        within = np.arange(len(line)) - np.repeat(np.cumsum(count) - count, count)
        rows = _without(table, LEFT_OUT.get(name, [])).take(pa.array(start[drawn][line] + within))
        rows = _set(rows, employee_id=ids.take(pa.array(line)))
        if name == "competency_scores":
            moved = rows["level"].to_numpy() + STEP * rng.integers(-2, 3, len(line))
            rows = _set(rows, level=pa.array(np.clip(moved, 0.0, 5.0)))
        if name == "job_history":
            code_of = _mapped(rows["job_code"], made.jobs, jobs, layer[line], made)
            units = pc.binary_join_element_wise(code, rows["unit_code"], "-")
            rows = _set(rows, job_code=code_of, unit_code=units)
        if name == "training_history":
            at = (number + rng.integers(0, LAYERS, len(line))) % made.course_layers
            rows = _set(rows, training_code=_mapped(rows["training_code"], made.courses, courses,
                                                    at, made))  # fmt: skip
        found[name] = rows
    return found


def _own_layers(made: Templates, number: int) -> np.ndarray:
    whole = max(made.n_roles // len(made.jobs), 1)
    return (number + np.arange(LAYERS) * max(whole // LAYERS, 1)) % whole


def _mapped(
    column: pa.ChunkedArray,
    codes: list[str],
    layers: np.ndarray,
    layer: np.ndarray,
    made: Templates,
) -> pa.Array:
    """Return codes moved to a layer each; what is no code of the catalogue stays."""
    place = pc.index_in(column, value_set=pa.array(codes, pa.string()))
    known = np.asarray(pc.is_valid(place).to_numpy(zero_copy_only=False))
    at = np.asarray(pc.fill_null(place, 0).to_numpy(), np.int64)
    flat = pa.array(layers.ravel(), pa.string())
    moved = flat.take(pa.array(layer * layers.shape[1] + at))
    return pc.if_else(pa.array(known), moved, column.combine_chunks())


def _by_person(table: pa.Table, ids: pa.Array) -> tuple[pa.Table, np.ndarray]:
    person = np.asarray(pc.index_in(table["employee_id"], value_set=ids).to_numpy(), np.int64)
    order = np.argsort(person, kind="stable")
    start = np.searchsorted(person[order], np.arange(len(ids) + 1))
    return table.take(pa.array(order)).combine_chunks(), start


def _layered(made: Templates, table: pa.Table, columns: tuple[str, ...], layers: int) -> pa.Table:
    parts = []
    for layer in range(layers):
        ending = "" if layer == 0 else f".{layer:02d}"
        parts.append(
            _set(table, **{c: pc.binary_join_element_wise(table[c], ending, "") for c in columns})
        )
    return pa.concat_tables(parts)


def _renamed(table: pa.Table, n: int) -> pa.Table:
    """Give every layer but the first names of its own."""
    layer = np.arange(table.num_rows) // n
    areas = np.array([""] + [f"{AREAS[i % 20]} {AREAS[(i // 20 + 7 * i) % 20]} " for i in
                             range(int(layer.max(initial=0)))], object)  # fmt: skip
    area = pa.array(areas[layer], pa.string())
    said = pc.binary_join_element_wise(table["description"], area, " ", null_handling="replace",
                                       null_replacement="")  # fmt: skip
    title = pc.binary_join_element_wise(area, table["title"], "")
    return _set(table, title=title, description=said)


def _units(made: Templates, code: str, number: int) -> pa.Table:
    units = made.city.table("units")
    head = _mapped(
        units["head_job_code"], made.jobs, made.codes(made.jobs, made.job_layers),
        np.full(units.num_rows, _own_layers(made, number)[0]), made,
    )  # fmt: skip
    return _set(
        _without(units, ["head_employee_id"]),
        unit_code=pc.binary_join_element_wise(code, units["unit_code"], "-"),
        parent_code=pc.binary_join_element_wise(code, units["parent_code"], "-"),
        agency=pa.repeat(code, units.num_rows),
        head_job_code=head,
    )


def _set(table: pa.Table, **columns: pa.Array) -> pa.Table:
    for name, values in columns.items():
        place = table.column_names.index(name)
        table = table.set_column(place, table.schema.field(name), values)
    return table


def _without(table: pa.Table, columns: list[str]) -> pa.Table:
    return table.drop_columns([c for c in columns if c in table.column_names])


def sizes(people: int, agencies: int) -> list[int]:
    """Return how many people each agency has: the first ones have most."""
    share = 1.0 / (np.arange(agencies) + 10.0)
    found = np.floor(people * share / share.sum()).astype(int)
    found[0] += people - found.sum()
    return found.tolist()


def write(folder: Path, people: int, agencies: int, trainings: int, roles: int, seed: int) -> None:
    """Write a nation."""
    begun = time.perf_counter()
    made = Templates(trainings, roles, seed)
    codes = [f"K{n:02d}" for n in range(agencies)]
    write_catalogue(catalogue(made, codes), folder)
    done = 0
    for number, (code, n) in enumerate(zip(codes, sizes(people, agencies), strict=True)):
        write_agency(code, agency(made, number, code, n, seed), folder)
        done += n
        print(f"{done:,} of {people:,} people, {time.perf_counter() - begun:.0f} s", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--people", type=int, default=5_000_000)
    parser.add_argument("--agencies", type=int, default=72)
    parser.add_argument("--trainings", type=int, default=10_000)
    parser.add_argument("--roles", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    write(asked.folder, asked.people, asked.agencies, asked.trainings, asked.roles, asked.seed)


if __name__ == "__main__":
    main()
