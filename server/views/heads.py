"""Word the head of an answer: how many rows and, if it is of one kind and one year, how much money.

What else there is to say follows in sentences: money of several kinds or years apart, and what the answer leaves out.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import reduce
from itertools import groupby, islice
from operator import add

from jixiao.ontology.text.bilingual import Bilingual
from jixiao.ontology.text.decimals import counted
from jixiao.ontology.text.money import money
from jixiao.server.http import requests
from jixiao.server.views import apart
from jixiao.server.views.answers import Answer, Head, Row, Value, Whole
from jixiao.server.views.parameters import called
from jixiao.server.views.view_files import View

_ROWS = {"zh": "行", "one": "row", "many": "rows"}
_NOT_READ = Bilingual("没有读到", "not read")
_TERMS = Bilingual("各自的整个实施期，一年或几年", "each its whole term, of one year or several")
"""Words for the period of several amounts of whole terms."""
_USUAL = frozenset(("amount", "spent"))
"""Columns of the money that heads speak of."""
_FEW = 3
"""Most sums that stand in one line."""


def headed(view: View, answer: Answer, declared: Bilingual | None = None, *, of_page: bool = True) -> Answer:
    """Return an answer with its head; `declared` is the sentence on files that declare more than was read of them.

    Unless it is `of_page`, cells that mix money are empty, and the head says so.
    """
    whole = answer.whole or Whole(len(answer.rows))
    summed = {column.of or column.name for column in answer.columns if column.how == "sum"}
    # Sums of another column, such as totals of whole terms, are headed by no money of the projects.
    parts = whole.money if not summed or summed & _USUAL else ()
    about_money = declared is not None and (whole.projects is not None or bool(whole.money))
    told = (
        *(
            Bilingual(
                f"其中 {uncertain:,} 个可能印有而没有读准（“不明的”一栏写明是什么），其余的没有见到。",
                f"Of these, {uncertain:,} may print it, not read for sure (see “not known”); of others none was seen.",
            )
            for uncertain in [whole.sums.get("uncertain", 0)]
            if uncertain and len(requests.several(answer.params["without"])) == 1
        ),
        *_apart(view, answer),
        *sums(parts),
        *_missing(view, answer, whole, of_page=of_page),
        *(each for each in [declared] if each and about_money),
    )
    said = Bilingual(**answer.message) if answer.message else _said(view, answer) or _counted(view, whole)
    if len(parts) == 1 and not (view.tabled and view.tabled.two_sided):
        [part] = parts
        year, sum_of = _year(part["year"]), _worded(part)
        said = _joined(said, Bilingual(f"{year.zh}{sum_of.zh}", f"{sum_of.en} ({year.en})"))
    return replace(
        answer if of_page or not answer.apart.parts else apart.in_file(answer), head=Head(said, told, about_money)
    )


def _said(view: View, answer: Answer) -> Bilingual | None:
    """Return the view's sentences for an answer of one row, without those on money of several kinds or years.

    None if the view has no sentence, or if there are more rows.
    """
    if len(answer.rows) != 1:
        return None
    [row] = answer.rows
    several = [f"{{{each.name}}}" for each in answer.columns if len(answer.apart.of(each.name, row)) > 1]
    worded = {column.name: column.worded(row[column.name]) for column in answer.columns}
    said = [
        Bilingual(
            each.zh.format_map({name: words.zh for name, words in worded.items()}),
            each.en.format_map({name: words.en for name, words in worded.items()}),
        )
        for each in view.says
        if not any(name in each.zh for name in several)
    ]
    return reduce(_joined, said) if said else None


def _counted(view: View, whole: Whole) -> Bilingual:
    """Return the numbers of rows and of projects."""
    said = counted_rows(whole.rows - whole.unnamed if view.noun else whole.rows, view.noun or _ROWS)
    if whole.projects is None or (whole.projects == whole.rows and view.noun):
        return said
    projects = Bilingual(f"{whole.projects:,} 个项目", counted(whole.projects, "project"))
    if view.noun and whole.of_none:
        none = next((each.blank for each in view.columns if each.blank and not each.how), _NOT_READ)
        projects += Bilingual(f"（{whole.of_none:,} 个{none.zh}）", f"({none.en}: {whole.of_none:,})")
    return _joined(said, projects) if view.noun else projects


def _joined(said: Bilingual, further: Bilingual) -> Bilingual:
    return Bilingual(f"{said.zh}，{further.zh}", f"{said.en}, {further.en}")


def counted_rows(rows: int, noun: Mapping[str, str]) -> Bilingual:
    """Return a number of rows with their noun."""
    return Bilingual(f"{rows:,} {noun['zh']}", counted(rows, noun["one"], noun["many"]))


def kind(part: Row) -> Bilingual:
    """Return the words for the phase of a part of money, and for its period if that is not the fiscal year."""
    said = called()[str(part.get("kind") or "notStated")]
    if fund := called().get(str(part.get("fund"))):
        said = Bilingual(f"{said.zh}、{fund.zh}", f"{said.en}, {fund.en}")
    if part.get("period") != apart.WHOLE_TERM:
        return said
    period = _TERMS if int(part.get("rows") or 1) > 1 else called()[apart.WHOLE_TERM]
    return Bilingual(f"{said.zh}（{period.zh}）", f"{said.en} ({period.en})")


def _worded(part: Row) -> Bilingual:
    sum_of = money(Decimal(part["amount"] or 0), in_yuan=True)
    if part["kind"] is None:
        return sum_of
    return Bilingual(f"{kind(part).zh} {sum_of.zh}", f"{sum_of.en} {kind(part).en}")


def _year(year: Value) -> Bilingual:
    return Bilingual(f"{year} 年", f"{year}") if year else Bilingual("年度没有读到的", "year not read")


def _apart(view: View, answer: Answer) -> Iterator[Bilingual]:
    """Yield the money of several kinds or years of which a view's sentences for an answer of one row say nothing."""
    for column in answer.columns if view.says and len(answer.rows) == 1 else ():
        if column.how == "sum":
            yield from (
                Bilingual(f"{column.label['zh']}：{each.zh}", f"{column.label['en']}: {each.en}")
                for each in islice(sums(answer.apart.of(column.name, answer.rows[0])), 1)
            )


