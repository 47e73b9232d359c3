"""Lay out projects as plain forms, and write these as files: text with tabs, text with a cell a line, or Word."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import zip_longest

from tests.support.layouts.facts import Project
from tests.support.layouts.grid import Block, Cell, Table
from tests.support.writers import docx_of

Rows = Iterator[dict[int, Cell]]
_FIELDS = {
    "competentDepartment": "主管部门",
    "implementingUnit": "实施单位",
    "startDate": "计划开始日期",
    "endDate": "计划完成日期",
}
_MONEY = (
    (("totalAmount", "项目资金总额"), ("annualRequest", "年度资金申请总额")),
    (("fiscalFunds", "其中：财政资金"), ("currentYearAppropriation", "其中：当年财政拨款")),
    (("", ""), ("carriedOver", "上年结转资金")),
    (("otherFunds", "其他资金"), ("annualOtherFunds", "其他资金")),
)
_HEAD = ("绩效指标", "一级指标", "二级指标", "三级指标", "年度指标值")


@dataclass(frozen=True)
class Plan:
    """A layout of one form: tabs between cells, a cell a line (marked cells) or Word, and a way to print figures."""

    carrier: str = "tabs"
    figures: str = "plain"  # plain, thousands, cents

    @property
    def ending(self) -> str:
        """Extension of the file name."""
        return "docx" if self.carrier == "docx" else "txt"


def document(plan: Plan, project: Project) -> list[Block]:
    """Lay out a project by the plan: the titles of its form, and the table."""
    rows = [*_head(project), *_money(plan, project), *_goals(project), *_indicators(project)]
    year = project.words.get("year", "2022")
    return ["财政项目支出绩效目标申报表", f"（{year}年度）", Table(len(_HEAD), rows)]


def packed(plan: Plan, blocks: Sequence[Block]) -> bytes:
    """Write the file in the plan's carrier."""
    return docx_of(blocks) if plan.carrier == "docx" else "\n".join(_text(plan.carrier, blocks)).encode()


def _text(carrier: str, blocks: Sequence[Block]) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, str):
            yield from ("", block, "")
            continue
        for row in block.texts():
            if carrier == "marked cells":
                yield from (f"\t{text}" for text in row)
                yield ""
            else:  # a row whose cells have several lines takes as many
                yield from map("\t".join, zip_longest(*(text.split("\n") for text in row), fillvalue=""))


def _head(project: Project) -> Rows:
    """Yield the rows above the money: name, category, bodies and dates."""
    pairs = [("项目名称", project.name), ("项目类别", "经常性项目")]
    pairs += [(label, project.words.get(name, "")) for name, label in _FIELDS.items()]
    for left, right in zip(pairs[::2], pairs[1::2], strict=True):
        yield {0: Cell(left[0]), 1: Cell(left[1]), 2: Cell(right[0]), 3: Cell(right[1], 2)}


def _money(plan: Plan, project: Project) -> Rows:
    for number, pair in enumerate(_MONEY):
        row = {0: Cell("项目资金（元）", height=len(_MONEY))} if number == 0 else {}
        for at, (name, label) in zip((1, 3), pair, strict=True):
            if name:
                row |= {at: Cell(label), at + 1: Cell(_figure(plan, project.amounts.get(name)))}
        yield row


def _figure(plan: Plan, yuan: Decimal | None) -> str:
    """Print an amount, exact to its last digit; one that is not stated leaves its cell blank."""
    if yuan is None:
        return ""
    digits = max(0, -int(yuan.normalize().as_tuple().exponent))
    places = digits if plan.figures == "plain" else max(2, digits)
    return f"{yuan:,.{places}f}" if plan.figures == "thousands" else f"{yuan:.{places}f}"


def _goals(project: Project) -> Rows:
    overall, annual = (project.goals.get(name, "") for name in ("overallGoal", "annualGoal"))
    yield {0: Cell("项目绩效目标", height=2), 1: Cell("项目总目标", 2), 3: Cell("年度总目标", 2)}
    yield {1: Cell(overall, 2), 3: Cell(annual, 2)}


def _indicators(project: Project) -> Rows:
    """Yield the table of indicators, whose levels stand once, in the first of their rows."""
    yield {at: Cell(word) for at, word in enumerate(_HEAD)}
    above: tuple[str | None, ...] = ()
    for each in project.indicators:
        levels = (each.level1, each.level2)
        row = {} if levels[:1] == above[:1] else {1: Cell(each.level1 or "")}
        row |= {} if levels == above else {2: Cell(each.level2 or "")}
        yield row | {3: Cell(each.name), 4: Cell(each.target or "")}
        above = levels
