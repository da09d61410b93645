"""Rank a nation: agency by agency into a folder of partitions, by one process or by several.

In: a nation's folder, a model, the day. Out: ``OUT/agency=CODE/training.parquet`` and
``role.parquet`` with their companions, the same bytes as the agency alone would get, and
``OUT/nation.json``. What an earlier run finished with the same data, model, rules and code stays.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import pyarrow as pa

from recommender import pipeline
from recommender.batch.code import code_version
from recommender.batch.supervisor import Quarantined
from recommender.batch.work import Shard
from recommender.engine import Engine
from recommender.model import Model
from recommender.one_thread import on_one_thread
from recommender.pipeline import Prepared, Progress
from recommender.registry import resolve
from recommender.results import Kind
from service.settings import Settings
from service.usecases.errors import WrongUse
from service.usecases.files import write_json
from service.usecases.learning import fit_model, load_model
from service.usecases.ranking import rank_to_file
from service.usecases.runners import Workers
from service.usecases.sources import mapped
from training_data.dataset import Dataset
from training_data.nation import CATALOGUE, Nation, partition_name
from training_data.reference.packs import Rules, load_rules

FINISHED = "finished.json"
"""Written last into an agency's folder: what its files rest on, and what came of it."""
SUMMARY = "nation.json"
KINDS: tuple[Kind, ...] = ("training", "role")


@dataclass(frozen=True)
class NationTask:
    """What is asked of every agency; it travels to the workers, so it carries no data.

    Attributes:
        nation, model, out: folders that every worker can reach.
        rules: folder of own rules, where there is one.
        data: SHA-256 of the files of the catalogue.
    """

    nation: str
    model: str
    out: str
    rules: str | None
    as_of: date
    kinds: tuple[Kind, ...]
    k: int
    data: str


@dataclass(frozen=True)
class AgencyResult:
    """What came of an agency.

    Attributes:
        refused: rows of its files that stayed outside.
        rows: lines written, of all kinds.
        kept: whether an earlier run had finished it.
    """

    agency: str
    people: int
    rows: int
    refused: int
    kept: bool = False


@dataclass(frozen=True)
class RankedNation:
    """What was written.

    Attributes:
        failed: agencies that could not be ranked, with kind and place of the error.
    """

    folder: Path
    done: tuple[AgencyResult, ...]
    failed: dict[str, str]

    @property
    def whole(self) -> bool:
        """Whether every agency and every row went in."""
        return not self.failed and not any(one.refused for one in self.done)


def rank_nation(
    nation: Nation,
    model: Path,
    out: Path,
    *,
    as_of: date,
    kinds: Sequence[Kind] = KINDS,
    k: int = 10,
    workers: Workers | None = None,
    progress: Progress | None = None,
) -> RankedNation:
    """Rank everybody of every agency.

    Parameters:
        out: made where it is missing.
        workers: who does the work, an agency each at a time.

    Raises:
        WrongUse: ``out`` is a file or holds something else.
        UnusableModel: the folder holds no usable model.
        UnusableInput: nothing of the catalogue can be used.
    """
    _require_place(out)
    workers = workers or Workers()
    rules = None if workers.rules is None else str(workers.rules.resolve())
    load_model(model)
    task = NationTask(
        str(nation.folder.resolve()),
        str(model.resolve()),
        str(out.resolve()),
        rules,
        as_of,
        tuple(kinds),
        k,
        _files_hash(nation.folder / CATALOGUE),
    )
    # The largest first, so that none of them is left for last.
    people = {code: nation.people_of(code) for code in nation.agencies}
    order = sorted(nation.agencies, key=lambda code: (-people[code], code))
    places = {code: place for place, code in enumerate(nation.agencies)}
    shards = tuple(Shard(places[code], places[code], places[code] + 1) for code in order)
    done: dict[str, AgencyResult] = {}
    failed: dict[str, str] = {}
    folders = tuple(one for one in (task.nation, task.model, task.out, task.rules) if one)
    for found in workers.run(partial(rank_agency, task), shards, folders):
        if isinstance(found, Quarantined):
            failed[nation.agencies[found.shard.number]] = found.reason
        else:
            one = AgencyResult(**json.loads(found.packed))
            done[one.agency] = one
        if progress:
            settled = sum(people[code] for code in (*done, *failed))
            progress("rank", settled, sum(people.values()))
    result = RankedNation(out, tuple(done[code] for code in sorted(done)), failed)
    write_json(out / SUMMARY, _summary(task, result))
    return result


@dataclass(frozen=True)
class Learnt:
    """The model to rank a nation with.

    Attributes:
        agency: the one it was learnt from just now, ``None`` where it was there.
    """

    folder: Path
    agency: str | None


@contextmanager
def fit_on_largest(
    nation: Nation,
    model: Path | None,
    as_of: date,
    settings: Settings,
    seed: int,
    progress: Progress | None = None,
) -> Iterator[Learnt]:
    """Give a model: the one that is named, or one learnt from the agency with most people.

    Raises:
        UnusableInput: the catalogue or the agency's people cannot be used.
    """
    if model is not None:
        yield Learnt(resolve(model), None)
        return
    largest = max(nation.agencies, key=lambda code: (nation.people_of(code), code))
    dataset, _ = mapped(nation.dataset(largest, nation.catalogue()[0])[0], settings)
    with tempfile.TemporaryDirectory(prefix="selaras-model-") as folder:
        place = Path(folder) / "model"
        fit_model(dataset, place, as_of=as_of, settings=settings, seed=seed, progress=progress)
        yield Learnt(place, largest)


