"""Mistakes in texts that no field of a form claims are found at their lines: letters above forms, notes below them."""

import pytest

from jixiao.ingest.document import read_document
from jixiao.ingest.result import Reading
from tests.support.forms import form

FAULTS = {"DeadlineOutside", "PlanExpired", "ListDiffersFromCount", "FigureDiffers", "StatedMoneyUnlikeFunds"}


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
    expected = [("DeadlineOutside", (2,))] if is_of_another_year else []
    assert faults(f"县财政局：\n{letter}\n" + form("渡口修缮") + form("码头照明")) == expected


@pytest.mark.parametrize(
    ("letter", "is_of_other_money"),
    [
        ("经研究，下达你单位渡口修缮资金35万元，请专款专用。", True),
        ("现将渡口修缮资金3万元下达给你们。", True),
        ("现下达渡口修缮资金300万元（详见附表）。", True),
        ("经研究，下达你单位渡口修缮资金30万元，请专款专用。", False),
        ("下达码头资金35万元，其中渡口修缮资金30万元。", False),
        ("下达渡口资金35万元，追加码头资金8万元。", False),
        ("按照《关于下达渡口资金35万元的通知》执行。", False),
        ("渡口修缮资金35万元由区财政承担。", False),
    ],
)
def test_money_that_a_letter_hands_down_is_that_of_its_form(letter: str, is_of_other_money: bool) -> None:
    expected = [("StatedMoneyUnlikeFunds", (2,))] if is_of_other_money else []
    assert faults(f"县交通局：\n{letter}\n" + form()) == expected
    assert faults(f"县交通局：\n{letter}\n" + form() + form("码头照明")) == []


@pytest.mark.parametrize(
    ("title", "is_of_another_year"),
    [
        ("柳溪县交通局2023年度项目支出绩效目标申报表", True),
        ("柳溪县交通局2025年项目情况表", True),
        ("（2023年度）\n项目基本信息", True),
        ("（2024年度）\n项目基本信息", False),
        ("（2023年度结转）\n项目基本信息", False),
        ("2023年项目绩效目标公开\n2024-03-05 10:20 来源：柳溪县交通局", True),
        ("柳溪县交通局2024年度项目支出绩效目标申报表", False),
        ("柳溪县交通局2023年度部门决算公开", False),
        ("柳溪县交通局2024年度项目绩效及2025年度整体绩效目标申报", False),
        ("柳溪县交通局2024年度项目支出绩效目标表\n发布时间：2023-12-20", False),
        ("按照2023年印发的绩效目标表填报", False),
    ],
)
def test_title_has_the_year_of_its_form(title: str, is_of_another_year: bool) -> None:
    expected = [("DeadlineOutside", (1,))] if is_of_another_year else []
    assert faults(f"{title}\n" + form()) == expected
    assert faults(f"{form()}部门整体绩效目标申报表\n{title}\n单位名称：柳溪县交通局\n") == []


def test_letter_is_compared_with_the_years_of_all_projects() -> None:
    forms = form("渡口修缮") + form("码头照明").replace("2024", "2023")
    assert faults("现将2023年度预算项目的绩效目标随文报送。\n" + forms) == []


@pytest.mark.parametrize(
    ("note", "rules"),
    [
        ("说明：按照财预〔2011〕285号编制。", ["PlanExpired"]),
        ("说明：柳村、杨村共3个村受益。", ["ListDiffersFromCount"]),
        ("说明：今年修缮渡口3处，不再新建。", ["FigureDiffers"]),
        ("说明：修缮渡口2处，柳村、杨村、槐村共3个村受益，见财预〔2020〕10号。", []),
        ("说明：另修缮渡口\t3处", []),  # cells of a table
    ],
)
def test_note_below_a_form_is_checked(note: str, rules: list[str]) -> None:
    filing = form("渡口修缮") + note + "\n" + form("码头照明").replace("修缮渡口", "装灯")
    found = faults(filing)
    assert [rule for rule, _ in found] == rules
    assert all(lines[-1] == 10 for _, lines in found)


def test_line_that_names_a_person_is_in_no_mention() -> None:
    filing = "现将2023年度预算项目绩效目标报送，联系人：王小渡 0577-8123456\n" + form("渡口修缮")
    filing += "填表人：王小渡，按照财预〔2011〕285号填报，柳村、杨村共3个村。\n"
    reading = read(filing)
    assert reading.deposit
    assert faults(filing) == []
    assert not any(each in reading.deposit.source_triples.decode() for each in ("王小渡", "8123456"))
