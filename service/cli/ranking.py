"""``selaras fit``, ``rank`` and ``evaluate``: learn, rank everybody, measure."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from service.cli.console import language, note, note_text, progress, result
from service.cli.day import day_of, warn_if_old
from service.cli.engine import workers_of
from service.cli.failures import DONE, REFUSED
from service.cli.options import (
    AsOf,
    Data,
    EngineOption,
    Json,
    K,
    KindName,
    Lang,
    Model,
    Scheduler,
    Seed,
    WorkersOption,
    described,
)

if TYPE_CHECKING:
    from datetime import date

    from service.database.fairness import Override
    from service.usecases.models import Fitted
    from service.usecases.reuse import Kept
    from service.usecases.runners import EngineName
    from service.usecases.sources import Given

Out = Annotated[Path | None, typer.Option("--out", metavar="FILE", help=described("out"))]


def fit(
    data: Data = None,
    model: Model = None,
    promote: Annotated[bool, typer.Option("--promote", help=described("fit_promote"))] = False,
    as_of: AsOf = None,
    seed: Seed = 0,
    lang: Lang = None,
) -> int:
    """Learn a model and keep it: as a new version, or as a folder where one is named."""
    from service.settings import Settings
    from service.usecases.errors import WrongUse
    from service.usecases.learning import fit_model, require_model_place
    from service.usecases.models import fit_version, require_place
    from service.usecases.sources import given_data

    if promote and model is not None:
        raise WrongUse("models.promote_with_folder")
    settings = Settings()
    if model is None:
        require_place(settings.models)
    else:
        require_model_place(model)
    day = day_of(as_of)
    with progress() as tell:
        given = given_data(settings, data, tell, people=False)
    warn_if_old(given.dataset, day, as_of)
    how: dict[str, Any] = {"as_of": day, "settings": settings, "seed": seed}
    with progress() as tell:
        if model is not None:
            learnt = fit_model(given.dataset, model, progress=tell, **how)
            note("cli.fitted", folder=str(model), id=learnt.id[:12])
            return _code(given)
        fitted = fit_version(given.dataset, promote=promote, progress=tell, **how)
    return max(_tell_fitted(fitted), _code(given))


def rank(
    kind: Annotated[KindName | None, typer.Option("--kind", help=described("kind"))] = None,
    out: Out = None,
    data: Data = None,
    model: Model = None,
    k: K = 10,
    engine: EngineOption = "local",
    workers: WorkersOption = None,
    scheduler: Scheduler = None,
    as_of: AsOf = None,
    seed: Seed = 0,
    since: Annotated[
        Path | None, typer.Option("--since", metavar="FILE", help=described("since"))
    ] = None,
    names: Annotated[
        Path | None, typer.Option("--names", metavar="FILE", help=described("names_decisions"))
    ] = None,
    override_fairness: Annotated[
        str | None,
        typer.Option("--override-fairness", metavar="REASON", help=described("override_fairness")),
    ] = None,
    override_quality: Annotated[
        str | None,
        typer.Option("--override-quality", metavar="REASON", help=described("override_quality")),
    ] = None,
    override_by: Annotated[
        str | None, typer.Option("--by", metavar="WHO", help=described("override_by"))
    ] = None,
    lang: Lang = None,
) -> int:
    """Rank everybody: into a file with ``--data``, else publish from the database."""
    from service.auditing import of_command_line
    from service.settings import Settings
    from service.usecases import sources
    from service.usecases.errors import WrongUse
    from service.usecases.learning import open_engine
    from service.usecases.models import model_for
    from service.usecases.publishing import findings_text, rerank_and_publish
    from service.usecases.ranking import rank_to_file, require_writable
    from training_data.nation import Nation

    if data is not None and Nation.is_at(data):
        unfit = (since, names, override_fairness, override_quality)
        if out is None or any(one is not None for one in unfit):
            raise WrongUse("nation.needs")
        return _rank_nation(
            data, out, kind, model, day_of(as_of), seed, k, engine, workers, scheduler
        )
    if (kind is None and out is not None) or (data is not None and (kind is None or out is None)):
        raise WrongUse("cli.rank_needs")
    if since is not None and out is None:
        raise WrongUse("cli.since_needs")
    if out is not None:
        require_writable(out)
    if data is not None and not (override_fairness is override_quality is None):
        raise WrongUse("cli.fairness.reason_file")
    override = _override(override_fairness, override_by)
    of_quality = _override(override_quality, override_by)
    settings = Settings()
    day = day_of(as_of)
    who = workers_of(settings, engine, workers, scheduler)
    with progress() as tell:
        given = sources.given_data(settings, data, tell, decisions=names)
    warn_if_old(given.dataset, day, as_of)
    said = given.names.sentence()
    if said is not None:
        note_text(said)
    with progress() as tell:
        if data is None:
            published = rerank_and_publish(
                given.dataset,
                settings,
                as_of=day,
                model_folder=model or model_for(settings, day),
                seed=seed,
                k=k,
                workers=who,
                override=override,
                override_quality=of_quality,
                actor=of_command_line(),
                progress=tell,
            )
            ready = published.engine
            note("cli.published", number=published.number, people=published.people)
            for kept in published.kept.values():
                _tell_kept(kept)
            if published.overridden and override is not None:
                note("cli.fairness.overridden", by=override.by, reason=override.reason)
            if published.quality_overridden and of_quality is not None:
                note("reach.overridden", by=of_quality.by, reason=of_quality.reason)
        else:
            ready = open_engine(
                given.dataset,
                as_of=day,
                settings=settings,
                model_folder=model,
                seed=seed,
                progress=tell,
            )
        written = (
            rank_to_file(ready, kind, out, k=k, workers=who, since=since, progress=tell)
            if kind is not None and out is not None
            else None
        )
    if written is not None:
        note("cli.ranked", file=str(out), rows=written.rows, people=written.people)
        if written.without_rows:
            note("cli.without_rows", people=written.without_rows, file=str(written.companion))
        if written.kept is not None:
            _tell_kept(written.kept)
        if written.reused:
            note("cli.resumed", people=written.reused)
        if not written.fairness.met:
            findings = findings_text(written.fairness)
            note("cli.fairness.below", findings=findings, file=str(written.companion))
    _tell_not_checked(ready.not_checked)
    if written is not None and written.quarantined:
        note("cli.quarantined", people=written.quarantined, file=str(written.companion))
        return REFUSED
    return _code(given)


def _rank_nation(
    data: Path,
    out: Path,
    kind: KindName | None,
    model: Path | None,
    day: date,
    seed: int,
    k: int,
    engine: EngineName,
    workers: int | None,
    scheduler: str | None,
) -> int:
    """Rank every agency of a nation's folder into a folder of partitions."""
    from service.settings import Settings
    from service.usecases.nation import KINDS, fit_on_largest, rank_nation
    from training_data.nation import Nation, partition_name

    settings, nation = Settings(), Nation(data)
    who = workers_of(settings, engine, workers, scheduler)
    with progress() as tell, fit_on_largest(nation, model, day, settings, seed, tell) as learnt:
        if learnt.agency is not None:
            note("nation.model", agency=learnt.agency)
        kinds = KINDS if kind is None else (kind,)
        found = rank_nation(
            nation, learnt.folder, out, as_of=day, kinds=kinds, k=k, workers=who, progress=tell
        )
    people, rows = (sum(getattr(one, name) for one in found.done) for name in ("people", "rows"))
    note("nation.ranked", people=people, agencies=len(found.done), rows=rows, folder=str(out))
    kept = sum(one.kept for one in found.done)
    if kept:
        note("nation.kept", agencies=kept)
    for one in found.done:
        if one.refused:
            place = data / partition_name(one.agency)
            note("nation.refused", rows=one.refused, folder=str(place))
    for agency, reason in sorted(found.failed.items()):
        place = data / partition_name(agency)
        note("nation.failed", agency=agency, reason=reason, folder=str(place))
    return DONE if found.whole else REFUSED


