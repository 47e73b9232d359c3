"""The words of a letter above a form are checked by the rules on times and lists, and are no part of the form."""

import pytest

from jixiao.ingest.document import read_document

FORM = """项目支出绩效目标申报表
（2024年度）
项目名称\t渡口修缮\t主管部门\t柳溪县交通局
年度资金总额\t30万元
年度目标\t两处渡口安全通行。
一级指标\t二级指标\t三级指标\t指标值
产出指标\t数量指标\t修缮渡口\t2处
效益指标\t社会效益指标\t通行安全\t提高
满意度指标\t服务对象满意度指标\t乘客满意度\t≥90%
"""


def checked(letter: str) -> tuple[set[str], float]:
    """Return the names of the rules that find something, and the share of the form that is understood."""
    reading = read_document((letter + "\n" * 12 + FORM).encode(), "a.txt", "http://localhost:8000/")
    assert reading.report
    return {each.fault.iri.rpartition("#")[2] for each in reading.report.results}, reading.share


@pytest.mark.parametrize(
    ("letter", "told"),
    [
        ("现予公示，公示期自2024年5月7—11日,共7天。", {"DatesContradict"}),
        ("名单公示10天，时间为6月3日至6月9日。", {"DatesContradict"}),
        ("资金用于东渡村、西渡村、南渡村，共计4个村的渡口。", {"ListDiffersFromCount"}),
        ("安全例会每月一次，全年共计8次。", {"FrequencyDiffers"}),
        ("现予公示，公示期自2024年5月7—11日,共5天。\n资金用于东渡村、西渡村，共计2个村的渡口。", set()),
    ],
)
def test_a_letter_is_checked_and_is_no_part_of_the_form(letter: str, told: set[str]) -> None:
    (faults, share), (more, whole) = checked(""), checked(letter)
    assert more - faults == told
    assert whole == share
