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
            written = getattr(rule, field)
            if written and (rule.id, field, written) not in _codes():
                yield f"packs.{field}.{rule.id}"
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
    code = _codes().get((rule.id, field, written))
    return text(code) if code else Text(written, written)


@cache
def _codes() -> Mapping[tuple[str, str, str], str]:
    """Return the code of each text of the packs: by rule, field and the text, which is its English.

    The text stays in the pack, whose hash it is part of. Bound to it to the letter, no entry goes
    on saying what a pack no longer says.
    """
    by_english = {
        (field, words["en"]): code
        for field in FIELDS
        for code, words in entries().items()
        if code.startswith(f"packs.{field}.")
    }
    return {
        (rule.id, field, getattr(rule, field)): by_english[field, getattr(rule, field)]
        for rule in shipped()
        for field in FIELDS
        if (field, getattr(rule, field)) in by_english
    }


def _code(rule_id: str, param: str) -> str:
    if param_names(rule_id) is None:
        param = "*"
    own, shared = f"packs.param.{rule_id}.{param}", f"packs.param.{param}"
    return shared if own not in entries() and shared in entries() else own
