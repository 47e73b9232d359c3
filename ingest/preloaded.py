"""Load what every reading needs: readers and compiled rules. Processes that read are forked after this is imported.

Libraries for single formats are left to the processes that meet such a file.
"""

import gc
from importlib import import_module

_NEW_OBJECTS = 500_000  # containers made since the last collection, some 100 MB

# Readings hold hardly any cycles of references, and collections at Python's own thresholds took a quarter of the time
# of reading, and a tenth of that of loading.
gc.set_threshold(_NEW_OBJECTS, 10, 10)
for module in ("ingest.document", "ingest.workers.packing"):
    import_module(f"jixiao.{module}")
import_module("jixiao.ingest.readers").readers()
import_module("jixiao.shapes.validate").rules("document")
# Loaded modules and rules stay: no collection need look at them again.
gc.freeze()
