"""The words of a letter above a form are checked by the rules on times and lists, and are no part of the form."""

import pytest

from jixiao.ingest.document import read_document
from tests.support.forms import form


def checked(letter: str) -> tuple[set[str], float]:
    """Return the names of the rules that find something, and the share of the form that is understood."""
    reading = read_document((letter + "\n" * 12 + form()).encode(), "a.txt", "http://localhost:8000/")
    assert reading.report
    return {each.fault.iri.rpartition("#")[2] for each in reading.report.results}, reading.share


@pytest.mark.parametrize(
    ("letter", "told"),
    [
        ("资金用于东渡村、西渡村、南渡村，共计4个村的渡口。", {"ListDiffersFromCount"}),
        ("安全例会每月一次，全年共计8次。", {"FrequencyDiffers"}),
        ("现予公示，公示期自2024年5月7—11日,共5天。\n资金用于东渡村、西渡村，共计2个村的渡口。", set()),
    ],
)
def test_a_letter_is_checked_and_is_no_part_of_the_form(letter: str, told: set[str]) -> None:
    (faults, share), (more, whole) = checked(""), checked(letter)
    assert more - faults == told
    assert whole == share
