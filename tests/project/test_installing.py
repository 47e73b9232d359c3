"""Setting up: pip's list of packages goes to a log that is named, and whose end is shown if pip fails."""

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PIP = """#!/bin/sh
for number in $(seq 40); do echo "Collecting package-$number"; done
echo "no matching distribution" >&2
exit {status}
"""


@pytest.mark.parametrize("step", ["run", "test"])
@pytest.mark.parametrize("status", [0, 1])
def test_what_pip_says_is_in_a_log(status: int, step: str, tmp_path: Path) -> None:
    place = tmp_path / "venv"
    (place / "bin").mkdir(parents=True)
    pip = place / "bin" / "pip"
    pip.write_text(PIP.format(status=status), encoding="ascii")
    pip.chmod(0o755)
    before = ["python"] if step == "run" else ["python", "run"]
    for name in before:
        (place / name).touch()
    asked = ["make", "--no-print-directory", f"VENV={place}", f"{place}/{step}"]
    done = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False)
    log = place / "install.log"
    assert log.read_text(encoding="ascii").count("Collecting") == 40
    assert str(log) in done.stdout
    assert (done.returncode != 0) == bool(status)
    assert ("package-40\nno matching distribution\n" in done.stdout) == bool(status)
    assert "package-1\n" not in done.stdout
    assert (place / step).exists() == (not status)
