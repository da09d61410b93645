"""``selaras simulate``: simulated people live with suggestions, policy by policy."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from service.cli.console import language, note, progress
from service.cli.failures import DONE
from service.cli.options import AsOf, Lang, Seed, described


def simulate(
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help=described("simulate_out"))],
    employees: Annotated[
        int, typer.Option("--employees", min=1, metavar="N", help=described("employees"))
    ] = 200,
    months: Annotated[
        int, typer.Option("--months", min=1, metavar="N", help=described("simulate_months"))
    ] = 12,
    runs: Annotated[
        int, typer.Option("--runs", min=1, metavar="N", help=described("simulate_runs"))
    ] = 1,
    k: Annotated[
        int, typer.Option("--k", min=1, max=100, metavar="N", help=described("simulate_k"))
    ] = 3,
    refit: Annotated[
        int, typer.Option("--refit", min=1, metavar="N", help=described("simulate_refit"))
    ] = 3,
    policy: Annotated[
        list[str] | None,
        typer.Option("--policy", metavar="NAME", help=described("simulate_policy")),
    ] = None,
    behaviour: Annotated[
        Path | None,
        typer.Option("--behaviour", metavar="FILE", help=described("simulate_behaviour")),
    ] = None,
    as_of: AsOf = None,
    seed: Seed = 0,
    lang: Lang = None,
) -> int:
    """Let invented people live with suggestions, and measure uptake and gaps."""
    from recommender.simulation.policies import BY_NAME
    from recommender.simulation.run import SimulationConfig
    from service.settings import Settings
    from service.usecases import simulating
    from service.usecases.errors import WrongUse

    simulating.require_simulation_place(out)
    # Named ones stand in the order of the report, whatever the order on the command line.
    names = tuple(name for name in BY_NAME if not policy or name in policy)
    unknown = [name for name in policy or () if name not in BY_NAME]
    if unknown:
        raise WrongUse("cli.unknown_policy", name=unknown[0], known=", ".join(BY_NAME))
    config = SimulationConfig(
        months, k, refit, runs, seed, names, simulating.read_behaviour(behaviour)
    )
    with progress() as tell:
        made = simulating.simulate_to_file(
            out,
            config,
            employees=employees,
            start=as_of or simulating.START,
            settings=Settings(),
            language=language(),
            progress=tell,
        )
    note("cli.written", file=str(made.file))
    note("simulate.honest")
    return DONE
