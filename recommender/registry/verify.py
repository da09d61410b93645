"""Whether a registry is whole: every version, its evaluation, the pointer and the journal.

In: a registry. Out: what is wrong, in words; nothing where everything is as it was written.
"""

from __future__ import annotations

from pathlib import Path

from recommender import artifact
from recommender.errors import UnusableModel
from recommender.registry import evaluations, journal
from recommender.registry.floors import Finding, finding
from recommender.registry.layout import Version, pointer, promoted, versions


def verify(registry: Path) -> tuple[Finding, ...]:
    """Read everything once and compare it with its checksums."""
    found: list[Finding] = []
    for version in versions(registry):
        found += damage(version)
    try:
        promoted(registry)
    except UnusableModel as error:
        found.append(finding("pointer", reason=str(error)))
    return (*found, *_journal(registry))


def damage(version: Version) -> list[Finding]:
    """Return what is wrong with a version: its model, its name, its evaluation."""
    found = []
    try:
        model = artifact.load(version.folder)
        if not model.id.startswith(version.id):
            found.append(finding("renamed", number=version.number, id=model.id[:12]))
    except UnusableModel as error:
        found.append(finding("damaged", number=version.number, reason=str(error)))
    try:
        evaluations.kept(version)
    except UnusableModel as error:
        found.append(finding("damaged", number=version.number, reason=str(error)))
    return found


def _journal(registry: Path) -> list[Finding]:
    held = journal.read(registry)
    if held.broken is not None:
        return [finding("journal_broken", line=held.broken)]
    known = {version.number for version in versions(registry)}
    written = journal.numbers(held.lines, "added") - journal.numbers(held.lines, "removed")
    missing = [finding("missing", number=number) for number in sorted(written - known)]
    return [*missing, *_moves(registry, held)]


def _moves(registry: Path, held: journal.Journal) -> list[Finding]:
    """Return where the journal and the pointer tell different versions in force."""
    moves = [line for line in held.lines if line["event"] == "done"]
    opened = [line for line in held.lines if line["event"] in ("intent", "done", "abandoned")]
    try:
        at = pointer(registry)
    except UnusableModel:
        return []  # told already
    told = moves[-1]["number"] if moves else None
    if opened and opened[-1]["event"] == "intent":
        return []  # a crash in between: the pointer decides, the next change tells the end
    number = at.number if at else None
    if told == number:
        return []
    return [finding("journal_differs", told=str(told or "–"), number=str(number or "–"))]
