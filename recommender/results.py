"""What the engine answers: immutable results and their JSON shapes (contract, section 3).

Points are whole micro-points (10⁻⁶) inside the engine and are printed with six decimals outside,
so the terms of an item always sum to its score exactly.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from training_data.messages import Text, text

if TYPE_CHECKING:
    from recommender.effects import Evidence
    from recommender.scenario import Change

Kind = Literal["training", "role"]
Outcome = Literal["lolos", "tidak_lolos", "perlu_verifikasi"]
MICRO = 1_000_000


def points(micro: int) -> float:
    """Return micro-points as points with six decimals (exact to the last printed digit)."""
    return round(micro / MICRO, 6)


@dataclass(frozen=True)
class Term:
    """One summand of a score: its name, its micro-points, what it is about, and a sentence."""

    name: str
    micro: int
    subject: str
    text: Text

    def as_json(self) -> dict[str, Any]:
        """Return the contract's term."""
        return {
            "name": self.name,
            "points": points(self.micro),
            "subject": self.subject,
            "text": self.text.as_dict(),
        }


@dataclass(frozen=True)
class Way:
    """The shortest way to become eligible.

    Attributes:
        steps: what helps, in words.
        earliest: the first day on which it is met, where that hangs on time alone or on a date
            that is known; null where somebody has to decide first.
        changes: the same as changes of the data, so that it can be tried out; see
            ``recommender.scenario``.
    """

    steps: tuple[Text, ...]
    earliest: date | None
    changes: tuple[Change, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return the contract's way."""
        return {
            "steps": [s.as_dict() for s in self.steps],
            "earliest": self.earliest.isoformat() if self.earliest else None,
        }


@dataclass(frozen=True)
class Check:
    """One rule applied to one person and one item.

    Attributes:
        rule: id of the rule in the packs.
        regulation: name of the regulation, such as "PP 11/2017".
        article: article of the regulation.
        mark: V, V-code, V-empirical or R.
        outcome: what the rule says.
        facts: the facts used, as JSON values.
        text: the reason in both languages.
        way: the way forward; null where none exists.
        closed: why no way exists; a refusal has either this or a way.
        confidential: discipline and other facts that others may only see as
            "perlu konfirmasi BKD".
    """

    rule: str
    regulation: str
    article: str
    mark: str
    outcome: Outcome
    facts: Mapping[str, Any]
    text: Text
    way: Way | None = None
    confidential: bool = False
    closed: Text | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the contract's check."""
        article = " ".join(part for part in (self.regulation, self.article) if part)
        return {
            "rule": self.rule,
            "article": article,
            "mark": self.mark,
            "outcome": self.outcome,
            "facts": dict(self.facts),
            "text": self.text.as_dict(),
            "way": self.way.as_json() if self.way else None,
            "closed": self.closed.as_dict() if self.closed else None,
        }


@dataclass(frozen=True)
class Effect:
    """What taking the item would change; ``None`` where it is not known or not measured.

    Attributes:
        gap: levels of the gap it closes, per competency code.
        jp: learning hours it adds (JP of 45 minutes).
        ip_asn: points of IP ASN it adds; null where not measured.
    """

    gap: Mapping[str, float] = field(default_factory=dict)
    jp: float | None = None
    ip_asn: float | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the contract's effect."""
        return {"gap": dict(self.gap), "jp": self.jp, "ip_asn": self.ip_asn}


@dataclass(frozen=True)
class Item:
    """One suggestion, or one refusal, with everything that explains it.

    Attributes:
        rank: 1-based place in the person's list; null where it is not ranked.
        micro: score in micro-points; where a rule forbids the item, what it would have been.
        figures: what HR reads beside a role: match, its interval, coverage, JPM.
        way: of a refused item, what all its rules together take; null where it is not refused.
        closed: of a refused item, why nothing helps; it has either this or a way.
        evidence: of a training, what it was measured to add; null where too few were measured.
    """

    item_code: str
    title: str
    kind: Kind
    rank: int | None
    micro: int | None
    terms: tuple[Term, ...]
    reasons: tuple[Text, ...]
    eligibility: Outcome
    checks: tuple[Check, ...]
    effect: Effect
    figures: Mapping[str, Any] = field(default_factory=dict)
    way: Way | None = None
    closed: Text | None = None
    evidence: Evidence | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the contract's item."""
        return {
            "item_code": self.item_code,
            "title": self.title,
            "kind": self.kind,
            "rank": self.rank,
            "score": None if self.micro is None else points(self.micro),
            "terms": [t.as_json() for t in self.terms],
            "reasons": [r.as_dict() for r in self.reasons],
            "eligibility": self.eligibility,
            "checks": [c.as_json() for c in self.checks],
            "effect": self.effect.as_json(),
            "figures": dict(self.figures),
            "way": self.way.as_json() if self.way else None,
            "closed": self.closed.as_dict() if self.closed else None,
            "evidence": self.evidence and vars(self.evidence).copy(),
        }


@dataclass(frozen=True)
class Interval:
    """A level as estimated from all evidence, with the ends it is believed to lie between."""

    level: float
    low: float
    high: float


@dataclass(frozen=True)
class GapRow:
    """One competency of one standard beside one person's level.

    Attributes:
        competency_code, name, group: the competency.
        required: level the standard asks for, 0 … max_level.
        level: the person's level; null when unknown (never 0).
        gap: ``max(0, required − level)``; null when unknown.
        surplus: ``max(0, level − required)``; null when unknown.
        importance: 1 mutlak, 2 penting, 3 perlu.
        origin: "job" where the post's own standard asks, "tier" where its tier's default does.
        source, assessed_on, stale: where the level comes from, when, and whether it is too old.
        estimate: what all evidence together says; gaps and rules keep the strongest evidence.
    """

    competency_code: str
    name: str
    group: str
    required: float
    level: float | None
    gap: float | None
    surplus: float | None
    importance: int
    origin: str
    source: str | None
    assessed_on: date | None
    stale: bool
    max_level: float
    estimate: Interval | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the row as JSON values."""
        return {
            "competency_code": self.competency_code,
            "name": self.name,
            "group": self.group,
            "required": self.required,
            "level": self.level,
            "gap": self.gap,
            "surplus": self.surplus,
            "importance": self.importance,
            "origin": self.origin,
            "source": self.source,
            "assessed_on": self.assessed_on.isoformat() if self.assessed_on else None,
            "stale": self.stale,
            "max_level": self.max_level,
            "estimate": self.estimate and vars(self.estimate).copy(),
        }


@dataclass(frozen=True)
class Standard:
    """A post's standard beside one person: the rows and the JPM interval.

    Attributes:
        job_code, title, tier: the post (job_code null where only a tier's default is known).
        rows: one per required competency, M and SK before T.
        jpm: job person match in percent over M and SK, uncapped; null when nothing is known.
        jpm_low, jpm_high: the same with unknown levels as 0 and as max_level.
        why: how the post was found (for a next post), in both languages.
    """

    job_code: str | None
    title: str
    tier: str | None
    rows: tuple[GapRow, ...]
    jpm: float | None
    jpm_low: float | None
    jpm_high: float | None
    why: Text | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the standard as JSON values."""
        return {
            "job_code": self.job_code,
            "title": self.title,
            "tier": self.tier,
            "rows": [r.as_json() for r in self.rows],
            "jpm": {"value": self.jpm, "low": self.jpm_low, "high": self.jpm_high},
            "why": self.why.as_dict() if self.why else None,
        }


@dataclass(frozen=True)
class Gaps:
    """Gaps on the present and on the next post; a missing one carries its reason."""

    now: Standard | None
    next: Standard | None
    now_reason: Text | None = None
    next_reason: Text | None = None

    def present_only(self) -> Gaps:
        """Return the gaps for those who do not learn which post a person prepares for."""
        return replace(self, next=None, next_reason=text("figure.next_hidden"))

    def as_json(self) -> dict[str, Any]:
        """Return the contract's gaps."""
        return {
            "now": self.now.as_json() if self.now else None,
            "next": self.next.as_json() if self.next else None,
            "now_reason": self.now_reason.as_dict() if self.now_reason else None,
            "next_reason": self.next_reason.as_dict() if self.next_reason else None,
        }


@dataclass(frozen=True)
class Candidate:
    """One person for an item: the other direction of the same score.

    Attributes:
        item: the item as it is explained to this person; its rank is the person's place.
    """

    employee_id: str
    item: Item

    @property
    def rank(self) -> int:
        """1-based place among the people compared."""
        return self.item.rank or 0

    @property
    def micro(self) -> int:
        """Score in micro-points."""
        return self.item.micro or 0

    @property
    def eligibility(self) -> Outcome:
        """Whether the rules let the person have it for sure."""
        return self.item.eligibility

    @property
    def reasons(self) -> tuple[Text, ...]:
        """The weightiest reasons."""
        return self.item.reasons

    def as_json(self) -> dict[str, Any]:
        """Return the candidate; the caller replaces the id by its ``ref``."""
        return {
            "employee_id": self.employee_id,
            "rank": self.rank,
            "score": points(self.micro),
            "eligibility": self.eligibility,
            "reasons": [r.as_dict() for r in self.reasons],
        }
