"""The reading of one file: what is kept of it, also when a stage ends it."""

import pytest

from jixiao.ingest.document import read_document

BASE = "http://localhost:8000/"


@pytest.mark.parametrize(
    ("content", "steps", "stages"),
    [
        (b"\0\1\2\3", ["read"], ["render"]),
        ("周三开会。".encode(), ["read", "extract"], ["render", "read"]),
    ],
)
def test_a_stage_that_refuses_a_file_is_timed(content: bytes, steps: list[str], stages: list[str]) -> None:
    reading = read_document(content, "a.txt", BASE)
    assert reading.refusal
    assert list(reading.seconds) == steps
    assert [name for name, _, _ in reading.stages] == stages
