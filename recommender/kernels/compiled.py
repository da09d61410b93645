"""What compiled kernels share: how functions are compiled, and how wide they are.

Imported by compiled code alone, since importing numba takes a second.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import config, njit
from numpy.typing import NDArray

LANES = 64
"""People side by side: a bit for each fits into one word."""
TILE = 256
"""Items looked at before the next: the matrix of a tile stays in the nearest memory."""

Array = NDArray[Any]

Function = TypeVar("Function", bound=Callable[..., Any])


def compiled(function: Function) -> Function:
    """Compile once per type of sums, without any option that reorders or rounds otherwise."""
    return cast(Function, njit(cache=True, nogil=True, error_model="numpy")(function))


IN_FORCE = not config.DISABLE_JIT  # type: ignore[attr-defined]
"""Whether functions are compiled, as numba's own settings say."""
