"""``selaras rules``: which rules hold, what they say, what is wrong, what differs."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from service.cli.console import language, note, page, result, words
from service.cli.day import day_of
from service.cli.failures import DONE, NOT_FOUND, REFUSED
from service.cli.options import AsOf, Json, Lang, described

if TYPE_CHECKING:
    from rich.console import Console

    from training_data.messages import Text
    from training_data.reference.packs import Rule, Rules
    from training_data.reference.packs.comparing import Difference

STANDARD = "standard"
"""Names our packs without an overlay."""
NEAR = 3
"""So many rules are offered for an unknown one."""

Side = Annotated[str, typer.Argument(metavar="A", help=described("rules_side"))]
OtherSide = Annotated[str, typer.Argument(metavar="B", help=described("rules_side"))]


def list_rules(as_of: AsOf = None, as_json: Json = False, lang: Lang = None) -> int:
    """Print the rules in force on a day."""
    from service.settings import Settings
    from service.usecases import files
    from training_data.reference.packs import load_rules

    rules = load_rules(day_of(as_of), Settings().rules_dir)
    if as_json:
        result(files.as_json({**_basis(rules), "rules": [_stated(rule) for rule in rules]}))
        return DONE
    with page() as out:
        _heading(out, rules)
        for pack in rules.pack_hashes:
            out.print()
            out.print(pack, style="bold")
            for rule in rules:
                if rule.pack == pack:
                    _entry(out, rule)
    return DONE


def show(
    rule_id: Annotated[str, typer.Argument(metavar="ID", help=described("rules_id"))],
    as_of: AsOf = None,
    as_json: Json = False,
    lang: Lang = None,
) -> int:
    """Print a rule in all its versions, each param explained."""
    from service.settings import Settings
    from service.usecases import files
    from training_data.reference.packs import all_versions

    versions = all_versions(Settings().rules_dir)
    found = sorted((v for v in versions if v.id == rule_id), key=lambda v: v.first_day)
    if not found:
        note("cli.rules.unknown", rule=rule_id, near=_near(rule_id, {v.id for v in versions}))
        return NOT_FOUND
    day = day_of(as_of)
    if as_json:
        result(files.as_json(_explained(found, day)))
        return DONE
    with page() as out:
        _explain(out, found, day)
    return DONE


def check(
    folder: Annotated[
        Path | None, typer.Argument(metavar="[DIR]", help=described("rules_folder"))
    ] = None,
    as_json: Json = False,
    lang: Lang = None,
) -> int:
    """Print everything that is wrong with our packs and with an overlay folder."""
    from service.settings import Settings
    from service.usecases import files
    from training_data.reference import packs

    folder = folder or Settings().rules_dir
    problems = packs.check(folder)
    wrong = sum(not problem.warning for problem in problems)
    if as_json:
        stated = [problem.as_json() for problem in problems]
        result(files.as_json({"problems": stated, "errors": wrong}))
    elif problems:
        result("\n".join(words(_severity(p.warning), text=_said(p.text)) for p in problems))
    if wrong:
        note("cli.rules.wrong", count=wrong)
    elif folder is None:
        note("cli.rules.right")
    else:
        note("cli.rules.right_with", folder=str(folder))
    return REFUSED if wrong else DONE


def diff(
    before: Side, after: OtherSide, as_of: AsOf = None, as_json: Json = False, lang: Lang = None
) -> int:
    """Print which rules and values differ between two days, folders or the standard."""
    from service.usecases import files
    from training_data.reference.packs.comparing import compare

    day = as_of if _is_day(before) and _is_day(after) else day_of(as_of)
    old, new = _side(before, day), _side(after, day)
    found = compare(old, new)
    if as_json:
        sides = {"before": _basis(old), "after": _basis(new)}
        result(files.as_json({**sides, "rules": [difference.as_json() for difference in found]}))
        return DONE
    if not found:
        note("cli.rules.same")
        return DONE
    with page() as out:
        for place, difference in enumerate(found):
            if place:
                out.print()
            _differing(out, difference)
    return DONE


def docs(lang: Lang = None) -> int:
    """Print all rules with their params as a page of Markdown."""
    from service.settings import Settings
    from training_data.reference.packs import all_versions
    from training_data.reference.packs.documents import document

    result(document(all_versions(Settings().rules_dir), language()))
    return DONE


def _side(named: str, day: date | None) -> Rules:
    """Return the rules a side of a comparison means."""
    from service.settings import Settings
    from training_data.reference.packs import load_rules

    if _is_day(named):
        return load_rules(date.fromisoformat(named), Settings().rules_dir)
    assert day is not None, "a day is known wherever a side is none"
    return load_rules(day, None if named == STANDARD else Path(named))


def _is_day(named: str) -> bool:
    try:
        return date.fromisoformat(named).isoformat() == named
    except ValueError:
        return False


def _near(rule_id: str, known: set[str]) -> str:
    from difflib import get_close_matches

    return ", ".join(get_close_matches(rule_id, sorted(known), NEAR, cutoff=0)) or "–"


def _basis(rules: Rules) -> dict[str, Any]:
    """Return what names a set of rules."""
    return {
        "as_of": rules.as_of.isoformat(),
        "hash": rules.hash,
        "packs": dict(rules.pack_hashes),
        "overlays": list(rules.overlays),
    }


def _stated(rule: Rule) -> dict[str, Any]:
    """Return a rule for a program, with what it is and where it is from in both languages."""
    from training_data.reference.packs import words as about

    remark = about.note(rule)
    return {
        **rule.as_json(),
        "pack": rule.pack,
        "overlays": list(rule.overlays),
        "text": about.purpose(rule.id).as_dict(),
        "mark_text": about.mark_meaning(rule.mark).as_dict(),
        "source_text": about.source(rule).as_dict(),
        "note_text": remark and remark.as_dict(),
    }


def _explained(versions: list[Rule], day: date) -> dict[str, Any]:
    from training_data.reference.packs import words as about

    return {
        "id": versions[0].id,
        "as_of": day.isoformat(),
        "text": about.purpose(versions[0].id).as_dict(),
        "versions": [
            {
                **_stated(version),
                "in_force": version.in_force(day),
                "params": [
                    {
                        "name": name,
                        "value": value,
                        "text": about.meaning(version.id, name).as_dict(),
                    }
                    for name, value in version.params.items()
                ],
            }
            for version in versions
        ],
    }


def _heading(out: Console, rules: Rules) -> None:
    out.print(words("cli.rules.heading", day=rules.as_of, count=len(rules)), style="bold")
    out.print(words("cli.rules.hash", hash=rules.hash), style="dim")
    if rules.overlays:
        out.print(words("cli.rules.overlays", names=", ".join(rules.overlays)))


def _entry(out: Console, rule: Rule) -> None:
    """Print a rule in three lines: id, what it is, where it comes from."""
    from training_data.reference.packs import words as about

    out.print(f"  {rule.id}" + (f"  [{words('cli.rules.inactive')}]" if not rule.active else ""))
    _indented(out, _said(about.purpose(rule.id)), 4)
    _indented(out, _origin(rule), 4, "dim")


def _explain(out: Console, versions: list[Rule], day: date) -> None:
    from training_data.reference.packs import words as about
    from training_data.reference.packs.documents import value

    out.print(versions[0].id, style="bold")
    out.print(_said(about.purpose(versions[0].id)))
    for version in versions:
        out.print()
        state = "in_force" if version.in_force(day) else "not_in_force"
        out.print(
            words(f"cli.rules.{state}", dates=about.dates(version), day=day),
            style="bold" if version.in_force(day) else "dim",
        )
        if not version.active:
            _indented(out, words("cli.rules.inactive"), 2)
        remark = about.note(version)
        lines = {
            "regulation": about.citation(version),
            "mark": f"{version.mark}: {_said(about.mark_meaning(version.mark))}",
            "source": _said(about.source(version)),
            "note": _said(remark) if remark else "",
            "overlay": ", ".join(version.overlays),
        }
        for name, line in lines.items():
            if line:
                _indented(out, words(f"cli.rules.{name}", text=line), 2)
        for name, found in version.params.items():
            table = isinstance(found, dict) and bool(found)
            _indented(out, name if table else f"{name} = {value(found)}", 2)
            for key, inner in found.items() if table else ():
                _indented(out, f"{key} = {value(inner)}", 4)
            _indented(out, _said(about.meaning(version.id, name)), 6, "dim")


def _differing(out: Console, difference: Difference) -> None:
    before, after = difference.before, difference.after
    out.print(difference.rule, style="bold")
    if before is None or after is None:
        code = "only_after" if before is None else "only_before"
        rule = after or before
        assert rule is not None, "a rule that differs is on one side at least"
        _indented(out, words(f"cli.rules.{code}", origin=_origin(rule)), 2)
        return
    for change in difference.changes:
        old = _side_of(before, change.place, change.before)
        new = _side_of(after, change.place, change.after)
        _indented(out, f"{change.place}: {old} → {new}", 2)


def _side_of(rule: Rule, place: str, found: Any) -> str:
    """Return one side of a change; what a rule says in words, in the reader's language."""
    from training_data.reference.packs import words as about
    from training_data.reference.packs.comparing import MISSING
    from training_data.reference.packs.documents import value

    if place in about.FIELDS and found:
        found = _said(getattr(about, place)(rule))
    return "–" if found is MISSING else value(found)


def _origin(rule: Rule) -> str:
    """Return regulation, mark, dates and overlay of a rule in one line."""
    from training_data.reference.packs import words as about

    overlay = [words("cli.rules.overlay", text=", ".join(rule.overlays))] if rule.overlays else []
    parts = [
        about.citation(rule), _said(about.mark_shown(rule.mark)), _said(about.dates(rule)), *overlay
    ]  # fmt: skip
    return " · ".join(part for part in parts if part)


def _severity(warning: bool) -> str:
    return "cli.rules.warning" if warning else "cli.rules.error"


def _indented(out: Console, line: str, by: int, style: str = "") -> None:
    from rich.padding import Padding
    from rich.text import Text as Line

    out.print(Padding(Line(line, style=style), (0, 0, 0, by), expand=False))


def _said(sentence: Text) -> str:
    return sentence.in_language(language())
