"""Let the property tests share a generator of random offices and the claims about refusals."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
