"""The mutations stand in `plants`."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
