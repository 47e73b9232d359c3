"""Notes of steps outlive the process that wrote them, and are numbers alone."""

import subprocess
import sys
from contextlib import closing
from pathlib import Path

from jixiao.ontology.steps import Notes, Step, with_place

WRITER = """
import os, sys
from pathlib import Path
from jixiao.ontology.steps import Step, keep, reached
reached(Step.PAGE, 1)
keep(Path(sys.argv[1]), 5)
reached(Step.PAGE, 1_900)
os._exit(1)
"""


def test_a_note_is_read_after_the_end_of_its_writer(tmp_path: Path) -> None:
    with closing(Notes(tmp_path / "notes")) as notes:
        subprocess.run([sys.executable, "-c", WRITER, str(notes.path)], check=False)
        assert notes.place(5) == Step.PAGE.at(1_900)
        assert notes.place(4) is None
        assert notes.clear(5 + 4_096) == 5
        assert notes.place(5) is None
        assert with_place(("停", "ended"), Step.PAGE.at(3)) == ("停；读到：第 3 页", "ended; it had come to: page 3")
        assert with_place(("停", "ended"), None) == ("停", "ended")


def test_what_is_no_note_is_none(tmp_path: Path) -> None:
    with closing(Notes(tmp_path / "notes")) as notes:
        for content in (b"", b"x", b"\xff" * 100):
            notes.path.write_bytes(content)
            assert notes.place() is None