def sums(parts: Sequence[Row]) -> Iterator[Bilingual]:
    """Yield the money of several kinds or years: a line for each year, or one if there are few sums."""
    if len(parts) < 2:
        return
    lines = []
    for year, of_year in groupby(parts, key=lambda each: each["year"]):
        amounts = [(_worded(each), each["rows"]) for each in of_year]
        zh = "，".join(f"{each.zh}（{rows:,} 个）" for each, rows in amounts)
        en = ", ".join(f"{each.en} ({rows:,})" for each, rows in amounts)
        lines.append(Bilingual(f"{_year(year).zh}{zh}。", f"{_year(year).en}: {en}."))
    if len(parts) > _FEW and len(lines) > 1:
        several, years = len({apart.kind(each) for each in parts}), len({each["year"] for each in parts} - {None})
        zh, en = f"{years} 个年度", counted(years, "year")
        if several > 1:
            zh, en = f"{several} 种、{zh}", f"{counted(several, 'kind')} and {en}"
        yield Bilingual(f"金额有 {zh}的，不相加。{lines[0].zh}", f"The money is of {en}, not added up. {lines[0].en}")
        yield from lines[1:]
    else:
        yield reduce(add, lines)


def _ranks_money(view: View, answer: Answer) -> bool:
    """Return True if groups stand in the order of their money, or have a place in it."""
    name = view.tabled.ordered_by("".join(requests.several(answer.params.get("sort", "")))) if view.tabled else ""
    along = {name, *((each.along or "").removeprefix("-") for each in answer.columns)}
    return any(each.name in along and each.type == "yuan" and each.how for each in answer.columns)


def _mixes(answer: Answer, whole: Whole) -> bool:
    """Return True if there is money of several kinds or years which the groups of an answer do not keep apart."""
    by = {(each.of or each.name).rpartition(".")[2] for each in answer.columns if not each.how}
    return any(
        len({each.get(axis) for each in whole.money}) > 1 for axis, column in apart.AXES.items() if column not in by
    )


