"""Ends of forms: nothing behind an end that was not seen is missing or does not add up, and no level that is there."""

import os
import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from jixiao.ingest.document import read_documents
from jixiao.ingest.result import Document, Reading
from jixiao.ontology import terms
from tests.support.forms import form

SHARED = Path(os.environ.get("JIXIAO_SHARED", Path(__file__).parents[3] / "shared"))
REAL = [each for name in ("filings", "evaluations", "seeds") for each in sorted((SHARED / name).rglob("*.txt"))]
there = pytest.mark.skipif(not REAL, reason="no folder of real filings (JIXIAO_SHARED)")
BASE = "http://localhost:8000/"
# Rules that conclude from what is not there, or from all parts of something.
ABSENCES = {
    "FirstLevelAbsent",
    "SecondLevelAbsent",
    "PartNotFound",
    "CellBlank",
    "OverallGoalBlank",
    "SectionEmpty",
    "NoLegalBasis",
    "CoverMissing",
    "TargetMissing",
}
SUMS = {
    "AnnualRequestDiffersFromParts",
    "TotalDiffersFromFunds",
    "CostItemsDiffer",
    "CostSubtotalDiffers",
    "CalculationWrong",
    "StatedPartsDifferFromAmount",
    "WeightsDiffer",
    "ScoresDifferFromTotal",
    "CoverCountDiffers",
    "CoverTotalDiffers",
    "ListDiffersFromCount",
    "ComponentsFewerThanItems",
}
MOST = 100  # cuts of a case
LEVELS = ("产出", "效益", "满意度", "数量", "质量", "时效", "成本")

pytestmark = pytest.mark.usefixtures("every_rule")


def faults(reading: Reading) -> Counter[str]:
    """Count the findings of each rule; costs may follow satisfaction as a level of their own, and are left out."""
    found = reading.report.results if reading.report and reading.deposit else ()
    return Counter(each.fault.name for each in found if each.message.zh != "项目的指标中没有成本指标。")


def read(*texts: str) -> list[Reading]:
    return read_documents([Document(text.encode(), "filing.txt") for text in texts], BASE)


def cuts(text: str) -> list[str]:
    """Return a text cut behind each of its rows; where it has few lines, behind each cell."""
    parted = r"\n" if sum(map(bool, map(str.strip, text.split("\n")))) >= 12 else r"[ \t|\n]"
    ends = (found.start() for found in re.finditer(parted, text))
    return [text[:end] for end in ends if text[end - 1 : end].strip()]


EVERY = [
    (path, first) for path in REAL for first in range(0, len(cuts(path.read_bytes().decode("utf-8", "ignore"))), MOST)
]


