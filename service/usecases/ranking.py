"""Rank everybody of a dataset into one file: CSV or Parquet, with a JSON file beside it.

In: an open engine. Out: ``FILE`` with the contract's seven columns, ordered by employee and rank,
``FILE.json`` with what the ranking rests on, and ``FILE.basis.parquet`` with fingerprints by which
the next ranking keeps the lists that no change touches. The same input gives the same bytes,
whatever did the work. What is finished lies in ``FILE.work`` until all of it is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from recommender.batch.code import code_version
from recommender.batch.files import SUFFIXES, sink
from recommender.batch.fingerprints import Basis
from recommender.batch.incremental import Reuse
from recommender.batch.records import Recorder
from recommender.batch.supervisor import Quarantined
from recommender.engine import Engine
from recommender.fairness import Lists, Report, measure
from recommender.pipeline import Progress
from recommender.results import Kind
from service.usecases.errors import NothingUsable, WrongUse
from service.usecases.files import write_json, written_whole
from service.usecases.reuse import Kept, NotReused, companion_of, from_file, record_of
from service.usecases.runners import Workers


@dataclass(frozen=True)
class RankedFile:
    """What was written: the file, its companion, how much is in it, and how fair it is.

    Attributes:
        quarantined: people who could not be ranked, because their shard failed.
        reused: people whose lists an earlier run had finished.
        kept: how much of an earlier ranking was kept, where one was named.
    """

    file: Path
    companion: Path
    rows: int
    people: int
    without_rows: int
    fairness: Report
    quarantined: int = 0
    reused: int = 0
    kept: Kept | None = None


def require_writable(out: Path) -> None:
    """Raise ``WrongUse`` where a ranking could not be written to ``out``: before the work."""
    if out.suffix.lower() not in SUFFIXES:
        raise WrongUse("cli.unknown_suffix", file=out.name)
    if not out.parent.is_dir():
        raise WrongUse("cli.no_folder_for", folder=str(out.parent))


def rank_to_file(
    engine: Engine,
    kind: Kind,
    out: Path,
    *,
    k: int = 10,
    workers: Workers | None = None,
    shard_size: int | None = None,
    since: Path | None = None,
    progress: Progress | None = None,
) -> RankedFile:
    """Rank everybody and write ``out`` and its companions; each appears whole.

    Parameters:
        workers: what does the work, by default this process.
        shard_size: people of a shard.
        since: a file written earlier, of which the lists that no change touches are kept.

    Raises:
        WrongUse: the suffix is neither .csv nor .parquet, or there is no such folder.
        NothingUsable: the dataset holds no item of this kind.
        NothingRanked: the work failed for everybody.
        UnusableStore: ``out.work`` is in the way.
    """
    require_writable(out)
    if kind not in engine.kinds():
        raise NothingUsable(f"cli.no_items_{kind}")
    folder = out.with_name(out.name + ".work")
    recorder = Recorder(Basis.of(engine, kind, k))
    reuse, kept = _reused(since, recorder.basis)
    stream = (workers or Workers()).stream(engine, kind, k, folder, shard_size, reuse)
    empty: dict[str, str] = {}
    total = len(engine.employee_ids)
    count = done = 0
    gathered = Lists(engine, kind, k)
    with written_whole(out) as temporary:
        with sink(temporary, out.suffix.lower()) as file:
            for ranked in stream:
                file.put(ranked)
                gathered.add(ranked)
                recorder.add(ranked)
                empty |= ranked.empty()
                count += ranked.lines.num_rows
                done += ranked.people
                if progress:
                    progress("rank", done, total)
        with temporary.open("rb") as written:
            checksum = hashlib.file_digest(written, "sha256").hexdigest()
    companion = companion_of(out)
    fairness = measure(engine, (gathered,))
    found: dict[str, Any] = {
        **_basis(engine, kind, k),
        "employees": total,
        "rows": count,
        "sha256": checksum,
        "without_rows": [
            {"employee_id": employee, "rule": rule} for employee, rule in sorted(empty.items())
        ],
        "quarantined": _quarantined(engine, stream.quarantined),
        "fairness": fairness.as_json(),
    }
    write_json(companion, found, mode=0o600)
    with written_whole(record_of(out)) as temporary:
        temporary.touch(0o600)
        recorder.write(temporary, (one.shard for one in stream.quarantined))
    stream.remove()
    return RankedFile(
        out,
        companion,
        count,
        total,
        len(empty),
        fairness,
        stream.quarantined_people,
        stream.reused_people,
        kept,
    )


def _reused(since: Path | None, basis: Basis) -> tuple[Reuse | None, Kept | None]:
    """Return what of an earlier file is kept, and how much of it or why none."""
    if since is None:
        return None, None
    try:
        reuse = from_file(since, basis)
    except NotReused as reason:
        return None, Kept(0, len(basis.people), reason.text)
    return reuse, Kept.of(reuse)


def _basis(engine: Engine, kind: Kind, k: int) -> dict[str, Any]:
    """Return what a ranking rests on."""
    return {
        "kind": kind,
        "k": k,
        "as_of": engine.as_of.isoformat(),
        "data": engine.data_hash,
        "model": engine.model_id,
        "rules": engine.rules_hash,
        "code": code_version(),
        "packs": dict(engine.rules.pack_hashes),
        "overlays": list(engine.rules.overlays),
        "not_checked": engine.not_checked,
    }


def _quarantined(engine: Engine, shards: Sequence[Quarantined]) -> list[dict[str, Any]]:
    """Return who could not be ranked and how their shard failed."""
    ids = engine.employee_ids
    return [
        {"reason": one.reason, "employee_ids": list(ids[one.shard.start : one.shard.stop])}
        for one in sorted(shards, key=lambda one: one.shard.number)
    ]