def _override(reason: str | None, by: str | None) -> Override | None:
    """Return the decision to publish all the same, in the name of the account by default."""
    from getpass import getuser

    from service.database.fairness import Override
    from service.usecases.errors import WrongUse

    if reason is None:
        return None
    if not reason.strip():
        raise WrongUse("cli.fairness.reason_empty")
    return Override(reason.strip(), by or getuser())


def evaluate(
    kind: Annotated[KindName, typer.Option("--kind", help=described("kind"))],
    data: Data = None,
    split: Annotated[
        Literal["time", "last"] | None, typer.Option("--split", help=described("split"))
    ] = None,
    out: Out = None,
    as_of: AsOf = None,
    seed: Seed = 0,
    as_json: Json = False,
    lang: Lang = None,
) -> int:
    """Measure the engine beside plain baselines on the data's own past."""
    from service.settings import Settings
    from service.usecases import files, sources
    from service.usecases.evaluating import measure, require_report_place

    if out is not None:
        require_report_place(out)
    settings = Settings()
    day = day_of(as_of)
    with progress() as tell:
        given = sources.given_data(settings, data, tell, people=kind == "training")
    warn_if_old(given.dataset, day, as_of)
    with progress() as tell:
        report = measure(
            given.dataset,
            kind=kind,
            split=split,
            as_of=day,
            seed=seed,
            out=out,
            language=language(),
            progress=tell,
        )
    if out is not None:
        note("cli.written", file=str(out))
    if as_json:
        result(files.as_json(report.as_json()))
    elif out is None:
        result(report.as_markdown(language()))
    return _code(given)


def _tell_fitted(fitted: Fitted) -> int:
    """Say which version was written and what became of it; return the exit code."""
    from service.cli.models import tell_promotion

    number, promotion = fitted.version.number, fitted.promotion
    code = "models.written" if fitted.new else "models.there_already"
    note(code, number=number, id=fitted.version.id, folder=str(fitted.version.folder))
    if promotion is not None:
        tell_promotion(number, promotion.refused, promotion.done)
        return DONE if promotion.done else REFUSED
    if fitted.in_force:
        note("models.now_in_force", number=number)
    else:
        note("models.how_to_promote", number=number)
    return DONE


def _tell_kept(kept: Kept) -> None:
    """Say how many were ranked anew, or why everybody was."""
    if kept.why is not None:
        note("cli.kept_nothing", why=kept.why)
    else:
        note("cli.kept", kept=kept.kept, touched=kept.touched)


def _tell_not_checked(rules: list[str]) -> None:
    if rules:
        note("cli.not_checked", rules=", ".join(rules))


def _code(given: Given) -> int:
    """Say that rows or files were refused, where some were; return the exit code."""
    if given.whole:
        return DONE
    if given.refused:
        note("cli.some_refused", count=given.refused)
    else:
        note("cli.files_refused")
    return REFUSED
