"""The example filings cut off at any line: what is accepted ends with a whole form, all else is read in part.

Extraction only; that the report and the ledger say so is tried here once a file.
Cuts behind a blank line are left out: they leave the same cells as those before it. `make judge` cuts at every line;
as each cut is read from the beginning, `make test` cuts before rows of each form and at one line in each stretch.
"""

import random
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from zlib import adler32

import pytest

from jixiao.ingest.document import read_document, read_documents
from jixiao.ingest.errors import IngestError
from jixiao.ingest.extract import extract
from jixiao.ingest.model import BODIES, Extraction, Form
from jixiao.ingest.readers import read
from jixiao.ingest.result import Document, Reading
from jixiao.ontology import terms
from tests.support.forms import form
from tests.support.layouts.facts import published

# The smallest first, which is the one that `make test` takes.
EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*.txt"), key=lambda path: path.stat().st_size)
per_file = pytest.mark.parametrize("path", EXAMPLES, ids=[path.stem for path in EXAMPLES])


BASE = "http://localhost:8000/"
BLANKS = " \u3000"


@cache
def lines_of(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").split("\n")


@cache
def whole(path: Path) -> Extraction:
    return extract(read(path.read_bytes()))


def accepted(text: str) -> Extraction | None:
    """Return the extraction of a text; None for one that is refused."""
    try:
        return extract(read(text.encode()))
    except IngestError:
        return None


def levels(form: Form) -> set[str | None]:
    return {indicator.level1 for indicator in form.indicators}


def excused(found: Extraction, entire: Extraction) -> bool:
    """Tell whether no sign is left that the last form goes on: two cases.

    Every first-level type is reached, and one more row of the last may follow or not. Or no other form and no cover
    says what is to be expected, and the form has more than costs and outputs.
    """
    form, expected = found.projects[-1].form, entire.projects[len(found.projects) - 1].form
    alone = len(found.projects) == 1 and found.cover.count is None and len(levels(form) - {"产出指标", "成本指标"}) > 0
    return levels(form) == levels(expected) or alone


def sample(path: Path) -> set[int]:
    """Cuts before the first, the last and some other indicator of each form, and at one line in each stretch of 96."""
    drawn = random.Random(path.name)
    written = [number for number, line in enumerate(lines_of(path), 1) if line.strip(BLANKS)]
    chosen = {drawn.choice(written[start : start + 96]) for start in range(0, len(written), 96)}
    for project in whole(path).projects:
        rows = [indicator.levels[0].line for indicator in project.form.indicators]
        for row in (rows[0], drawn.choice(rows), rows[-1]):
            chosen.add(max(number for number in written if number < row))
    return chosen


@per_file
@pytest.mark.judge
def test_file_cut_off_at_any_line_is_refused_or_ends_with_a_whole_form(path: Path) -> None:
    lines = lines_of(path)
    ends = cut_off(path, (number for number in range(1, len(lines)) if lines[number - 1].strip(BLANKS)))
    assert len(ends) < 0.01 * len(lines), ends


@pytest.mark.sampled(5)
@per_file
def test_file_cut_off_at_some_lines_is_refused_or_ends_with_a_whole_form(path: Path) -> None:
    ends = cut_off(path, chosen := sample(path))
    assert len(ends) <= max(1, 0.03 * len(chosen)), ends


def cut_off(path: Path, numbers: Iterable[int]) -> list[int]:
    """Cut the file behind each of the lines; those at which a form ends that is not whole, and nothing could tell."""
    lines, entire = lines_of(path), whole(path)
    ends = []
    for number in numbers:
        found = accepted("\n".join(lines[:number]))
        if found and not any(project.form.breaks_off for project in found.projects):
            *before, last = found.projects
            count = len(before)
            assert tuple(before) == entire.projects[:count], f"{path.name}:{number}"
            # No text below shows that the last form is closed.
            if replace(last, form=replace(last.form, closed=True)) != entire.projects[count]:
                assert excused(found, entire), f"{path.name}:{number} {lines[number - 1]}"
                ends.append(number)
    return ends


@pytest.mark.sampled(5)
@per_file
def test_form_cut_off_before_its_last_level_is_kept_in_part_with_the_line(path: Path) -> None:
    lines, entire = path.read_text(encoding="utf-8").split("\n"), whole(path)
    cut = entire.projects[-1].form.indicators[-1].levels[0].line - 1
    content = "\n".join(lines[:cut]).encode()
    reading = read_document(content, path.name, BASE)
    last = max(number for number, line in enumerate(lines[:cut], 1) if line.strip())
    assert [found.lines for found in reading.report.results if found.fault.name == "FormBreaksOff"] == [(last,)]
    assert len(reading.deposit.contents.partial) == 1
    assert [fact["why"]["codes"] for fact in reading.ledger["lines"][last - 1]["facts"] if "valueless" in fact] == [
        ("end-not-seen",)
    ]
    strict = read_document(content, path.name, BASE, strict=True)
    assert any("末尾未见" in reason and f"第 {last} 行" in reason for reason in strict.refusal.reasons)


@pytest.mark.parametrize("end", range(2, 7))
def test_form_cut_off_before_its_first_indicator_is_marked_and_states_nothing_more(end: int) -> None:
    [entire] = published(read_document(form().encode(), "filing.txt", BASE))
    reading = read_document("\n".join(form().split("\n")[:end]).encode(), "filing.txt", BASE)
    if reading.deposit:
        assert {*reading.deposit.contents.partial} == reading.deposit.contents.projects.keys()
        for part in published(reading):
            assert part.words.items() <= entire.words.items()
            assert part.amounts.items() <= entire.amounts.items()
            assert part.goals.items() <= entire.goals.items()
            assert set(part.indicators) <= set(entire.indicators)


NARRATIVE = """渡口修缮项目经费情况说明
一、项目概述
修缮两处渡口。
二、立项依据
柳溪县交通局的职责。
三、实施主体
柳溪县交通局
四、绩效目标
详见绩效目标表。
"""


@pytest.mark.parametrize("end", [8, *range(12, 17)])
def test_narrative_cut_off_at_its_targets_or_in_its_form_is_marked(end: int) -> None:
    text = NARRATIVE + form().replace("\t", "\n")
    deposit = read_document("\n".join(text.split("\n")[:end]).encode(), "filing.txt", BASE).deposit
    assert {*deposit.contents.partial} == deposit.contents.projects.keys()


def test_text_that_ends_with_the_title_of_a_further_narrative_begins_its_project() -> None:
    first = NARRATIVE.replace("渡口修缮项目经费情况说明", "项目经费情况说明 1--渡口修缮")
    found = extract(read(f"{first}{form()}\n项目经费情况说明 2--码头照明\n".encode()))
    assert [project.form.breaks_off is not None for project in found.projects] == [False, True]


@pytest.mark.sampled(10)
@per_file
@pytest.mark.parametrize("share", [0.5, 0.31])
def test_first_part_of_the_bytes_gives_no_fact_that_the_whole_does_not_give(path: Path, share: float) -> None:
    content = path.read_bytes()
    reading = read_document(content[: int(share * len(content))], path.name, BASE)
    entire = read_document(content, path.name, BASE)
    assert entire.deposit
    if not reading.deposit:
        assert reading.refusal.reasons
        return
    for project, name in reading.deposit.contents.projects.items():
        assert project in reading.deposit.contents.partial or entire.deposit.contents.projects[project] == name


CASES = Path(__file__).parent / "cases"
REMAINDERS = {
    "cut-off-within-a-target": " 98%\n效益指标\t社会效益指标\t灌溉面积\t≥300亩\n满意度指标\t满意度\t农户满意度\t≥90%\n",
    "cut-off-within-a-name-behind-satisfaction": "意度 >=90%  \n财政部门审核意见 (盖章)\n",
    "cut-off-within-a-row-over-lines": "\n计划标准 |\n|||\n",
}


def warnings(reading: Reading) -> set[str]:
    found = reading.report.results if reading.report else ()
    return {one.fault.name for one in found if one.fault.severity == terms.SH_Warning}


@pytest.mark.parametrize("step", [45, pytest.param(5, marks=pytest.mark.judge)])
@pytest.mark.parametrize("case", REMAINDERS)
def test_file_cut_off_at_any_character_gets_no_warning_that_the_whole_does_not_get(case: str, step: int) -> None:
    text = (CASES / case / "filing.txt").read_text(encoding="utf-8").removesuffix("\n") + REMAINDERS[case]
    last = text.rindex("\n", 0, -1)  # nothing tells that the last row of all goes on
    cuts = [text[:end] for end in range(text.rindex("指标值"), last, step)]
    contents = [Document(each.encode(), "filing.txt") for each in (text, *cuts)]
    entire, *parts = map(warnings, read_documents(contents, BASE))
    for cut, part in zip(cuts, parts, strict=True):
        assert part <= entire, cut[-40:]


SMALL_FILINGS = sorted(Path(__file__).parent.glob("cases/*/filing.txt"))
WITHIN_A_CELL = 2  # cuts of each case


def stated(extraction: Extraction) -> set[tuple[str, str]]:
    """The names, bodies, goals, amounts and citations of all projects."""
    told: set[tuple[str, str]] = set()
    for project in extraction.projects:
        told |= {("name", project.name.text)} if project.name else set()
        told |= {(name, text.text) for name, text in project.form.goals.items()}
        told |= {(name, project.form.fields[name].text) for name in BODIES if name in project.form.fields}
        told |= {("amount", str(amount.value)) for amount in project.form.amounts if amount.value}
        told |= {("title", citation.title) for citation in project.citations if citation.title}
    return told


@pytest.mark.parametrize("step", [12, pytest.param(1, marks=pytest.mark.judge)])
def test_a_text_cut_within_a_cell_states_nothing_new(step: int) -> None:
    # A table of a few rows may be too short, once it is cut, to show how its cells are divided: one cut in a hundred.
    cuts, told = 0, {}
    paths = [path for path in SMALL_FILINGS if adler32(path.parent.name.encode()) % step == 0]  # a stable sample
    for path in paths:
        text = path.read_bytes().decode("utf-8", "ignore")
        entire = accepted(text)
        if entire is None:
            continue
        known, chance = stated(entire), random.Random(path.parent.name)
        for _ in range(WITHIN_A_CELL):
            part = accepted(text[: chance.randrange(len(text) // 3, len(text))])
            cuts += part is not None
            if part and (new := stated(part) - known):
                told[path.parent.name] = new
    assert cuts > len(paths)
    assert len(told) <= cuts // 100, told


@pytest.mark.parametrize(
    ("case", "end"),
    [
        pytest.param("columns-of-half-the-year-beside-those-of-the-year", "《关于加强古", id="title-behind-a-number"),
        pytest.param("narrative-that-begins-at-its-second-heading", "年度资金总额\t48.", id="amount-at-its-point"),
        pytest.param(
            "values-of-several-years-beside-those-of-the-year", "其中：财政拨款\t2", id="amount-to-be-settled"
        ),
        pytest.param("notice-above-several-forms", "居民满意度\t≥85", id="first-form-of-a-notice"),
        pytest.param("two-tables-side-by-side-that-lost-levels", "一级指标 | 二级指", id="word-of-a-head-below-goals"),
        pytest.param("letter-cited-by-its-title-alone", "修缮完毕。 |\n一级", id="bars-of-few-rows-below-a-letter"),
        pytest.param("fiscal-funds-by-budget", "2、政府性基金 0", id="number-of-a-label-below-a-figure"),
        pytest.param("goal-of-several-numbered-lines-beside-its-group", "破损木板更换。", id="item-of-a-goal"),
        pytest.param("name-cut-off-below-a-title-that-tells-it", "|\n附件2：", id="letter-above-its-form"),
        pytest.param(
            "form-without-a-title-below-one-written-in-another-way", "主管部门 | 青石县文", id="bars-below-blanks"
        ),
        pytest.param("money-of-last-year-with-its-colons", "项目当年预算（元）：136", id="amount-behind-a-colon"),
        pytest.param("amount-with-two-figures", "项目资金总额\t120000/13", id="amount-of-two-figures"),
        pytest.param("weights-on-the-line-below-their-rows", "20\n满意度指标 ", id="level-below-a-figure"),
        pytest.param("legal-bases-in-rows-of-the-form", "整治计划的通", id="title-over-two-lines"),
        pytest.param("notice-above-several-forms", "项目资金（万元）", id="notice-above-a-head"),
    ],
)
def test_a_text_cut_there_states_nothing_new(case: str, end: str) -> None:
    text = (CASES / case / "filing.txt").read_text(encoding="utf-8")
    part = accepted(text[: text.index(end) + len(end)])
    assert part is None or stated(part) <= stated(extract(read(text.encode())))


@pytest.mark.parametrize("step", [57, pytest.param(3, marks=pytest.mark.judge)])
@pytest.mark.parametrize(
    "case",
    [
        "",
        "-with-a-bar-behind-each-cell",
        "-with-one-score-for-several-rows",
        "-with-a-cell-a-line",
        "-with-bars-on-lines-of-their-own",
    ],
)
def test_a_self_evaluation_cut_anywhere_states_no_other_result(case: str, step: int) -> None:
    text = (CASES / f"self-evaluation{case}" / "filing.txt").read_text(encoding="utf-8")
    whole, cuts = set(results(extract(read(text.encode())))), 0
    for end in range(len(text) // 3, len(text), step):
        part = accepted(text[:end])
        found = set(results(part)) if part else set()
        cuts += bool(found)
        assert found <= whole, text[:end][-20:]
    assert cuts


def results(extraction: Extraction) -> Iterator[tuple[str, ...]]:
    """Yield the money of a self-evaluation, and its values reached and scores, each with its name."""
    for project in extraction.projects:
        evaluated = project.form.evaluated
        for execution in evaluated.executions if evaluated else ():
            name = execution.label.text if execution.label else ""
            yield from ((name, each.name, str(each.value)) for each in execution.amounts)
        for each in project.form.indicators:
            if each.result and each.result.achieved:
                yield each.name.text, each.result.achieved.text, str(each.result.score)
