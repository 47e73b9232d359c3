"""Import what every reading needs: readers and compiled rules. Reading processes are forked after this import.

Libraries for single formats are imported by the processes that meet such a file.
"""

import gc
from importlib import import_module

_NEW_OBJECTS = 500_000  # containers made between collections, some 100 MB

# Readings have few reference cycles, and collections at Python's defaults took a quarter of the time of reading, and a
# tenth of that of loading.
gc.set_threshold(_NEW_OBJECTS, 10, 10)
for module in ("ingest.document", "ingest.workers"):
    import_module(f"jixiao.{module}")
import_module("jixiao.ingest.readers").readers()
import_module("jixiao.shapes.validate").rules("document")
import_module("jixiao.ontology.numbers").parse("X(2024)1")  # compiles patterns that each process would compile
# Loaded modules and rules stay, so that collections need not look at them.
gc.freeze()
