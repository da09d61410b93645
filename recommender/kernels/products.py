"""Products of sparse vectors as whole numbers; this is the SciPy path.

In: CSR matrices of vectors. Out: rows of whole numbers; ``products_walk`` gives the same.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray


def whole_products(
    left: sp.csr_matrix, right_transposed: sp.csr_matrix, unit: int
) -> NDArray[np.int32]:
    """Return ``left · right`` times ``unit``, rounded, int32 ``[n_left, n_right]``."""
    product = np.asarray((left @ right_transposed).toarray(), np.float64)
    found: NDArray[np.int32] = np.rint(product * unit).astype(np.int32)
    return found
