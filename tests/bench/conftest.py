"""Test modules of this folder import the commands of bench/, which are not installed."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[2]))
