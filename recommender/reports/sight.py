"""What the reader of a document may read of the people in it.

In: nothing. Out: ``Sight``, which the makers of documents ask before they write something down, so
that what a reader may not know is never put on a sheet to be taken off again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields


@dataclass(frozen=True)
class Sight:
    """What may stand in a document.

    Attributes:
        next_post: which post a person prepares for.
        levels: levels and gaps of competencies, and the job person match made of them.
        performance: yearly ratings.
        service_left: when somebody retires.
        talent: the talent box as published; ``talent_unpublished`` also before it is.
        verdict: whether something has to be confirmed by BKD.
        candidates: how many could follow on a post, and who.
    """

    next_post: bool = True
    levels: bool = True
    performance: bool = True
    service_left: bool = True
    talent: bool = True
    talent_unpublished: bool = True
    verdict: bool = True
    candidates: bool = True

    @classmethod
    def of(cls, names: Iterable[str]) -> Sight:
        """Return the sight of what is named, and of nothing else."""
        held = set(names)
        return cls(**{field.name: field.name in held for field in fields(cls)})

    @property
    def names(self) -> tuple[str, ...]:
        """The names of what may stand there."""
        return tuple(field.name for field in fields(self) if getattr(self, field.name))


EVERYTHING = Sight()
"""What an officer reads who makes documents on the machine itself."""
