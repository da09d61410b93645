"""Documents of the personnel office: who may have which made, and of whom.

In: a ``Viewer``. Out: the kinds of documents they may ask for, what may stand in them, and whose
documents they find again. A document is found by whoever asked for it, while they hold what it was
made with; for everybody else it does not exist.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, cast, get_args

from recommender.reports.sight import Sight
from service.visibility import Right

if TYPE_CHECKING:
    from service.auth import Viewer
    from service.jobs import Job

DocumentKind = Literal[
    "akpk", "hcdp", "rpi", "rekap-jp", "nominatif", "belum-dinilai", "calon", "suksesi", "usulan"
]
SEATS: DocumentKind = "usulan"
"""The proposal of seats for signature; it is asked for from an allocation, not from the list."""
KINDS: tuple[DocumentKind, ...] = tuple(k for k in get_args(DocumentKind) if k != SEATS)

_PEOPLE = frozenset({Right.SEARCH})
_PLANS = _PEOPLE | {Right.PLAN, Right.GAPS, Right.FIGURES}
_NEEDS: Mapping[DocumentKind, frozenset[Right]] = {
    "akpk": _PLANS,
    "hcdp": _PLANS,
    "rpi": _PLANS,
    "rekap-jp": _PEOPLE | {Right.FIGURES},
    "nominatif": _PLANS | {Right.TRAINING_CANDIDATES},
    "belum-dinilai": _PEOPLE | {Right.GAPS},
    "calon": _PEOPLE | {Right.JOB_CANDIDATES},
    "usulan": _PEOPLE | {Right.TRAININGS},
    "suksesi": _PEOPLE | {Right.JOB_CANDIDATES, Right.SERVICE_LEFT},
}
"""What a document shows of people, as the rights to read it elsewhere."""
_OWN = frozenset({Right.PLAN, Right.GAPS, Right.FIGURES})
"""What one's own plan shows, or that of a person one reads about."""

HEAD = "head"
"""The role that reads a talent box after its publication only."""


@dataclass(frozen=True)
class Wanted:
    """One document that was asked for, as its job keeps it: codes only, nobody's name.

    Attributes:
        sight: names of what may stand in it.
        owner: who finds it again.
        place: beside the date of the signature.
        allocation: number of the job whose seats are listed.
    """

    kind: DocumentKind
    sight: tuple[str, ...]
    owner: str
    language: str = "id"
    unit: str | None = None
    year: int | None = None
    quarter: int | None = None
    session: str | None = None
    post: str | None = None
    place: str | None = None
    allocation: int | None = None

    def as_json(self) -> dict[str, Any]:
        """Return it as its job keeps it."""
        return {**vars(self), "sight": list(self.sight)}

    @classmethod
    def of(cls, asked: Mapping[str, Any]) -> Wanted:
        """Read it from its job."""
        return cls(**{**asked, "sight": tuple(asked["sight"])})


def kinds_of(viewer: Viewer) -> tuple[DocumentKind, ...]:
    """Return the documents of several people that a viewer may have made."""
    found = tuple(kind for kind in KINDS if viewer.rights >= _NEEDS[kind])
    if viewer.scope.kind == "vacancy":
        return cast("tuple[DocumentKind, ...]", tuple(k for k in found if k == "calon"))
    return found if viewer.scope.kind in ("agency", "unit") else ()


def may_list_seats(viewer: Viewer) -> bool:
    """Whether a viewer may have a proposal of seats listed for signature: both desks of seats."""
    offices = viewer.scope.kind in ("agency", "unit")
    return offices and viewer.seats_people and viewer.rights >= _NEEDS[SEATS]


def may_read_plan(viewer: Viewer) -> bool:
    """Whether the viewer may read the whole plan (RPI) of the people they see."""
    return viewer.rights >= _OWN


def sight_of(viewer: Viewer) -> Sight:
    """Return what may stand in documents that the viewer reads."""
    own = viewer.scope.kind == "self"
    return Sight(
        next_post=viewer.may(Right.ROLES),
        levels=viewer.may(Right.GAPS),
        performance=viewer.may(Right.PERFORMANCE),
        service_left=viewer.may(Right.SERVICE_LEFT),
        talent=viewer.may(Right.TALENT),
        talent_unpublished=viewer.may(Right.TALENT) and not own and viewer.role != HEAD,
        verdict=viewer.may(Right.VERDICT),
        candidates=viewer.may(Right.JOB_CANDIDATES),
    )


def owner_of(viewer: Viewer) -> str:
    """Return by what somebody finds their documents again: who they are, as what and of whom."""
    scope = viewer.scope
    return f"{viewer.actor.name} {viewer.role} {scope.kind}:{scope.value}"


def finds(viewer: Viewer, job: Job) -> bool:
    """Whether a viewer finds a document: it is theirs, and they may still read all of it."""
    wanted = Wanted.of(job.asked)
    held = wanted.kind in kinds_of(viewer)
    if wanted.kind == SEATS:
        held = may_list_seats(viewer)
    if wanted.owner != owner_of(viewer) or not held:
        return False
    return set(wanted.sight) <= set(sight_of(viewer).names)
