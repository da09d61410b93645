"""What the catalogue says about rules, params and marks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from training_data.messages import Text, entries, text
from training_data.reference.packs.reading import shipped
from training_data.reference.packs.rule import Rule
from training_data.reference.packs.shapes import param_names, shapes

FIELDS = ("source", "note")
"""What a pack writes in words of its own; the catalogue says it in both languages."""


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


def source(rule: Rule) -> Text:
    """Return where a rule was found: ours in both languages, an agency's as the agency wrote it."""
    return _written(rule, "source")


def note(rule: Rule) -> Text | None:
    """Return the remark for readers, in the languages of ``source``; ``None`` without one."""
    return _written(rule, "note") if rule.note else None


def wordless() -> Iterator[str]:
    """Yield the codes that the catalogue lacks: of rules, their params, their sources and notes."""
    for rule in shipped():
        for field in FIELDS:
            if getattr(rule, field) and _entry(rule, field) not in entries():
                yield _entry(rule, field)
    for rule_id in shapes():
        if f"packs.rule.{rule_id}" not in entries():
            yield f"packs.rule.{rule_id}"
        names = param_names(rule_id)
        for param in ("*",) if names is None else names:
            if _code(rule_id, param) not in entries():
                yield _code(rule_id, param)


def _written(rule: Rule, field: str) -> Text:
    """Return the words of a field; an overlay that leaves it alone leaves it in our words."""
    written: str = getattr(rule, field)
    if (rule.id, field, written) in _ours():
        return text(_entry(rule, field))
    return Text(written, written)


@cache
def _ours() -> frozenset[tuple[str, str, str]]:
    """Return what the packs state: rule, field and text."""
    return frozenset(
        (rule.id, field, getattr(rule, field)) for rule in shipped() for field in FIELDS
    )


def _entry(rule: Rule, field: str) -> str:
    """Return the code of one of our texts, found by its English, which stands in the pack itself.

    The text in the pack is part of the hash of the rules, so it stays there; bound to it by its
    words, no entry goes on saying what the pack no longer says.
    """
    return _entries(field).get(getattr(rule, field), f"packs.{field}.{rule.id}")


@cache
def _entries(field: str) -> Mapping[str, str]:
    """Return English text → code of the entries of a field."""
    codes = (code for code in entries() if code.startswith(f"packs.{field}."))
    return {entries()[code]["en"]: code for code in codes}


def _code(rule_id: str, param: str) -> str:
    if param_names(rule_id) is None:
        param = "*"
    own, shared = f"packs.param.{rule_id}.{param}", f"packs.param.{param}"
    return shared if own not in entries() and shared in entries() else own
