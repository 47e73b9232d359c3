"""Compare what a list names with what there is, and tell a contributor what to write."""

from collections.abc import Collection, Iterable


def assert_complete(listed: Collection[str], there: Iterable[str], advice: str) -> None:
    """Fail with advice where something is not listed, and by name where something listed is not there."""
    known = set(there)
    missing, unknown = sorted(known - set(listed)), sorted(set(listed) - known)
    assert not missing, f"{', '.join(missing)}: {advice}"
    assert not unknown, f"{', '.join(unknown)}: remove, as it is not there (any more)"