def _missing(view: View, answer: Answer, whole: Whole, *, of_page: bool) -> list[Bilingual]:
    """Return sentences on what is not known, not counted, added up or left out."""
    silent = (whole.projects or 0) - (whole.with_amount or 0)
    if whole.with_amount is None and view.tabled and view.tabled.of_projects:  # in groups
        silent = sum(int(each["rows"] or 0) for each in whole.parts if each.get("amount", 0) is None)
    ends_apart = view.tabled is None or view.tabled.ends_apart
    of_fund = bool(answer.params.get("fund"))
    partial, evaluations = whole.partial or 0, 0 if ends_apart else whole.evaluations
    undated = counted_rows(whole.undated, (view.tabled.noun if view.tabled else view.noun) or _ROWS)
    body = view.tabled.conditioned.get("roles.body.is") if view.tabled else None
    asked = *requests.several(answer.params.get(body or "", "")), *(each.iri for each in answer.resolved)
    told = [
        (
            body
            and answer.params.get(body)
            and any(each.how for each in answer.columns)
            and any(
                not str(row[each.name]).endswith(asked)
                for each in answer.columns
                for row in answer.rows
                if each.type == "iri" and "body" in (each.of, each.name)
            ),
            "各行是责任部门，只算所选机构负责、申报或实施的项目，不是各部门的全部。",
            "Rows are departments, with those of their projects alone that the body asked for answers for, files or"
            " carries out.",
        ),
        (
            whole.stated.get("largerTotal")
            if answer.params.get("sort") in ("amount", "-amount") and not of_fund
            else 0,
            "其中 {:,} 个项目另印有更大的总额（全部年度）。",
            "Projects that print a larger total for the whole term: {:,}.",
        ),
        (
            whole.unnamed if view.noun else 0,
            "没有读到的另成一行，不计在内。",
            "What was not read is a row of its own, which is not counted.",
        ),
        (
            _mixes(answer, whole) and _ranks_money(view, answer),
            "按金额的次序，用的是几种或几年相加的数。",
            "The order by money is that of amounts of several kinds or years, added up.",
        ),
        (
            not of_page
            and answer.apart.parts
            and any(len(answer.apart.of(each.name, row)) > 1 for each in answer.columns for row in answer.rows),
            "几种或几年的金额不相加，空着，也不算平均、相差和份额；合计的旁边有一栏写明各是多少。",
            "Money of several kinds or years is not added up: its cells are empty, also those of means,"
            " differences and shares; a column beside sums has each part.",
        ),
        (
            not whole.lacking and silent,
            "其中 {:,} 个项目这种资金一年的和整个实施期的不同，金额空着；请选期间。"
            if of_fund
            else "其中 {:,} 个项目没有读到金额。",
            "Projects without an amount, as that of the year and that of the whole term differ (choose a period): {:,}."
            if of_fund
            else "Projects of which no amount was read: {:,}.",
        ),
        (
            of_fund and len({each.get("period") for each in whole.money}) > 1,
            "有的金额是一年的，有的是整个实施期的，不是一回事；请选期间。",
            "Some amounts are of the year, and others of the whole term, which is not the same; choose a period.",
        ),
        *(
            (
                number,
                f"“{side.label['zh']}”没有读到金额的 {{:,}} 个。",
                f"Without an amount in “{side.label['en']}”: {{:,}}.",
            )
            for side in answer.columns
            if isinstance(number := whole.lacking.get(side.name), int)
        ),
        (
            any(each.name == "unknown" for each in answer.columns),
            "没有读到不等于没有：“不明的”一栏写明原件可能印有的。",
            "Not read is not the same as absent: the column “not known” has what the original may print.",
        ),
        (
            partial if evaluations else 0,
            f"{{:,}} 个出自 {evaluations:,} 份只读出一部分的自评（包括只是末尾未见的），"
            "这些自评可能还有没有读到的指标。",
            f"{{:,}} from {counted(evaluations, 'self-evaluation')} read in part (including those of which only the end"
            " was not seen), which may have further indicators.",
        ),
        (
            0 if ends_apart or evaluations else partial,
            "{:,} 个部分读取（包括只是末尾未见的）。",
            "Read in part, also those of which only the end was not seen: {:,}.",
        ),
        (
            partial if ends_apart else 0,
            "{:,} 个部分读取（只是末尾未见的不算）。",
            "Read in part, not counting those of which only the end was not seen: {:,}.",
        ),
        (
            whole.contested,
            "有 {:,} 个出自数不同的自评，图和执行率的合计不计。",
            "Of self-evaluations that disagree with another, which charts and rates by body leave out: {:,}.",
        ),
        (
            whole.undated,
            f"合其他条件的另有 {undated.zh}没有读到年度，不在其中。",
            f"Left out, because no year was read: {undated.en} that otherwise fit.",
        ),
        (
            whole.unpriced,
            "合其他条件的另有 {:,} 个项目没有读到金额，不在其中。",
            "Left out, because no amount was read (projects that otherwise fit): {:,}.",
        ),
        (
            whole.odd,
            "所问的表里有 {:,} 个值不合所在的列（如不是数的金额），按没有读到答。",
            "Values in the tables asked that do not fit their column (such as an amount that is no number) and count as"
            " not read: {:,}.",
        ),
    ]
    return [Bilingual(zh.format(number), en.format(number)) for number, zh, en in told if number]
