"""``selaras models``: versions of the model, measured, compared, put in force and taken back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from service.cli.console import language, note, note_text, page, progress, result, words
from service.cli.day import day_of, warn_if_old
from service.cli.failures import DONE, REFUSED
from service.cli.options import AsOf, Data, Json, Lang, described

if TYPE_CHECKING:
    from rich.console import Console

    from recommender.registry.compare import Comparison
    from recommender.registry.floors import Finding
    from service.usecases.models import Entry

SHOWN = 12
"""So many characters of a hash are shown."""

Named = Annotated[str, typer.Argument(metavar="VERSION", help=described("models_version"))]


def list_versions(as_json: Json = False, lang: Lang = None) -> int:
    """Print every version, the one in force marked."""
    from service.settings import Settings
    from service.usecases import files
    from service.usecases.models import listed

    settings = Settings()
    found = listed(settings)
    if as_json:
        held = next((e.version.number for e in found if e.in_force), None)
        result(files.as_json({"in_force": held, "versions": [_plain(e) for e in found]}))
    elif not found:
        note("models.none", folder=str(settings.models))
    else:
        with page() as out:
            for entry in found:
                _line(out, entry)
    return DONE


def show(named: Named, as_json: Json = False, lang: Lang = None) -> int:
    """Print a version with its card and what the journal tells of it."""
    from service.settings import Settings
    from service.usecases import files
    from service.usecases.models import shown

    entry, card, lines = shown(Settings(), named)
    if as_json:
        told = {"card": card, "journal": [dict(line) for line in lines]}
        result(files.as_json({**_plain(entry), "evaluation": entry.evaluation, **told}))
        return DONE
    with page() as out:
        _line(out, entry)
        out.print()
        out.print(card)
        for line in lines:
            out.print(_told(line))
    return DONE


def evaluate(
    named: Named,
    data: Data = None,
    split: Annotated[
        Literal["time", "last"] | None, typer.Option("--split", help=described("split"))
    ] = None,
    as_of: AsOf = None,
    as_json: Json = False,
    lang: Lang = None,
) -> int:
    """Measure a version on the past of the data and keep the figures with it."""
    from service.settings import Settings
    from service.usecases import files, sources
    from service.usecases.models import evaluate_version

    settings = Settings()
    with progress() as tell:
        given = sources.given_data(settings, data, tell, people=False)
    with progress() as tell:
        version, found = evaluate_version(
            settings, named, given.dataset, as_of=as_of, split=split, progress=tell
        )
    if as_json:
        result(files.as_json(found))
    else:
        result("\n".join(_figures(found)))
    note("models.evaluated", number=version.number)
    return DONE if given.whole else REFUSED


def promote(
    named: Named,
    override: Annotated[
        str | None,
        typer.Option("--override", metavar="REASON", help=described("models_override")),
    ] = None,
    as_of: AsOf = None,
    as_json: Json = False,
    lang: Lang = None,
) -> int:
    """Put a version in force if it meets the floors."""
    from service.settings import Settings, today
    from service.usecases import files
    from service.usecases.models import promote_version

    done = promote_version(Settings(), named, as_of=as_of or today(), override=override)
    if as_json:
        told = {"number": done.version.number, "id": done.version.id, "in_force": done.done}
        result(files.as_json({**told, "refused": [one.as_json() for one in done.refused]}))
    tell_promotion(done.version.number, done.refused, done.done)
    return DONE if done.done else REFUSED


def rollback(as_json: Json = False, lang: Lang = None) -> int:
    """Go back to the version that was in force before."""
    from service.settings import Settings
    from service.usecases import files
    from service.usecases.models import roll_back

    version, damaged = roll_back(Settings())
    if as_json:
        told = {"number": version.number, "id": version.id, "damaged": list(damaged)}
        result(files.as_json(told))
    for number in damaged:
        note("models.passed_over", number=number)
    note("models.rolled_back", number=version.number, id=version.id)
    return DONE


def prune(
    named: Annotated[
        str | None, typer.Argument(metavar="VERSION", help=described("models_prune_version"))
    ] = None,
    keep: Annotated[
        int, typer.Option("--keep", min=1, metavar="N", help=described("models_keep"))
    ] = 5,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help=described("models_prune_dry_run"))
    ] = False,
    as_json: Json = False,
    lang: Lang = None,
) -> int:
    """Remove old versions; the one in force and the one before it stay."""
    from service.settings import Settings
    from service.usecases import files, pruning

    settings = Settings()
    if named is None:
        done = pruning.prune(settings, keep, dry_run=dry_run)
    else:
        done = pruning.prune_one(settings, named, dry_run=dry_run)
    if as_json:
        removed = [{"number": one.number, "id": one.id} for one in done.removed]
        stay = [{"number": number, "why": why} for number, why in done.kept.items()]
        result(files.as_json({"dry_run": dry_run, "removed": removed, "kept": stay}))
    else:
        code = "models.would_go" if dry_run else "models.removed"
        told = [words(code, number=one.number, id=one.id) for one in done.removed]
        told += [words(f"models.kept.{why}", number=number) for number, why in done.kept.items()]
        result("\n".join(told))
    if done.refused is not None:
        note("models.not_removed", number=done.refused.number)
        return REFUSED
    if not done.removed:
        note("models.nothing_to_remove")
    return DONE


def verify(as_json: Json = False, lang: Lang = None) -> int:
    """Check every version, the pointer and the journal."""
    from service.settings import Settings
    from service.usecases import files
    from service.usecases.models import listed, verified

    settings = Settings()
    found = verified(settings)
    if as_json:
        result(files.as_json({"ok": not found, "findings": [one.as_json() for one in found]}))
    elif found:
        result("\n".join(one.text.in_language(language()) for one in found))
    if not found:
        note("models.whole", count=len(listed(settings)))
    return REFUSED if found else DONE


def compare(
    a: Annotated[str, typer.Argument(metavar="A", help=described("models_version"))],
    b: Annotated[str, typer.Argument(metavar="B", help=described("models_version"))],
    data: Data = None,
    as_of: AsOf = None,
    as_json: Json = False,
    lang: Lang = None,
) -> int:
    """Print how two versions differ, with ``--data`` also whose lists would change."""
    from service.settings import Settings, today
    from service.usecases import files, sources
    from service.usecases.models import compared

    settings = Settings()
    dataset = None
    day = as_of or today()
    if data is not None:
        day = day_of(as_of)
        with progress() as tell:
            dataset = sources.given_data(settings, data, tell).dataset
        warn_if_old(dataset, day, as_of)
    one, two, found = compared(settings, a, b, dataset, as_of=day)
    if as_json:
        sides = {"a": one.number, "b": two.number}
        result(files.as_json({**sides, **found.as_json()}))
        return DONE
    with page() as out:
        out.print(words("models.compare.title", a=one.number, b=two.number), style="bold")
        _compared(out, found)
    return DONE


def tell_promotion(number: int, refused: tuple[Finding, ...], done: bool) -> None:
    """Say what became of a promotion: each floor that is not met, and what to do."""
    for one in refused:
        note_text(one.text)
    if not done:
        note("models.waits", number=number)
    elif refused:
        note("models.overridden", number=number)
    else:
        note("models.promoted", number=number)


def _plain(entry: Entry) -> dict[str, Any]:
    manifest = entry.manifest
    return {
        "number": entry.version.number,
        "id": manifest.get("id", entry.version.id),
        "folder": str(entry.version.folder),
        "in_force": entry.in_force,
        **{name: manifest.get(name) for name in ("as_of", "data", "rules", "overlays")},
        "learnt_from": manifest.get("learnt_from"),
        "measured": _measured(entry.evaluation),
        "damage": [one.as_json() for one in entry.damage],
    }


def _measured(evaluation: Mapping[str, Any] | None) -> dict[str, Any] | None:
    from recommender.evaluation.figures import Figures

    if evaluation is None:
        return None
    return {kind: vars(Figures.of(report)) for kind, report in evaluation["reports"].items()}


def _line(out: Console, entry: Entry) -> None:
    """Print a version in a few lines: number, state, data, figures, damage."""
    from datetime import date

    state = words("models.in_force") if entry.in_force else words("models.candidate")
    heading = words("models.line", number=entry.version.number, id=entry.version.id, state=state)
    out.print(heading, style="bold" if entry.in_force else None)
    if entry.manifest:
        day, data = date.fromisoformat(entry.manifest["as_of"]), entry.manifest["data"][:SHOWN]
        out.print("  " + words("models.from", day=day, data=data))
    for one in entry.damage:
        out.print("  " + one.text.in_language(language()))
    if entry.evaluation is None:
        out.print("  " + words("models.unmeasured"))
    else:
        for line in _figures(entry.evaluation):
            out.print("  " + line)


def _figures(evaluation: Mapping[str, Any]) -> list[str]:
    from recommender.card import measured_lines

    return measured_lines(evaluation, language())


def _told(line: Mapping[str, Any]) -> str:
    """Return a line of the journal as a sentence."""
    event = line["event"]
    code = event if event in ("added", "evaluated", "removed") else f"{event}.{line['action']}"
    said = words(f"models.journal.{code}")
    reason = f" ({line['reason']})" if line.get("reason") else ""
    return f"{line['at']} · {line['who']} · {said}{reason}"


def _compared(out: Console, found: Comparison) -> None:
    for code, rows in (
        ("about", found.about),
        ("known", found.known),
        ("settings", found.settings),
    ):
        out.print()
        out.print(words(f"models.compare.{code}"), style="bold")
        for name, a, b in rows:
            out.print("  " + f"{name}: {_value(a)}" + ("" if a == b else f" → {_value(b)}"))
        if not rows:
            out.print("  " + words("models.compare.same"))
    if found.figures:
        out.print()
        out.print(words("models.compare.figures"), style="bold")
    for kind, one, two, same in found.figures:
        named = words(f"card.kind.{kind}")
        sides = f"{_value(one and one.ndcg)} → {_value(two and two.ndcg)}"
        out.print(f"  {named}: NDCG {sides}")
        if not same:
            out.print("  " + words("models.compare.not_comparable"))
    for kind, lists in found.lists.items():
        named = words(f"card.kind.{kind}")
        values = {"kind": named, "people": lists.people, "changed": lists.changed}
        if lists.overlap is None:
            out.print(words("models.compare.no_lists", kind=named))
        else:
            out.print(words("models.compare.lists", overlap=lists.overlap, **values))


def _value(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, float):
        return words("models.compare.value", value=value)
    return str(value)[:SHOWN] if isinstance(value, str) and len(value) == 64 else str(value)
