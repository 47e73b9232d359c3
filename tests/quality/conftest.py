"""The mutations stand in `plants`, what writes filings in other formats with the tests of those formats."""

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "ingest" / "formats")]
