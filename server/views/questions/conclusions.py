"""Say in a sentence what a question asks of all rows: a number, sum and average, the highest row, or a difference."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from decimal import Decimal

from jixiao.ontology.text.bilingual import Bilingual
from jixiao.ontology.text.folding import fold
from jixiao.server.views.answers import Answer, Column, count_rows, written
from jixiao.server.views.questions import lexicon
from jixiao.server.views.questions.fitting import Fit
from jixiao.server.views.questions.question import SEVERAL

_SUMMED, _SUPERLATIVES = frozenset(("money", "total", "average")), frozenset(("most", "least"))
"""Meanings of words that ask for sums, or for the first row of all."""
_SIDES = {"year": "year", "region": "place", "department": "department"}
"""Columns of the things that are compared, by the parameter that two of them were given for."""
_MOST_TIES = 5


def drawn(fit: Fit, meant: Collection[str], noun: str, answer: Answer) -> Iterator[Bilingual]:
    """Yield the sentences that the rows of a fit's answer allow; none if not all rows were counted.

    `meant` are the meanings of the question's words, `noun` that of the things whose number it asks for, if any.
    """
    if answer.truncated and answer.whole is None:
        return
    whole = (None if "limit" in fit.params else answer.whole) or count_rows(answer.columns, answer.rows)
    if noun:  # the sum of a column `projects`, else the number of all rows
        by_project = noun == "project" != fit.pattern.rows and whole.projects is not None
        number, things = (whole.projects, noun) if by_project else (whole.rows, fit.pattern.rows)
        table = lexicon.words()["asked"]["things"][things]
        yield Bilingual(f"共 {number:,} {table['zh']}。", f"In all: {number:,} {table['en']}.")
    if "share" in meant:
        yield from (
            Bilingual(f"{label['zh']} {figure}。", f"{label['en']} {figure}.")
            for column in answer.columns
            for label, figure in ((column.label, written(answer.rows[0][column.name])),)
        )
    sort = fit.params.get("sort") or fit.pattern.default
    first = [each for each in answer.columns if each.name == sort.removeprefix("-")]
    if (
        any(row[each.name] is not None for row in answer.rows[:1] for each in first)
        and "limit" not in fit.params
        and not _SUPERLATIVES.isdisjoint(meant)
    ):
        yield from _first(answer, first[0])
    elif whole.stated and not _SUMMED.isdisjoint(meant) and "amount" in whole.sums:
        yield Bilingual(
            f"{whole.projects:,} 个项目中 {whole.stated:,} 个有金额，"
            f"合计 {whole.sums['amount']:,} 元，平均 {whole.sums['amount'] / whole.stated:,.2f} 元。",
            f"Projects: {whole.projects:,}; with an amount: {whole.stated:,}, together {whole.sums['amount']:,} yuan,"
            f" {whole.sums['amount'] / whole.stated:,.2f} yuan on average.",
        )
    yield from _compared(fit, "average" if "average" in meant else "amount", answer)


def _first(answer: Answer, column: Column) -> Iterator[Bilingual]:
    """Yield the sentence with the first row of a known thing, or with all rows equal to it in the column of the order.

    The row of all projects without a known body is that of no body, and never the first.
    """
    named = [each.name for each in answer.columns if each.type == "year" or (each.link and each.type == "text")]
    rows = [row for row in answer.rows if all(row[name] is not None for name in (*named[:1], column.name))]
    if not rows:
        return
    ties = [row for row in rows if row[column.name] == rows[0][column.name]]
    names = [" · ".join(str(row[name]) for name in named if row[name] is not None) for row in ties[:_MOST_TIES]] + [
        "…"
    ] * (len(ties) > _MOST_TIES)
    shown = f"{rows[0][column.name]:{',' * (column.type in ('yuan', 'integer', 'decimal'))}}"
    zh, en = (" 元", " yuan") if column.type == "yuan" else ("", "")
    yield Bilingual(
        f"排在最前的（{len(ties)} 个）：{'；'.join(names)}，{column.label['zh']} {shown}{zh}。",
        f"First ({len(ties)}): {'; '.join(names)}, {column.label['en'].lower()} {shown}{en}.",
    )


def _compared(fit: Fit, figure: str, answer: Answer) -> Iterator[Bilingual]:
    """Yield a sentence with the figures of two years, regions or bodies and their difference, if rows are of two."""
    sides: defaultdict[str, Decimal] = defaultdict(Decimal)
    columns = [(fit.params[side], f"{side}Amount") for side in ("first", "second") if side in fit.params]
    named = [name for parameter, name in _SIDES.items() if "," in fit.params.get(parameter, "")]
    topic = fit.params.get("text", "")
    # Two years are compared by the bodies that have money in both.
    for row in [row for row in answer.rows if all(row.get(column) is not None for _, column in columns)]:
        said = [
            each for each in topic.split(SEVERAL) if SEVERAL in topic and each.strip('"') in fold(str(row.get("name")))
        ]
        for side, column in columns or [(each, figure) for each in (*(str(row.get(name)) for name in named), *said)]:
            sides[side] += row.get(column) or Decimal()  # type: ignore[operator]
    if len(sides) == 2 and all(sides.values()) and not answer.truncated:
        (one, more), (other, less) = sorted(sides.items(), key=lambda side: -side[1])
        zh, en = (
            ("两年都有金额的机构", "bodies with amounts in both years")
            if columns
            else ("写有的金额", "the amounts stated")
            if "year" in fit.params
            else ("写有的金额（没有限定年度，两方的年度可能不同）", "the amounts stated, of any year on either side")
        )
        yield Bilingual(
            f"按{zh}，{one}：{more:,} 元；{other}：{less:,} 元；相差 {more - less:,} 元。",
            f"By {en}, {one}: {more:,} yuan; {other}: {less:,} yuan; a difference of {more - less:,} yuan.",
        )
