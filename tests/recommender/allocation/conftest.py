"""Let the tests of allocation share small problems and the best of all allocations."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