def rank_agency(task: NationTask, shard: Shard) -> bytes:
    """Rank one agency, unless that is done, and return its ``AgencyResult`` as JSON."""
    nation = Nation(Path(task.nation))
    agency = nation.agencies[shard.number]
    folder = Path(task.out) / partition_name(agency)
    basis = _basis(task, nation, agency)
    found = _finished(folder, basis)
    if found is None:
        found = _rank(task, nation, agency, folder)
        write_json(folder / FINISHED, {"basis": basis, "result": asdict(found)})
    return json.dumps(asdict(found)).encode()


def _rank(task: NationTask, nation: Nation, agency: str, folder: Path) -> AgencyResult:
    opened = _opened(task)
    dataset, report = nation.dataset(agency, opened.catalogue)
    rules = None if task.rules is None else Path(task.rules)
    dataset, _ = mapped(dataset, Settings().model_copy(update={"rules_dir": rules}))
    # What the reading took would stay with Arrow, where nothing else can use it.
    pa.default_memory_pool().release_unused()
    engine = opened.engine(dataset, task.as_of)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / FINISHED).unlink(missing_ok=True)
    rows = 0
    for kind in task.kinds:
        if kind in engine.kinds():
            rows += rank_to_file(engine, kind, folder / f"{kind}.parquet", k=task.k).rows
    return AgencyResult(agency, len(engine.employee_ids), rows, report.refused)


@dataclass(frozen=True)
class _Opened:
    """What a worker opens once: the catalogue, and a model laid out for it."""

    catalogue: Dataset
    model: Model
    rules: Rules
    prepared: Prepared

    def engine(self, dataset: Dataset, as_of: date) -> Engine:
        """Return an engine for an agency; posts and trainings are those of the catalogue."""
        prepared = pipeline.with_people(self.prepared, dataset, as_of=as_of, rules=self.rules)
        return Engine(dataset, prepared, self.model, self.rules)


@lru_cache(maxsize=1)
@on_one_thread
def _opened(task: NationTask) -> _Opened:
    catalogue, _ = Nation(Path(task.nation)).catalogue()
    rules = load_rules(task.as_of, None if task.rules is None else Path(task.rules))
    model = load_model(Path(task.model))
    prepared = pipeline.prepare(catalogue, model, as_of=task.as_of, rules=rules)
    return _Opened(catalogue, model, rules, prepared)


def _basis(task: NationTask, nation: Nation, agency: str) -> dict[str, Any]:
    """Return what an agency's files rest on."""
    model = json.loads((Path(task.model) / "manifest.json").read_text(encoding="utf-8"))
    rules = load_rules(task.as_of, None if task.rules is None else Path(task.rules))
    return {
        "catalogue": task.data,
        "people": _files_hash(nation.partition(agency)),
        "model": model,
        "rules": rules.hash,
        "code": code_version(),
        "as_of": task.as_of.isoformat(),
        "kinds": list(task.kinds),
        "k": task.k,
    }


def _finished(folder: Path, basis: dict[str, Any]) -> AgencyResult | None:
    """Return what an earlier run came to, where it asked the same and its files are whole."""
    try:
        said = json.loads((folder / FINISHED).read_text(encoding="utf-8"))
        for kind in said["basis"]["kinds"]:
            file = folder / f"{kind}.parquet"
            companion = folder / f"{file.name}.json"
            if companion.exists():
                wanted = json.loads(companion.read_text(encoding="utf-8"))["sha256"]
                if _file_hash(file) != wanted:
                    return None
    except (OSError, ValueError, KeyError):
        return None
    if said["basis"] != basis:
        return None
    return AgencyResult(**{**said["result"], "kept": True})


def _require_place(out: Path) -> None:
    if out.exists() and not out.is_dir():
        raise WrongUse("cli.not_a_folder", folder=str(out))
    if out.is_dir():
        foreign = [p.name for p in out.iterdir() if not _ours(p)]
        if foreign:
            raise WrongUse("nation.foreign", folder=str(out), name=sorted(foreign)[0])
    out.mkdir(parents=True, exist_ok=True)


def _ours(place: Path) -> bool:
    return place.name == SUMMARY or place.name.startswith(("agency=", "."))


def _summary(task: NationTask, result: RankedNation) -> dict[str, Any]:
    return {
        "as_of": task.as_of.isoformat(),
        "kinds": list(task.kinds),
        "k": task.k,
        "code": code_version(),
        "agencies": [asdict(one) for one in result.done],
        "failed": [{"agency": code, "reason": why} for code, why in sorted(result.failed.items())],
        "people": sum(one.people for one in result.done),
        "rows": sum(one.rows for one in result.done),
    }


def _files_hash(folder: Path) -> str:
    """Return SHA-256 over names and bytes of a folder's files."""
    digest = hashlib.sha256()
    for file in _files(folder):
        digest.update(f"{file.relative_to(folder).as_posix()}\0{_file_hash(file)}".encode())
    return digest.hexdigest()


def _files(folder: Path) -> Iterator[Path]:
    yield from (p for p in sorted(folder.rglob("*")) if p.is_file())


def _file_hash(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
