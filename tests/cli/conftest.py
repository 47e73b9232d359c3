"""The command as a user runs it: a process, its status, its two streams. Fixture policy: one store of the examples for
tests that only read; a test that writes makes its own."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"

Run = Callable[..., subprocess.CompletedProcess[str]]


def jixiao(*arguments: str | Path, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run the command; whatever happens, a user never sees a traceback."""
    command = [sys.executable, "-m", "jixiao", *map(str, arguments)]
    done = subprocess.run(command, input=stdin, capture_output=True, text=True, encoding="utf-8", check=False)
    assert "Traceback" not in done.stderr, done.stderr
    return done


@pytest.fixture(scope="session")
def run() -> Run:
    return jixiao


@pytest.fixture(scope="session")
def examples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store that holds the examples; do not write to it."""
    store = tmp_path_factory.mktemp("examples") / "store"
    done = jixiao("ingest", EXAMPLES, "--store", store)
    assert done.returncode == 0, done.stderr
    return store
