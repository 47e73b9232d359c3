"""Load what every reading needs: readers and compiled rules. Processes that read are forked after this is imported."""

import gc

import jixiao.ingest.workers.packing  # noqa: F401 - a reading process runs `read_packed`
from jixiao.ingest.readers import readers
from jixiao.shapes.validate import rules

readers()
rules("document")
# Loaded modules and rules stay: the garbage collector need not look at them again and again.
gc.freeze()
