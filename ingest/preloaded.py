"""Load what every reading needs: readers and compiled rules. Processes that read are forked after this is imported."""

import gc

import jixiao.ingest.workers.packing  # noqa: F401 - a reading process runs `read_packed`
from jixiao.ingest.readers import readers
from jixiao.shapes.validate import rules

_NEW_OBJECTS = 500_000  # containers made since the last collection, some 100 MB

readers()
rules("document")
# Loaded modules and rules stay: the garbage collector need not look at them again and again. Readings hold hardly any
# cycles of references, and collections at Python's own thresholds took a quarter of the time of reading.
gc.freeze()
gc.set_threshold(_NEW_OBJECTS, 10, 10)
