"""Access to a knowledge graph from Python: a store of this machine, or a server elsewhere, by the same calls.

A module belongs here if it opens a graph or holds what was asked of one. `jixiao.open` is the way in.
"""

from jixiao.python.answers import Rows
from jixiao.python.dataset import Dataset, DatasetError, open_dataset

__all__ = ["Dataset", "DatasetError", "Rows", "open_dataset"]
