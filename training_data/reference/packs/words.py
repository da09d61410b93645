"""What the catalogue says about rules, params and marks."""

from __future__ import annotations

from collections.abc import Iterator

from training_data.messages import Text, entries, text
from training_data.reference.packs.rule import Rule
from training_data.reference.packs.shapes import param_names, shapes


def purpose(rule_id: str) -> Text:
    """Return in one sentence what a rule is."""
    return text(f"packs.rule.{rule_id}")


def meaning(rule_id: str, param: str) -> Text:
    """Return in one sentence what a param is; the params of a table share theirs."""
    return text(_code(rule_id, param))


def mark_meaning(mark: str) -> Text:
    """Return what a mark says about a rule's source."""
    return text(f"packs.mark.{mark}")


def mark_shown(mark: str) -> Text:
    """Return a mark as the screen shows it, with "belum diverifikasi" where it is not confirmed."""
    return text("packs.mark_shown", mark=mark, words=text(f"packs.mark_short.{mark}"))


def dates(rule: Rule) -> Text:
    """Return when a version is in force."""
    first, last = rule.effective_from, rule.effective_to
    if first is None and last is None:
        return text("packs.dates.always")
    if last is None:
        return text("packs.dates.from", first=first)
    if first is None:
        return text("packs.dates.to", last=last)
    return text("packs.dates.between", first=first, last=last)


def citation(rule: Rule) -> str:
    """Return regulation and article."""
    return " ".join(part for part in (rule.regulation, rule.article) if part)


def wordless() -> Iterator[str]:
    """Yield the codes that the catalogue lacks: rules without a purpose, params without meaning."""
    for rule_id in shapes():
        if f"packs.rule.{rule_id}" not in entries():
            yield f"packs.rule.{rule_id}"
        names = param_names(rule_id)
        for param in ("*",) if names is None else names:
            if _code(rule_id, param) not in entries():
                yield _code(rule_id, param)


def _code(rule_id: str, param: str) -> str:
    if param_names(rule_id) is None:
        param = "*"
    own, shared = f"packs.param.{rule_id}.{param}", f"packs.param.{param}"
    return shared if own not in entries() and shared in entries() else own
