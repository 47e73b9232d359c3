"""Write a whole, plain form of an invented project, and parts of a filing as readers print them."""

from jixiao.ingest.model import Printed
from jixiao.ingest.rendition import Cell, Place, Row

_FORM = """项目支出绩效目标申报表
（2024年度）
项目名称\t{}\t主管部门\t柳溪县交通局
年度资金总额\t30万元
年度目标\t两处渡口安全通行。
一级指标\t二级指标\t三级指标\t指标值
产出指标\t数量指标\t修缮渡口\t2处
效益指标\t社会效益指标\t通行安全\t提高
满意度指标\t服务对象满意度指标\t乘客满意度\t≥90%
"""


def form(project: str = "渡口修缮") -> str:
    """Return the lines of a form that declares one project of the name, 300,000 yuan and three indicators."""
    return _FORM.format(project)


def printed(*texts: str) -> Printed:
    """Return texts as printed on lines of their own, the first of which is line 1."""
    return Printed(tuple((Place(number, 0), line) for number, line in enumerate("\n".join(texts).split("\n"), 1)))


def row(*texts: str) -> Row:
    """Return a row of line 1 with a cell for each text."""
    return Row(tuple(Cell(((1, text),), column) for column, text in enumerate(texts)))
