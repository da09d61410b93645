"""``selaras allocate``: the city's seats and vacancies across everybody."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from service.cli.console import note, progress
from service.cli.day import day_of, warn_if_old
from service.cli.failures import DONE, INTERRUPTED, REFUSED
from service.cli.options import AsOf, Data, Lang, Model, Seed, described

if TYPE_CHECKING:
    from recommender.allocation.solve import Progress
    from service.usecases.allocating import Outcome


def _template(file: Path | None) -> None:
    """Write an empty workbook of constraints and end."""
    if file is None:
        return
    from service.exports.seat_books import write_template
    from service.usecases.errors import WrongUse
    from service.usecases.files import written_whole

    if file.suffix.lower() != ".xlsx":
        raise WrongUse("cli.unknown_suffix", file=file.name)
    with written_whole(file) as temporary:
        write_template(temporary)
    note("allocate.template", file=str(file))
    raise typer.Exit


def allocate(
    kind: Annotated[
        Literal["session", "vacancy"], typer.Option("--kind", help=described("allocate_kind"))
    ],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help=described("out"))],
    data: Data = None,
    scores: Annotated[
        Path | None, typer.Option("--scores", metavar="FILE", help=described("scores"))
    ] = None,
    constraints: Annotated[
        Path | None, typer.Option("--constraints", metavar="FILE", help=described("constraints"))
    ] = None,
    since: Annotated[
        Path | None, typer.Option("--since", metavar="FILE", help=described("allocate_since"))
    ] = None,
    template: Annotated[
        Path | None,
        typer.Option(
            "--template",
            metavar="FILE",
            help=described("allocate_template"),
            is_eager=True,
            callback=_template,
        ),
    ] = None,
    gap: Annotated[
        float, typer.Option("--gap", min=0.0, max=1.0, metavar="SHARE", help=described("gap"))
    ] = 0.001,
    seconds: Annotated[
        float | None, typer.Option("--seconds", min=0.1, metavar="S", help=described("seconds"))
    ] = None,
    model: Model = None,
    as_of: AsOf = None,
    seed: Seed = 0,
    lang: Lang = None,
) -> int:
    """Give out seats or vacancies across everybody."""
    from recommender.allocation.solve import Settings as Effort
    from service.settings import Settings
    from service.usecases import allocating, sources
    from service.usecases.errors import WrongUse
    from training_data.reference.packs import load_rules

    allocating.require_writable(out)
    if scores is not None and model is not None:
        raise WrongUse("allocate.scores_or_model")
    wishes = allocating.read_wishes(constraints)
    if since is not None and wishes.stability is None:
        wishes = wishes.model_copy(update={"stability": allocating.STABILITY})
    kept = allocating.read_kept(since, kind)
    settings, day = Settings(), day_of(as_of)
    with progress() as tell:
        given = sources.given_data(settings, data, tell)
    warn_if_old(given.dataset, day, as_of)

    def told(at: Progress) -> None:
        if tell is not None:
            tell("solve", at.step, at.steps)

    with progress() as tell, _interruptible() as asked_to_stop:
        effort = Effort(gap=gap, threads=os.cpu_count() or 1)
        outcome = allocating.allocate(
            given.dataset,
            settings,
            kind=kind,
            as_of=day,
            wishes=wishes,
            scores=scores,
            kept=kept,
            model_folder=model,
            seed=seed,
            search=allocating.Search(effort, seconds, asked_to_stop.is_set),
            progress=tell,
            told=told,
        )
    rules = load_rules(day, settings.rules_dir)
    basis = allocating.basis_of(given.dataset, rules, day, scores, outcome.refused)
    allocating.write(outcome, out, basis)
    solution = outcome.account.solution
    note(
        "allocate.done",
        seats=int(solution.chosen.sum()),
        gap=f"{100 * solution.gap:.2f}",
        file=str(out),
    )
    if outcome.unfilled:
        seats = sum(one.seats for one in outcome.unfilled)
        note("allocate.unfilled", seats=seats, file=str(out))
    _tell_floors(outcome)
    _tell_turns(outcome)
    if outcome.refused:
        note("allocate.refused", rows=outcome.refused)
    if asked_to_stop.is_set():
        note("allocate.stopped")
        return INTERRUPTED
    return REFUSED if outcome.refused or not given.whole else DONE


def _tell_floors(outcome: Outcome) -> None:
    """Say what the floors cost, and which groups gain and lose seats by them."""
    standing = outcome.standing
    if standing is None:
        return
    kept, free = standing.value
    note("allocate.floors", points=f"{(free - kept) / 1_000_000:.3f}")
    for by, groups in standing.groups.items():
        for group in groups:
            if group.shown and group.seats[0] != group.seats[1]:
                note(
                    "allocate.floor_group",
                    by=by,
                    value=group.value,
                    seats=group.seats[0],
                    without=group.seats[1],
                    reached=group.reached[0],
                    reached_without=group.reached[1],
                )


def _tell_turns(outcome: Outcome) -> None:
    """Say whose turn it was, what that cost in points alone, and who got seats by it."""
    if outcome.turning is None:
        return
    told = outcome.turning.as_json()
    if not told["history_known"]:
        note("allocate.turns_unknown")
        return
    note(
        "allocate.turns",
        first=str(told["first_year"]),
        last=str(told["last_year"]),
        share=told["share_jp"],
        strength=round(told["strength"], 3),
        behind=told["behind"],
        cost=f"{told['cost']:.3f}",
    )
    for group in outcome.turning.groups:
        if group.shown:
            note(
                f"allocate.turns_{group.value}",
                people=group.people,
                reached=group.reached[0],
                reached_without=group.reached[1],
                seats=group.seats[0],
                without=group.seats[1],
            )


@contextmanager
def _interruptible() -> Iterator[Event]:
    """Let the first interrupt ask for the best so far; the second one ends the command."""
    asked = Event()

    def ask(number: int, frame: object) -> None:
        asked.set()
        signal.signal(signal.SIGINT, before)

    before = signal.signal(signal.SIGINT, ask)
    try:
        yield asked
    finally:
        signal.signal(signal.SIGINT, before)
