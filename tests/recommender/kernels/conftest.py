"""Let the tests of kernels share a generator of questions and their plain answer."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
