"""Test modules of this folder import what writes filings in other formats (`writers`) from beside them."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
