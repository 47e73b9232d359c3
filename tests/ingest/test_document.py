"""The reading of one file: what is kept of it, also when a stage ends it."""

import pytest

from jixiao.ingest.document import read_document

BASE = "http://localhost:8000/"


@pytest.mark.parametrize(
    ("content", "stages"),
    [
        (b"\0\1\2\3", ["render"]),
        ("周三开会。".encode(), ["render", "read"]),
    ],
)
def test_a_stage_that_refuses_a_file_is_timed(content: bytes, stages: list[str]) -> None:
    reading = read_document(content, "a.txt", BASE)
    assert reading.refusal
    assert [name for name, _, _ in reading.stages] == stages
