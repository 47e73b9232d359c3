"""Code that reads the key stands in `test_seeds`; code that writes other formats, with the tests of those formats."""

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "ingest" / "formats")]
