"""Mistakes in texts that no field of a form claims are found at their lines: letters above forms, notes below them."""

import pytest

from jixiao.ingest.document import read_document
from jixiao.ingest.result import Reading
from tests.support.forms import form

FAULTS = {"DeadlineOutside", "PlanExpired", "ListDiffersFromCount", "FigureDiffers"}


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
