"""Code that reads the key stands in `test_seeds`."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
