"""Mistakes in texts that no field of a form claims are found at their lines: letters above forms, notes below them."""

import pytest

from jixiao.ingest.document import read_document
from jixiao.ingest.result import Reading

FAULTS = {"BudgetOfAnotherYear", "LawRepealed", "ListDiffersFromCount", "FigureDiffers"}
FORM = """项目支出绩效目标申报表
（2024年度）
项目名称\t{}\t主管部门\t柳溪县交通局
年度资金总额\t30万元
年度目标\t两处渡口安全通行。
一级指标\t二级指标\t三级指标\t指标值
产出指标\t数量指标\t修缮渡口\t2处
效益指标\t社会效益指标\t通行安全\t提高
满意度指标\t服务对象满意度指标\t乘客满意度\t≥90%
"""


def read(filing: str) -> Reading:
    return read_document(filing.encode(), "filing.txt", "http://localhost:8000/")


def faults(filing: str) -> list[tuple[str, tuple[int, ...]]]:
    """Return the rules that find a mistake in a loose text, with their lines."""
    reading = read(filing)
    assert reading.report
    return sorted((one.fault.name, one.lines) for one in reading.report.results if one.fault.name in FAULTS)


@pytest.mark.parametrize(
    ("letter", "is_of_another_year"),
    [
        ("现将2023年度预算项目的绩效目标随文报送。", True),
        ("按照要求，现将我局2023年部门预算绩效目标上报。", True),
        ("现将2024年度预算项目的绩效目标随文报送。", False),
        ("现将提前下达2023年补助资金预算的绩效目标报送。", False),
        ("关于提前下达2023年补助资金预算的通知", False),
        ("2023年预算已批复，现将2024年预算项目的绩效目标报送。", False),
    ],
)
def test_letter_of_another_budget_is_found_at_its_line(letter: str, is_of_another_year: bool) -> None:
    expected = [("BudgetOfAnotherYear", (2,))] if is_of_another_year else []
    assert faults(f"县财政局：\n{letter}\n" + FORM.format("渡口修缮") + FORM.format("码头照明")) == expected


def test_letter_is_compared_with_the_years_of_all_projects() -> None:
    form = FORM.format("渡口修缮") + FORM.format("码头照明").replace("2024", "2023")
    assert faults("现将2023年度预算项目的绩效目标随文报送。\n" + form) == []


@pytest.mark.parametrize(
    ("note", "rules"),
    [
        ("说明：按照财预〔2011〕285号编制。", ["LawRepealed"]),
        ("说明：柳村、杨村共3个村受益。", ["ListDiffersFromCount"]),
        ("说明：今年修缮渡口3处，不再新建。", ["FigureDiffers"]),
        ("说明：修缮渡口2处，柳村、杨村、槐村共3个村受益，见财预〔2020〕10号。", []),
        ("说明：另修缮渡口\t3处", []),  # cells of a table
    ],
)
def test_note_below_a_form_is_checked(note: str, rules: list[str]) -> None:
    filing = FORM.format("渡口修缮") + note + "\n" + FORM.format("码头照明").replace("修缮渡口", "装灯")
    found = faults(filing)
    assert [rule for rule, _ in found] == rules
    assert all(lines[-1] == 10 for _, lines in found)


def test_line_that_names_a_person_is_in_no_mention() -> None:
    filing = "现将2023年度预算项目绩效目标报送，联系人：王小渡 0577-8123456\n" + FORM.format("渡口修缮")
    filing += "填表人：王小渡，按照财预〔2011〕285号填报，柳村、杨村共3个村。\n"
    reading = read(filing)
    assert reading.deposit
    assert faults(filing) == []
    assert not any(each in reading.deposit.source_triples.decode() for each in ("王小渡", "8123456"))