def undeserved(texts: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield, for cuts of a text that comes first, rules of absence and sums that find more in a cut, with its end."""
    whole, *parts = read(*texts)
    if whole.deposit is None:
        return
    for cut, part in zip(texts[1:], parts, strict=True):
        yield from ((name, cut[-30:]) for name in sorted((faults(part) - faults(whole)).keys() & (ABSENCES | SUMS)))


@there
@pytest.mark.parametrize("path", REAL[::90], ids=[path.stem for path in REAL[::90]])  # the others are cut at every row
def test_a_real_text_cut_at_any_row_gets_no_absence_and_no_sum_that_the_whole_does_not_get(path: Path) -> None:
    text = path.read_bytes().decode("utf-8", "ignore")
    drawn = cuts(text)
    assert not list(undeserved([text, *random.Random(path.name).sample(drawn, min(len(drawn), 10))]))


@there
@pytest.mark.judge
@pytest.mark.parametrize(("path", "first"), EVERY, ids=[f"{path.stem} from {first}" for path, first in EVERY])
def test_a_real_text_cut_at_every_row_gets_no_absence_and_no_sum_that_the_whole_does_not_get(
    path: Path, first: int
) -> None:
    text = path.read_bytes().decode("utf-8", "ignore")
    assert not list(undeserved([text, *cuts(text)[first : first + MOST]]))


@pytest.mark.sampled(40)
@there
@pytest.mark.parametrize("path", REAL, ids=[path.stem for path in REAL])
def test_no_level_that_a_row_of_the_form_prints_is_called_absent(path: Path) -> None:
    [reading] = read_documents([Document(path.read_bytes(), path.name)], BASE)
    stated = reading.deposit.source_triples.decode() if reading.deposit else ""
    for found in reading.report.results if reading.report else ():
        if found.fault.name in {"FirstLevelAbsent", "SecondLevelAbsent"}:
            told = found.message.zh.partition("没有")[2]
            rows = re.findall(rf'<{re.escape(found.focus_node)}#i\d+> <{terms.JX}printedLevel[12]> "(\w+)', stated)
            assert not [row for row in rows for level in LEVELS if level in told and row.startswith(level)]


HEAD = form().partition("产出指标")[0]
OUTPUT, EFFECT, SATISFACTION = form().splitlines()[6:]
OWN = "实施效果指标\t产出指标\t修缮渡口\t2处\n实施效果指标\t效益指标\t受益村庄\t3个\n注：略。\n"
MONEY = (
    "项目支出绩效目标申报表\n项目名称\t渡口修缮\n主管部门\t柳溪县交通局\n项目资金（万元）\t年度资金总额：100\n"
    "其中：中央资金\t30\n省级资金\t20\n"
)
SINGLE = f"{HEAD}{OUTPUT}\n产出指标\t时效指标\t完成时间".replace("\t", " |\n").replace("\n项", " |\n项") + " |"
BARRED = (
    "项目支出绩效目标申报表\n项目名称 |\n渡口修缮 |\n主管部门 |\n柳溪县交通局 |\n|||||\n资金情况（万元） |\n"
    "资金总额 |\n100 |\n其中：财政拨款 |\n100 |\n其他资金 |\n|||||\n总体目标 |\n渡口安全。 |"
)
MISSING = {"FirstLevelAbsent", "SecondLevelAbsent"}
UNSEEN = {"FormBreaksOff"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(HEAD + OUTPUT, UNSEEN, id="behind outputs"),
        pytest.param(f"{HEAD}{OUTPUT}\n{EFFECT}", UNSEEN, id="behind effects"),
        pytest.param(f"{HEAD}{OUTPUT}\n{SATISFACTION}", UNSEEN, id="satisfaction above effects"),
        pytest.param(f"{HEAD}{OUTPUT}\n{EFFECT}\n{SATISFACTION}", {"SecondLevelAbsent"}, id="behind the last level"),
        pytest.param(f"{HEAD}{OUTPUT}\n{SATISFACTION}\n填表人：\n", MISSING, id="signed"),
        pytest.param(f"{HEAD}{OUTPUT}\n注：一式两份。\n", MISSING, id="with a note"),
        pytest.param(f"{HEAD}{OUTPUT}\n{form('码头照明')}", MISSING, id="above a form"),
        pytest.param(f"{HEAD}{OUTPUT}\n{EFFECT}\n满意度指标\t服务对象", UNSEEN, id="within a row"),
        pytest.param(f"{HEAD}{OUTPUT}\n{EFFECT}\n{SATISFACTION[:-2]}", UNSEEN, id="within a figure"),
        pytest.param(f"{HEAD}{OWN}", {"SecondLevelAbsent"}, id="levels below a word of the form"),
        pytest.param(f"{MONEY}市(级", UNSEEN, id="within parts of money"),
        pytest.param(f"{MONEY}年度目标\t渡口安全。\n", UNSEEN | {"CalculationWrong"}, id="behind parts of money"),
        pytest.param(f"{MONEY}实施单位\t", UNSEEN, id="behind a label"),
        pytest.param(SINGLE, UNSEEN, id="one cell a line, behind a name that elsewhere is a label"),
        pytest.param(
            f"{HEAD}{OUTPUT}\n{SATISFACTION.rpartition(chr(9))[0]}\t\n--\t--\t--\t--\n", UNSEEN, id="behind a page"
        ),
        pytest.param(BARRED, UNSEEN, id="one cell a line, each with a bar"),
    ],
)
def test_what_is_behind_the_end_is_not_missing(text: str, expected: set[str]) -> None:
    [reading] = read(text)
    assert faults(reading).keys() & (UNSEEN | MISSING | SUMS | {"CellBlank", "TargetMissing"}) == expected


@pytest.mark.parametrize(
    ("end", "is_seen"), [("", False), ("<tr><td>产出指标</td><td>质量", False), ("</table>", True)]
)
def test_a_table_that_a_page_does_not_close_may_go_on(end: str, is_seen: bool) -> None:
    rows = "".join(
        f"<tr>{''.join(f'<td>{cell}</td>' for cell in line.split(chr(9)))}</tr>" for line in HEAD.split("\n")
    )
    row = "".join(f"<td>{cell}</td>" for cell in OUTPUT.split("\t"))
    page = f"<html><body><table>{rows}<tr>{row}</tr>{end}"
    [reading] = read_documents([Document(page.encode(), "filing.html")], BASE)
    assert ("FormBreaksOff" in faults(reading)) is not is_seen


def test_only_a_project_of_which_all_but_the_end_was_read_states_the_line() -> None:
    ended, without_money = read(HEAD + OUTPUT, MONEY)
    line = f"<{terms.breaksOffAt}>".encode()
    assert line in ended.deposit.source_triples
    assert line not in without_money.deposit.source_triples
