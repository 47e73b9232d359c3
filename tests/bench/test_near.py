"""The tests near a change are those beside it and those that import it; faults are drawn alike after other changes."""

from pathlib import Path

import pytest

from bench import faults
from bench.near import ROOT, near


@pytest.mark.sampled(4)
@pytest.mark.parametrize(
    ("file", "test"),
    [
        ("ingest/values/amounts.py", "tests/ingest/values/test_amounts.py"),
        ("ingest/readers/pdf/pages.py", "tests/ingest/formats/test_pdf.py"),
        ("server/views/spending.rq", "tests/server/views/test_views.py"),
        ("shapes/document/naming.ttl", "tests/shapes/test_shape_examples.py"),
        ("ontology/jixiao.ttl", "tests/ontology/test_vocabulary.py"),
        ("jixiao/commands/lookup.py", "tests/cli/test_cli_ask.py"),
        ("tests/support/merging.py", "tests/store/test_store_decisions.py"),
        ("tests/store/conftest.py", "tests/store/test_store_lock.py"),
        ("docs/views.md", "tests/docs/test_documentation.py"),
        ("pyproject.toml", "tests/project/test_layers.py"),
        ("ingest/roles/labels.toml", "tests/bench/test_left_out.py"),
        ("server/views/spending.rq", "tests/cli/test_views_on_examples.py"),
        ("shapes/document/naming.ttl", "tests/quality/test_planted.py"),
    ],
)
def test_a_change_has_its_tests_near(file: str, test: str) -> None:
    found = near([file])
    assert test in found
    assert len(found) < len(list((ROOT / "tests").rglob("test_*.py"))) / 2


def test_the_same_faults_are_drawn_after_other_code_has_changed(tmp_path: Path) -> None:
    source = "def lesser(one, other):\n    if one < other:\n        return one\n    return other * 2\n"
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / "a.py").write_text(source, encoding="utf-8")
    drawn = faults.faults(tmp_path, "store", 3, 1)
    assert [(each.kind, each.number, each.wrong) for each in drawn] == [
        ("comparison", 2, "one <= other"),
        ("branch", 2, "False"),
        ("number", 4, "3"),
    ]
    (tmp_path / "store" / "b.py").write_text(f"FIRST = 1\n\n\n{source}", encoding="utf-8")
    (tmp_path / "store" / "a.py").unlink()
    again = faults.faults(tmp_path, "store", 9, 1)
    assert {(each.function, each.line, each.wrong) for each in drawn} < {
        (each.function, each.line, each.wrong) for each in again
    }
