"""The layout plan of one mutant, with every choice by name; changes.py changes it, forms.py follows it."""

from dataclasses import dataclass, field

# Formats of files. Text separates cells by tabs, bars or blanks, or puts each on its own line, with or without a tab.
CARRIERS = ("tabs", "bars", "blanks", "marked cells", "bare cells", "csv", "html", "docx", "xlsx")
PLAIN_LABELS = {
    "name": "项目名称",
    "competentDepartment": "主管部门",
    "implementingUnit": "实施单位",
    "startDate": "计划开始日期",
    "endDate": "计划完成日期",
    "totalAmount": "项目资金总额",
    "annualRequest": "年度资金申请总额",
    "fiscalFunds": "财政资金",
    "currentYearAppropriation": "当年财政拨款",
    "carriedOver": "上年结转资金",
    "otherFunds": "其他资金",
    "annualOtherFunds": "其他资金",
    "midTerm": "中期资金总额",
    "overallGoal": "项目总目标",
    "annualGoal": "年度总目标",
}
PLAIN_COLUMNS = {
    "level1": "一级指标",
    "level2": "二级指标",
    "name": "三级指标",
    "target": "年度指标值",
    "operator": "运算符",
    "unit": "计量单位",
    "longTerm": "中期指标值",
}


@dataclass(frozen=True)
class Plan:
    """Every choice that may differ between two layouts of one form; the defaults are the plain form as text."""

    changes: tuple[str, ...] = ()
    words: dict[str, str] = field(default_factory=lambda: dict(PLAIN_LABELS))
    columns: dict[str, str] = field(default_factory=lambda: dict(PLAIN_COLUMNS))
    title: str = "财政项目支出绩效目标申报表"
    title_in_table: bool = False
    year_in_title: bool = False
    unit: str = "元"
    unit_at: str = "group"  # group, label, head, number, nowhere
    other_above: bool = False  # the line above the table states the other unit, which the nearer one overrides
    unit_of_parts: bool = True  # if labels state the unit, those of parts do too
    figures: str = "plain"  # plain, thousands, cents
    stroke: str = ""  # text of the blank cells of amounts
    dates: str = "{:%Y-%m-%d}"
    code: str = "{}"  # pattern for a body with its number in the budget system
    money: str = "pairs"  # pairs, year, periods, one
    goals: str = "beside"  # beside, below, annual, group
    pairs: bool = True  # two labels per row above the money
    shuffled: bool = False  # these rows are in random order
    levels: str = "blank"  # blank, merged, repeated
    group_column: bool = True
    two_levels: bool = False
    told: str = ""  # a way to tell indicators without the head of a table: see told.py
    levels_marked: str = ""  # remark after each first level, such as （必填）
    other_levels: bool = False  # first and second levels in other words of the same concept
    parts: tuple[str, ...] = ()  # order of the columns operator, target, unit; () for a target in one cell
    long_term: str = ""  # place of the target of several years: before, behind; "" for none
    further: tuple[tuple[str, int], ...] = ()  # words and places of further columns, which the form does not have
    split: str = ""  # breaks names and targets: lines, rows
    page_break: str = ""  # with head, without head, with number
    signatures: bool = False
    register: bool = False  # all projects in one table
    carrier: str = "tabs"
    encoding: str = "utf-8"

    @property
    def ending(self) -> str:
        """Extension of the file name."""
        return self.carrier if self.carrier in ("csv", "html", "docx", "xlsx") else "txt"
