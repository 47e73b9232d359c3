"""Word the head of an answer: how many rows, and the money by year and phase.

What else there is to say follows in sentences: what is not known, and what the answer leaves out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import reduce

from jixiao.ontology.text.bilingual import Bilingual, listed
from jixiao.server.http import requests
from jixiao.server.views import figures
from jixiao.server.views.answers import Answer, Column, Head, Row, Sum, Whole, year_words
from jixiao.server.views.parameters import called
from jixiao.server.views.sentences import number_of, sentence
from jixiao.server.views.view_files import View

ROWS = {"zh": "行", "one": "row", "many": "rows"}
"""The noun of rows that have no other."""
PROJECTS = {"zh": "个项目", "one": "project", "many": "projects"}
NOT_READ = Bilingual("没有读到", "not read")
_EVALUATIONS = {"zh": "份", "one": "self-evaluation", "many": "self-evaluations"}
MOST_SUMS = 6
"""Most sums of money that a head tells, by year, phase and period."""
_USUAL = frozenset(("amount", "spent"))
"""Columns of the money that heads speak of."""


def headed(view: View, answer: Answer, declared: Bilingual | None = None) -> Answer:
    """Return an answer with its head; `declared` is the sentence on files that declare more than was read of them."""
    whole = answer.whole or Whole(len(answer.rows))
    about_money = declared is not None and (whole.projects is not None or bool(whole.parts))
    told = [*_missing(view, answer, whole), *([declared] if declared and about_money else ())]
    said = Bilingual(**answer.message) if answer.message else phrased(view, answer) or numbered(view, whole)
    if of_money := money(view, answer):
        said = _joined(said, of_money)
    return replace(answer, head=Head(said, tuple(told), about_money))


def money(view: View, answer: Answer, every: int | None = None) -> Bilingual | None:
    """Return the sums by year and phase; None for an answer without money, or with that of several funds or sides.

    `every` is the number of the table's rows, by default that of the answer's.
    """
    summed = {column.money or column.of or column.name for column in answer.columns if column.how == "sum"}
    # Sums of another column, such as totals of whole terms, are headed by no money of the projects.
    parts = answer.whole.parts if answer.whole and (not summed or summed & _USUAL) else ()
    of_one_fund = len({(each.fund, each.of_fund) for each in parts}) == 1
    is_plain = of_one_fund and not (view.tabled and view.tabled.two_sided)
    return by_year(parts, answer.whole, every) if is_plain and answer.whole else None


def by_year(parts: Sequence[Sum], whole: Whole, every: int | None = None) -> Bilingual:
    """Return the sums of each year, each with the number of its rows unless all rows have it.

    Of more than a few sums, those of the newest year alone are years_told, and how many rows have money of other years.
    """
    if every is None:
        every = whole.rows if whole.projects is None else whole.projects
    years = [*dict.fromkeys(part.year for part in parts)]
    years_told = years if len(parts) <= MOST_SUMS else years[:1]
    sums_of_years = [_of_year([part for part in parts if part.year == year], every) for year in years_told]
    head = listed(sums_of_years, "；", "; ")
    left_out = sum(part.rows for part in parts if part.year not in years_told)
    return head + sentence("other-years", number=left_out) if left_out else head


def _of_year(parts: Sequence[Sum], every: int) -> Bilingual:
    """Return the sums of one year, of which `every` is the number of all rows."""
    first = parts[0]
    sums = [
        part.words if part.rows == every else part.words + sentence("rows-of-sum", number=part.rows) for part in parts
    ]
    code = "sums-of-all" if first.rows == every else "sums-of-some"
    return sentence(code, year=year_words(first.year), sums=listed(sums, "，", ", "))


def phrased(view: View, answer: Answer) -> Bilingual | None:
    """Return the view's sentences for an answer of one row, those on money once for each phase that has all of it.

    None if the view has no sentence, or if there are more rows.
    """
    if len(answer.rows) != 1:
        return None
    [row] = answer.rows
    sentences = []
    for phase in ("", *figures.phases()):
        columns = {figures.unphased(column): column for column in answer.columns if column.phase in (None, phase)}
        words = {
            name: column.worded(row[column.name])
            for name, column in columns.items()
            if row[column.name] is not None or column.blank
        }
        for template in view.says:
            names = figures.named(template.zh)
            is_parted = any(columns[name].phase for name in names if name in columns)
            if names <= words.keys() and is_parted == bool(phase):
                worded = template.filled(**words)
                sentences.append(worded + sentence("of-phase", phase=called()[phase]) if phase else worded)
    return reduce(_joined, sentences) if sentences else None


def numbered(view: View, whole: Whole) -> Bilingual:
    """Return the numbers of rows and of projects."""
    rows = number_of(whole.rows - whole.unnamed if view.noun else whole.rows, view.noun or ROWS)
    if whole.projects is None or (whole.projects == whole.rows and view.noun):
        return rows
    projects = number_of(whole.projects, PROJECTS)
    if view.noun and whole.of_none:
        none = next((column.blank for column in view.columns if column.blank and not column.how), NOT_READ)
        projects += sentence("none-counted", number=whole.of_none, none=none)
    return _joined(rows, projects) if view.noun else projects


def _joined(first: Bilingual, further: Bilingual) -> Bilingual:
    return sentence("with-further", first=first, further=further)


def _missing(view: View, answer: Answer, whole: Whole) -> list[Bilingual]:
    """Return sentences on what is not known, not counted, added up or left out."""
    tabled, params = view.tabled, answer.params
    ends_apart = tabled is None or tabled.ends_apart
    of_fund = bool(params.get("fund"))
    evaluations = 0 if ends_apart else whole.evaluations
    noun = (tabled.noun if tabled else view.noun) or ROWS
    silent, priced_otherwise = 0, 0
    if whole.with_amount is not None and not whole.lacking:
        silent = (whole.projects or 0) - whole.with_amount
        priced_otherwise = 0 if of_fund else whole.in_part_priced
    order = ordering(view, answer)
    mixed = whole.mixed.get(order[0].name) if order else None
    main = order[0].phase if mixed and order else whole.main
    unsure = whole.unsure
    if len(requests.several(params.get("without", ""))) == 1:
        unsure = int(whole.sums.get("uncertain", 0))
    words = {
        "known": whole.rows - (unsure or 0),
        "main": called().get(str(main)),
        "rows": number_of(whole.undated, noun),
        "files": number_of(evaluations, _EVALUATIONS),
    }
    first = {
        "body": _is_of_body(view, answer),
        "larger": params.get("sort") in ("amount", "-amount") and not of_fund and whole.stated.get("largerTotal"),
        "unnamed": view.noun and whole.unnamed,
        "filed": whole.filed and whole.filed[2] < max(whole.filed) and whole.filed,
        "other-phases": whole.main and sum(part.rows for part in whole.of_all if part.phase != whole.main),
        "several-years": whole.main and _compares_years(answer, whole),
        "unordered": mixed,
        "mixed": whole.mixed_left_out,
        "blank": whole.parts and has_blank(answer.columns, answer.rows),
        "silent-of-fund": of_fund and silent,
        "silent": not of_fund and silent - priced_otherwise,
        "priced-otherwise": priced_otherwise,
    }
    last = {
        "unknown": any(column.name == "unknown" for column in answer.columns),
        "partial-evaluations": evaluations and whole.partial,
        "partial-or-end": not (ends_apart or evaluations) and whole.partial,
        "partial": ends_apart and whole.partial,
        "contested": whole.contested,
        "undated": whole.undated,
    }
    end = {"unpriced": whole.unpriced, "odd": whole.odd}

    def told(numbers: Mapping[str, object]) -> list[Bilingual]:
        return [sentence(code, number=number, **words) for code, number in numbers.items() if number]

    lacking = [sentence("lacking", number=unsure, **words)] if whole.rows and unsure is not None else []
    sides = {column.name: figures.unparted(column) for column in answer.columns if whole.lacking.get(column.name)}
    return [
        *lacking,
        *told(first),
        *(sentence("side-lacking", side=side, number=whole.lacking[name]) for name, side in sides.items()),
        *told(last),
        *(sentence("omitted", rows=number_of(number, noun), column=column) for column, number in whole.omitted),
        *(sentence("unranked", rows=number_of(number, noun), column=column) for column, number in whole.unranked),
        *told(end),
    ]


def _is_of_body(view: View, answer: Answer) -> bool:
    """Return True if rows are bodies of which some are not those asked for, but share their projects."""
    body = view.tabled.conditioned.get("roles.body.is", "") if view.tabled else ""
    typed = requests.several(answer.params.get(body, ""))
    if not typed or not any(column.how for column in answer.columns):
        return False
    asked = *typed, *(thing.iri for thing in answer.resolved)
    bodies = [column.name for column in answer.columns if column.type == "iri" and "body" in (column.of, column.name)]
    return any(not str(row[name]).endswith(asked) for name in bodies for row in answer.rows)


def _compares_years(answer: Answer, whole: Whole) -> bool:
    """Return True if an order compares money of several years or periods; groups of one year have only periods."""
    plain = [column for column in answer.columns if not column.how]
    likenesses = {part.likeness for part in whole.of_all if part.phase == whole.main}
    years = {part.year for part in whole.of_all if part.phase == whole.main}
    is_within_year = bool(plain) and plain[0].type == "year" and len(plain) > 1
    return len(likenesses) > (len(years) if is_within_year else 1)


def ordering(view: View, answer: Answer) -> tuple[Column, bool] | None:
    """Return the column by which rows were asked to be ordered, and True if the largest is first; None without one.

    Groups without such an order have the one of the table, if its largest value is first.
    """
    has_measures = any(column.how for column in answer.columns)
    typed = "".join(requests.several(answer.params.get("sort", ""))).partition(",")[0]
    order = typed or (view.tabled.own_order if view.tabled and has_measures else "")
    main = f"_{answer.whole.main}" if answer.whole else ""
    name, down = order.removeprefix("-").removeprefix("sum_"), order.startswith("-")
    columns = {column.name.removeprefix("sum_").removesuffix(main): column for column in reversed(answer.columns)}
    column = columns.get(name) or columns.get(name.removesuffix(main))
    return (column, down) if column and (typed or down) else None


def has_blank(columns: Sequence[Column], rows: Sequence[Row]) -> bool:
    """Return True if a row has money that is not added up."""
    sums = [each for each in columns if each.how == "sum" and each.note]
    return any(row[each.name] is None and row[str(each.note)] for each in sums for row in rows)
