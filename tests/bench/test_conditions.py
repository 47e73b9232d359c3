"""bench/conditions.py finds the conditions of a module, and lets them be held to another outcome."""

import ast
from typing import Any

import pytest

from bench.conditions import Conditions

MODULE = """
def is_even(n: int) -> bool:
    return n % 2 == 0

def told(numbers):
    if not numbers or numbers[0] < 0:
        return "none"
    kept = [n for n in numbers if is_even(n)]
    return "all" if any(n > 4 for n in kept) else "some"
"""


def run(numbers: list[int], held: dict[str, bool]) -> tuple[str, dict[str, list[bool]]]:
    """Return what the module says, and the outcomes of its conditions by their lines."""
    met: dict[str, list[bool]] = {}

    def note(place: str, value: Any) -> Any:
        _, line, _ = place.split(":")
        met.setdefault(line, []).append(bool(value))
        return held.get(line, value)

    space: dict[str, Any] = {"_met": note}
    tree = ast.fix_missing_locations(Conditions("m").visit(ast.parse(MODULE)))
    exec(compile(tree, "m", "exec"), space)
    return space["told"](numbers), met


@pytest.mark.parametrize(
    ("numbers", "said", "met"),
    [
        ([], "none", {"6": [False]}),
        ([1, 6], "all", {"6": [True, False], "3": [False, True], "8": [False, True], "9": [True, True]}),
    ],
)
def test_outcomes_are_noted_where_conditions_stand(numbers: list[int], said: str, met: dict[str, list[bool]]) -> None:
    assert run(numbers, {}) == (said, met)


def test_a_condition_that_is_held_counts_as_it_is_held() -> None:
    said, _ = run([1, 6], {"3": False})
    assert said == "some"
