"""A sentence lists projects if it states their number and their sum, and both are right."""

import pytest

from jixiao.ingest.rendition import Cell, Row
from jixiao.ingest.structure.segments import listed_forms

HEAD = "2024年，编报绩效目标的项目共3个，涉及资金100万元。其中："


def listed(*lines: str) -> list[tuple[str, ...]]:
    """The names and sums that lines list."""
    rows = [Row((Cell(((number, text),), 0),)) for number, text in enumerate(lines, 1)]
    return [tuple(row.filled[1].text for row in form) for form in listed_forms(rows)]


FOUND = [("河道保洁费", "50万元"), ("泵站养护费", "30.5万元"), ("水质监测费", "19.5万元")]


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ([HEAD + "河道保洁费50万元，泵站养护费30.5万元，水质监测费19.5万元。"], FOUND),
        ([HEAD + "河道保洁费50万元，泵站养", "护费 30.5 万 元 ， 水 质 监 测 费 19.5 万元 。"], FOUND),
        (["设置绩效目标的有三个项目：河道保洁费50万元、泵站养护费30.5万元和水质监测费19.5万元，共计100万元。"], FOUND),
        ([HEAD + "河道保洁费50万元，泵站养护费30.5万元，水质监测费19万元。"], []),
        ([HEAD + "河道保洁费50万元，泵站养护费50万元。"], []),
        ([HEAD + "财政拨款50万元，自有资金30万元，其他资金20万元。"], []),
        ([HEAD + "局机关50万元，水文站30万元，河道管理所20万元。"], []),
        ([HEAD + "河道保洁费50万元，泵站养护费30.5万元，和水质监测费19.5万元。"], FOUND),
        ([HEAD + "1.河道保洁费50万元，主要用于保洁；2.泵站养护费30.5万元，用于检修；3.水质监测费19.5万元。"], FOUND),
        ([HEAD + "1、河道保洁费：50万元；2、泵站养护费：30.5万元；3、水质监测费：19.5万元。"], FOUND),
        ([HEAD + "河道专项经费50万元（其中财政拨款30万元），泵站养护费50万元。"], []),
        (
            ["绩效目标管理的项目2个，涉及资金80万元：河道专项经费50万元（其中财政拨款20万元），泵站改造30万元。"],
            [("河道专项经费", "50万元"), ("泵站改造", "30万元")],
        ),
        (["共3个项目，预算100万元：河道保洁费50万元，泵站养护费30万元，水质监测费20万元。"], []),
        ([], []),
    ],
)
def test_list_that_proves_itself(lines: list[str], found: list[tuple[str, ...]]) -> None:
    assert listed(*lines) == found
