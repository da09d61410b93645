"""What people are looked for by, beside name, unit and post.

In: a form or a request. Out: ``Wanted``, answered from the overview stored with each generation.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Wanted:
    """What somebody looks for; empty fields do not restrict.

    Attributes:
        gap: code of a competency in which people lie below the standard of their post.
        gap_at_least: by how many levels, more than 0.
        boxes: talent boxes.
        jp_below: JP completed in the year, fewer than these; unknown hours are not fewer.
        assessment: states as in ``recommender.overview.ASSESSMENT``.
    """

    gap: str = ""
    gap_at_least: float = 0.0
    boxes: tuple[int, ...] = ()
    jp_below: float | None = None
    assessment: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        """Nothing is looked for."""
        return self == Wanted()


ANYBODY = Wanted()
"""Nothing is looked for."""
