"""Rank everybody in the database, both kinds, and make it the ranking in force.

In: a dataset, the day, a model folder or none. Out: the number of the new generation. The model is
kept with the generation, so that a later ``fit`` cannot change what is served.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from recommender import artifact, pipeline
from recommender.batch.fingerprints import Basis, own_rows
from recommender.batch.records import Recorder
from recommender.batch.stream import Stream
from recommender.card import LearntFrom
from recommender.engine import Engine
from recommender.fairness import Lists, Report, measure
from recommender.overview import overview
from recommender.pipeline import Progress
from recommender.reach import Loss, Reach, losses
from recommender.registry import resolve
from recommender.results import Kind
from service.auditing import SYSTEM, Actor
from service.database import fairness, generations
from service.database.engine import make_home
from service.database.fairness import Override
from service.database.overview import Overview
from service.database.packing import Row
from service.database.tables import quality_review
from service.errors import HeldBack
from service.settings import Settings
from service.usecases.learning import load_model
from service.usecases.reuse import Kept, from_generation
from service.usecases.runners import Workers
from service.usecases.sources import open_database
from training_data.dataset import Dataset
from training_data.messages import Text
from training_data.reference.packs import load_rules

if TYPE_CHECKING:
    from sqlalchemy import Connection
    from sqlalchemy import Engine as Database


SPARE = 5
"""Items published beyond the length of a list."""


@dataclass(frozen=True)
class Published:
    """The new ranking.

    Attributes:
        number: its number.
        people: how many people it is for.
        engine: the engine that made it.
        overridden: whether it was published although its fairness is below a floor.
        quality_overridden: whether it was although it reaches much less than the one before.
        kept: how much of the ranking before was kept, by kind; empty where there was none.
    """

    number: int
    people: int
    engine: Engine
    overridden: bool = False
    quality_overridden: bool = False
    kept: Mapping[Kind, Kept] = field(default_factory=dict)


def rerank_and_publish(
    dataset: Dataset,
    settings: Settings,
    *,
    as_of: date,
    model_folder: Path | None = None,
    seed: int = 0,
    k: int = 10,
    spare: int = SPARE,
    workers: Workers | None = None,
    override: Override | None = None,
    override_quality: Override | None = None,
    progress: Progress | None = None,
    inputs: str | None = None,
    guard: generations.Guard | None = None,
    actor: Actor = SYSTEM,
) -> Published:
    """Rank everybody of ``dataset`` and publish.

    Where the generation in force rests on the same catalogue, model, rules and day, only people
    whom a change touches are ranked; what is published is the same.

    Parameters:
        model_folder: the model to rank with; without it one is fitted on ``dataset``.
        k: length of each list.
        spare: items published beyond it; reads take them where others were answered.
        workers: what does the work, by default this process.
        override: publish although fairness is below a floor; recorded with the generation.
        override_quality: publish although it reaches much less than the ranking in force does;
            recorded as well.
        inputs: what the database, the model and the rules were at, see ``schedule.inputs_of``.
        guard: ties the switch to a lease.
        actor: who asked for it, for the audit trail.

    Raises:
        HeldBack: fairness or reach is below a floor and nobody decided to publish all the same,
            or some people could not be ranked.
        NothingToRank: the dataset holds neither trainings nor jobs.
        UnusableModel: the folder holds no usable model.
        DatabaseError, PublishError: the ranking before stays in force.
    """
    rules = load_rules(as_of, settings.rules_dir)
    make_home(settings.home)
    with tempfile.TemporaryDirectory(dir=settings.home, prefix=".model-") as temporary:
        if model_folder is None:
            model_folder = Path(temporary) / "model"
            fitted = pipeline.fit(dataset, as_of=as_of, seed=seed, rules=rules, progress=progress)
            artifact.save(fitted, model_folder, rules, LearntFrom.of(dataset, as_of))
        model_folder = resolve(model_folder)
        model = load_model(model_folder)
        engine = Engine.open(dataset, model, as_of=as_of, rules=rules)
        manifest = generations.Manifest(
            as_of=as_of,
            model=engine.model_id,
            rules=engine.rules_hash,
            not_checked=engine.not_checked,
            details={
                "inputs": inputs,
                "seed": model.seed,
                "k": k,
                "spare": spare,
                "kinds": list(engine.kinds()),
                "packs": dict(rules.pack_hashes),
                "overlays": list(rules.overlays),
            },
        )
        database = open_database(settings)
        gathered = {kind: Lists(engine, kind, k) for kind in engine.kinds()}
        own, whole = own_rows(engine), k + spare
        recorders = {kind: Recorder(Basis.of(engine, kind, whole, own)) for kind in engine.kinds()}
        bases = {kind: one.basis for kind, one in recorders.items()}
        reuses = from_generation(database, settings.home, bases)
        streams = {
            kind: (workers or Workers()).stream(
                engine, kind, whole, settings.home / f".rank-{kind}", reuse=reuses.by_kind.get(kind)
            )
            for kind in engine.kinds()
        }
        review = _Review(database, settings.agency, engine, gathered, override, override_quality)
        number = generations.publish(
            database,
            settings.home,
            _rows(gathered, recorders, streams, progress),
            manifest,
            dataset,
            agency=settings.agency,
            overview=_overview(engine),
            model_folder=model_folder,
            beside=partial(_record, recorders),
            keep=settings.keep_generations,
            review=review,
            guard=_Last(guard, tuple(streams.values())),
            actor=actor,
        )
    kept = {kind: Kept.of(reuse) for kind, reuse in reuses.by_kind.items()}
    unkept = {kind: Kept(0, len(engine.employee_ids), why) for kind, why in reuses.why.items()}
    return Published(
        number,
        len(engine.employee_ids),
        engine,
        review.overridden,
        review.quality_overridden,
        {**kept, **unkept},
    )


def _overview(engine: Engine) -> Overview:
    """Return what lists of people are filtered and units are told by."""
    found = overview(engine)
    return Overview(found.facts, found.gaps, found.by_unit.units, found.by_unit.gaps)


def _record(recorders: Mapping[Kind, Recorder], folders: generations.Folders) -> None:
    """Write what the next ranking needs into the folder of this one."""
    for kind, recorder in recorders.items():
        recorder.write(folders.record(kind))


@dataclass(frozen=True)
class _Last:
    """What happens inside the switch: the caller's guard, then the kept shards go.

    Removed after the switch they would stay for ever where the process is killed in between, for
    nothing would be due any more; removed before the guard, a holder that was fenced out could take
    them from the one at work. Where the switch fails after all, everybody is ranked once more.
    """

    guard: generations.Guard | None
    streams: tuple[Stream, ...]

    def __call__(self, connection: Connection, number: int) -> None:
        if self.guard is not None:
            self.guard(connection, number)
        for stream in self.streams:
            stream.remove()


class _Review:
    """Measures a staged ranking, writes down what was found, and holds it back where it must."""

    def __init__(
        self,
        database: Database,
        agency: str,
        engine: Engine,
        gathered: Mapping[Kind, Lists],
        override: Override | None,
        override_quality: Override | None,
    ) -> None:
        self.database, self.agency = database, agency
        self.engine, self.gathered = engine, gathered
        self.override, self.override_quality = override, override_quality
        self.overridden = self.quality_overridden = False

    def __call__(self, number: int) -> None:
        """Measure; raise ``HeldBack`` where something is below a floor for no stated reason."""
        lost = self._reach(number)
        self._fairness(number)
        if lost and not self.quality_overridden:
            findings = _phrase([one.text for one in lost])
            raise HeldBack("reach.held", findings=findings)

    def _reach(self, number: int) -> tuple[Loss, ...]:
        """Compare what is reached with the generation in force; write down both."""
        now = Reach.of(len(self.engine.employee_ids), self.gathered.values())
        current = generations.current_generation(self.database)
        review = None
        if current is not None and current.agency == self.agency:
            review = fairness.review_of(self.database, current.number, quality_review)
        before = None if review is None else Reach.from_json(review.report["reach"])
        lost = () if before is None else losses(before, now, self.engine.rules)
        report = {
            "reach": now.as_json(),
            "before": None if before is None else before.as_json(),
            "losses": [one.as_json() for one in lost],
        }
        used = self.override_quality if lost else None
        fairness.store_review(self.database, number, not lost, report, used, quality_review)
        self.quality_overridden = used is not None
        return lost

    def _fairness(self, number: int) -> None:
        report = measure(self.engine, tuple(self.gathered.values()))
        used = None if report.met else self.override
        fairness.store_review(self.database, number, report.met, report.as_json(), used)
        if not report.met and used is None:
            raise HeldBack("cli.fairness.held", findings=findings_text(report))
        self.overridden = used is not None


def findings_text(report: Report) -> Text:
    """Return what holds a ranking back, as one phrase."""
    return _phrase([finding.text for finding in report.breaches])


def _phrase(said: Sequence[Text]) -> Text:
    return Text("; ".join(t.id for t in said), "; ".join(t.en for t in said))


def _rows(
    gathered: Mapping[Kind, Lists],
    recorders: Mapping[Kind, Recorder],
    streams: Mapping[Kind, Stream],
    progress: Progress | None,
) -> Iterator[Row]:
    total = sum(shard.stop - shard.start for s in streams.values() for shard in s.shards)
    done = 0
    for kind, stream in streams.items():
        for ranked in stream:
            gathered[kind].add(ranked)
            recorders[kind].add(ranked)
            for one in ranked.rows():
                yield (
                    one.employee_id,
                    one.kind,
                    one.item_code,
                    one.rank,
                    one.micro,
                    one.eligibility,
                    one.reasons,
                )
            done += ranked.people
            if progress:
                progress("rank", done, total)
        if stream.quarantined:
            # A ranking in which some people are missing must not take the place of a whole one.
            raise HeldBack("cli.publish_quarantined", people=stream.quarantined_people)
