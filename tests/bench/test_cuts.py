"""bench/cuts.py tells the cuts of a file that are marked partial from those that are not, and names added facts."""

from pathlib import Path

from bench import cuts

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


def test_every_cut_of_a_form_is_marked_and_adds_nothing(tmp_path: Path) -> None:
    path = tmp_path / "filing.txt"
    path.write_text(FORM, encoding="utf-8")
    found = cuts.cuts(path, None)
    inside = [each for each in found if each.inside]
    assert [each.line for each in inside] == list(range(2, 9))
    assert {each.outcome for each in inside} == {"marked"}
    assert not any(each.added for each in found)
    assert [line.split()[:2] for line in cuts.figures(found)][1] == ["form", "7"]


def test_a_text_may_be_the_beginning_of_the_whole() -> None:
    text = "https://w3id.org/jixiao/ontology#text"
    whole = {("g", text, "两处渡口安全通行。")}
    assert not cuts.added({("g", text, "两处渡口")}, whole)
    assert cuts.added({("g", text, "渡口")}, whole)
