"""The commands of ``selaras`` and where each is written; one place turns errors into exit codes."""

from __future__ import annotations

from typing import Any

import typer
from typer.core import TyperGroup

from service.cli import (
    allocating,
    assessing,
    auditing,
    dataset,
    fairness,
    generations,
    history,
    installation,
    models,
    names,
    person,
    planning,
    ranking,
    reports,
    rules,
    safekeeping,
    simulating,
    users,
    working,
)
from service.cli.console import LANGUAGE
from service.cli.failures import tell
from service.cli.options import described


class _Commands(TyperGroup):
    """Runs a command; what it returns is the exit code, what it raises is told to the person."""

    def invoke(self, ctx: Any) -> Any:
        LANGUAGE.set("")
        try:
            code = super().invoke(ctx)
        except (typer.Exit, typer.Abort, typer.TyperException):
            raise
        except Exception as error:
            code = tell(error)
            if code is None:
                raise
        raise typer.Exit(code or 0)


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        print("selaras", version("selaras"))
        raise typer.Exit


app = typer.Typer(
    cls=_Commands,
    help=described("selaras"),
    epilog=described("selaras_example"),
    no_args_is_help=True,
    rich_markup_mode=None,  # drawing boxes would double the start-up time
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
people = typer.Typer(help=described("user"), no_args_is_help=True, rich_markup_mode=None)
trail = typer.Typer(help=described("audit"), no_args_is_help=True, rich_markup_mode=None)
token = typer.Typer(help=described("token"), no_args_is_help=True, rich_markup_mode=None)
matching = typer.Typer(help=described("names"), no_args_is_help=True, rich_markup_mode=None)
registry = typer.Typer(help=described("models"), no_args_is_help=True, rich_markup_mode=None)
kept = typer.Typer(help=described("generations"), no_args_is_help=True, rich_markup_mode=None)
packs = typer.Typer(help=described("rules"), no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def _options(
    version: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help=described("version")
    ),
) -> None:
    """Take the options of ``selaras`` itself."""


def _add(to: typer.Typer, name: str, function: Any, code: str | None = None) -> None:
    code = code or name
    to.command(name, help=described(code), epilog=described(f"{code}_example"))(function)


_add(app, "demo", dataset.demo)
_add(app, "convert", dataset.convert)
_add(app, "check", dataset.check)
_add(app, "import", dataset.bring_in)
_add(app, "fit", ranking.fit)
_add(app, "rank", ranking.rank)
_add(app, "recommend", person.recommend)
_add(app, "explain", person.explain)
_add(app, "plan", planning.plan)
_add(app, "what-if", planning.what_if, "what_if")
_add(app, "assess", assessing.assess)
_add(app, "report", reports.report)
_add(app, "history", history.history)
_add(app, "allocate", allocating.allocate)
_add(app, "evaluate", ranking.evaluate)
_add(app, "simulate", simulating.simulate)
_add(app, "fairness", fairness.fairness)
_add(app, "serve", installation.serve)
_add(app, "worker", working.worker)
_add(app, "doctor", installation.doctor)
_add(app, "backup", safekeeping.backup)
_add(app, "restore", safekeeping.restore)
app.add_typer(kept, name="generations")
_add(kept, "list", generations.list_generations, "generations_list")
_add(kept, "rollback", generations.rollback, "generations_rollback")
app.add_typer(matching, name="names")
_add(matching, "match", names.match, "names_match")
_add(matching, "queue", names.queue, "names_queue")
_add(matching, "decide", names.decide, "names_decide")
_add(matching, "calibrate", names.calibrate, "names_calibrate")
app.add_typer(registry, name="models")
_add(registry, "list", models.list_versions, "models_list")
_add(registry, "show", models.show, "models_show")
_add(registry, "compare", models.compare, "models_compare")
_add(registry, "evaluate", models.evaluate, "models_evaluate")
_add(registry, "promote", models.promote, "models_promote")
_add(registry, "rollback", models.rollback, "models_rollback")
_add(registry, "prune", models.prune, "models_prune")
_add(registry, "verify", models.verify, "models_verify")
app.add_typer(packs, name="rules")
_add(packs, "list", rules.list_rules, "rules_list")
_add(packs, "show", rules.show, "rules_show")
_add(packs, "check", rules.check, "rules_check")
_add(packs, "diff", rules.diff, "rules_diff")
_add(packs, "docs", rules.docs, "rules_docs")
app.add_typer(people, name="user")
_add(people, "add", users.add, "user_add")
_add(people, "list", users.list_users, "user_list")
_add(people, "disable", users.disable, "user_disable")
_add(people, "enable", users.enable, "user_enable")
_add(people, "reset", users.reset, "user_reset")
_add(people, "end-sessions", users.end_sessions, "user_end_sessions")
_add(people, "link", users.link, "user_link")
_add(people, "unlink", users.unlink, "user_unlink")
app.add_typer(trail, name="audit")
_add(trail, "verify", auditing.verify, "audit_verify")
_add(trail, "list", auditing.list_events, "audit_list")
app.add_typer(token, name="token")
_add(token, "create", installation.create_token, "token_create")
