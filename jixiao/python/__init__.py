"""Access to a knowledge graph from Python, by the same calls for a store on this machine and for a remote server.

Start with `jixiao.open`. Modules here open a graph, or represent its answers.
"""

from jixiao.python.answers import Rows
from jixiao.python.dataset import Dataset, DatasetError, open_dataset

__all__ = ["Dataset", "DatasetError", "Rows", "open_dataset"]
