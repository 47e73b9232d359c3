"""Draw a part of the tests that take long, another one for each commit, whose time has a bound."""

import hashlib
import shutil
import subprocess
import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

TESTS = Path(__file__).parents[1]
USUAL = 1
"""CPU seconds of a case of which judge.toml says nothing."""


@cache
def stated() -> dict[str, dict[str, float]]:
    """Return the seconds of tests' cases and of whole files, as judge.toml states them."""
    found: dict[str, dict[str, float]] = tomllib.loads((TESTS / "judge.toml").read_text(encoding="utf-8"))
    return found


def seconds(case: str) -> float:
    """Return about how long a case takes, which its own entry states, that of its test, or that of its file."""
    test = case.partition("[")[0]
    file = test.partition("::")[0]
    return next((stated()["cases"][name] for name in (case, test, file) if name in stated()["cases"]), USUAL)


def drawn(cases: Iterable[str], commit: str, one_in: int) -> set[str]:
    """Draw cases that together take no longer than the share of one in so many of all.

    They come in an order that the commit decides; what no longer fits is passed over. Whatever alone takes longer than
    the share is drawn alone, where it comes first.
    """
    units: dict[str, list[str]] = {}
    for case in cases:
        file = case.partition("::")[0]
        units.setdefault(file if file in stated()["files"] else case, []).append(case)
    costs = {unit: stated()["files"].get(unit) or seconds(unit) for unit in units}
    left = sum(costs.values()) / one_in
    found: set[str] = set()
    for unit in sorted(units, key=lambda unit: hashlib.sha256(f"{commit} {unit}".encode()).digest()):
        if costs[unit] <= left or not found:
            found.update(units[unit])
            left -= costs[unit]
    return found


def commit() -> str:
    """Return the checked-out commit; nothing outside a repository."""
    git = shutil.which("git")
    command = [git or "git", "-C", str(TESTS), "rev-parse", "HEAD"]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip() if git else ""
