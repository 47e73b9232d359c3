"""bench/modules.py counts the modules that a reading, a commit and a view pass through."""

from pathlib import Path

from bench import modules
from bench.measuring import EXAMPLES


def test_each_work_passes_through_the_modules_that_it_is_made_of(tmp_path: Path) -> None:
    """Counts must see the reader, the batch, and the threads in which a view is answered."""
    passed = modules.works(min(EXAMPLES.glob("*.txt")), tmp_path)
    expected = ("ingest/readers/text.py", "store/commit/batch.py", "server/views/view_files.py")
    assert all(module in each.modules for module, each in zip(expected, passed.values(), strict=True))
    assert all(0 < len(each.modules) < each.crossings for each in passed.values())
