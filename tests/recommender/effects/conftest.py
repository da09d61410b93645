"""Let the tests of effects share a made-up office."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
