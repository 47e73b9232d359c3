"""Word the head of an answer: how many rows, and the money of the newest year by phase.

What else there is to say follows in sentences: what is not known, and what the answer leaves out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import reduce

from jixiao.ontology.text.bilingual import Bilingual
from jixiao.ontology.text.decimals import counted
from jixiao.server.http import requests
from jixiao.server.views import figures
from jixiao.server.views.answers import Answer, Column, Head, Row, Sum, Whole, year_words
from jixiao.server.views.parameters import called
from jixiao.server.views.view_files import View

ROWS = {"zh": "行", "one": "row", "many": "rows"}
"""The noun of rows that have no other."""
_NOT_READ = Bilingual("没有读到", "not read")
_USUAL = frozenset(("amount", "spent"))
"""Columns of the money that heads speak of."""
BLANK = Bilingual(
    "几年或几个期间的金额不相加，那一格空着，只写个数；请选年度或期间。",
    "Money of several years or periods is not added up: its cell is blank, and has the number alone; choose a year or"
    " a period.",
)
"""The sentence on blank cells of money."""


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
    """Return the sums of the newest year; None for an answer without money, or with that of several funds or sides.

    `every` is the number of the table's rows, by default that of the answer's.
    """
    summed = {column.money or column.of or column.name for column in answer.columns if column.how == "sum"}
    # Sums of another column, such as totals of whole terms, are headed by no money of the projects.
    parts = answer.whole.parts if answer.whole and (not summed or summed & _USUAL) else ()
    of_one_fund = len({(each.fund, each.of_fund) for each in parts}) == 1
    is_plain = of_one_fund and not (view.tabled and view.tabled.two_sided)
    return newest(parts, answer.whole, every) if is_plain and answer.whole else None


def newest(parts: Sequence[Sum], whole: Whole, every: int | None = None) -> Bilingual:
    """Return the sums of the newest year, each with the number of its rows unless all rows have it.

    How many rows have money of other years, which is not added, is said behind them.
    """
    of_year = [each for each in parts if each.year == parts[0].year]
    if every is None:
        every = whole.rows if whole.projects is None else whole.projects
    each_counted = [
        part.words if part.rows == every else part.words + Bilingual(f"（{part.rows:,} 个）", f"({part.rows:,})")
        for part in of_year
    ]
    year = year_words(of_year[0].year)
    zh, en = "，".join(each.zh for each in each_counted), ", ".join(each.en for each in each_counted)
    said = Bilingual(f"{year.zh}{zh}", f"{en} ({year.en})" if of_year[0].rows == every else f"{year.en}: {en}")
    others = sum(each.rows for each in parts if each.year != parts[0].year)
    return (
        said + Bilingual(f"（其他年度的另有 {others:,} 个，不相加）", f"(of other years: {others:,}, not added)")
        if others
        else said
    )


def phrased(view: View, answer: Answer) -> Bilingual | None:
    """Return the view's sentences for an answer of one row, those on money once for each phase that has all of it.

    None if the view has no sentence, or if there are more rows.
    """
    if len(answer.rows) != 1:
        return None
    [row] = answer.rows
    said = []
    for phase in ("", *figures.phases()):
        own = {figures.unphased(each): each for each in answer.columns if each.phase in (None, phase)}
        known = {
            name: each.worded(row[each.name]) for name, each in own.items() if row[each.name] is not None or each.blank
        }
        for sentence in view.says:
            names = figures.named(sentence.zh)
            is_parted = any(own[name].phase for name in names if name in own)
            if names <= known.keys() and is_parted == bool(phase):
                worded = Bilingual(
                    sentence.zh.format_map({name: words.zh for name, words in known.items()}),
                    sentence.en.format_map({name: words.en for name, words in known.items()}),
                )
                said.append(
                    worded + Bilingual(f"（{called()[phase].zh}）", f"({called()[phase].en})") if phase else worded
                )
    return reduce(_joined, said) if said else None


def numbered(view: View, whole: Whole) -> Bilingual:
    """Return the numbers of rows and of projects."""
    said = counted_rows(whole.rows - whole.unnamed if view.noun else whole.rows, view.noun or ROWS)
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


def _missing(view: View, answer: Answer, whole: Whole) -> list[Bilingual]:
    """Return sentences on what is not known, not counted, added up or left out."""
    silent = in_part_priced = 0
    if whole.with_amount is not None:
        silent, in_part_priced = (whole.projects or 0) - whole.with_amount, whole.in_part_priced
    ends_apart = view.tabled is None or view.tabled.ends_apart
    of_fund = bool(answer.params.get("fund"))
    partial, evaluations = whole.partial or 0, 0 if ends_apart else whole.evaluations
    noun = (view.tabled.noun if view.tabled else view.noun) or ROWS
    undated = counted_rows(whole.undated, noun)
    body = view.tabled.conditioned.get("roles.body.is") if view.tabled else None
    asked = *requests.several(answer.params.get(body or "", "")), *(each.iri for each in answer.resolved)
    unsure = whole.unsure
    if len(requests.several(answer.params.get("without", ""))) == 1:
        unsure = int(whole.sums.get("uncertain", 0))
    told = [
        (
            None if unsure is None or not whole.rows else (whole.rows - unsure, unsure),
            "其中已知没有的 {0[0]:,} 个；不明的 {0[1]:,} 个，原件可能印有而没有读准，或者没有读全。",
            "Known to lack it: {0[0]:,}; not known: {0[1]:,}, which may print it, not read for sure or read in part.",
        ),
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
            whole.filed if whole.filed and whole.filed[2] < max(whole.filed) else (),
            "相差的两方，机构不都相同：有项目的责任部门一方 {0[0]:,} 个，另一方 {0[1]:,} 个，两方都有的 {0[2]:,} 个。",
            "The two sides are not of the same bodies: {0[0]:,} departments have projects on one, {0[1]:,} on the"
            " other, and {0[2]:,} on both.",
        ),
        (
            sum(each.rows for each in whole.parts if each.phase != whole.main) if whole.main else 0,
            "次序（和对合计的条件）用的是{1.zh}的金额；其他环节的 {0:,} 个有自己的一栏，不参加排列。",
            "Order, and conditions on sums, are of money {1.en}; amounts of other phases ({0:,}) have columns of their"
            " own and no place in the order.",
        ),
        (
            _unordered(answer, whole),
            "{1.zh}的金额是几个年度或期间的，不相加，这样的行不论多少都排在后面，也不合对合计的条件：选一个年度，才比得出各行的大小。",
            "Rows whose money {1.en} is of several years or periods, which is not added, come behind the others,"
            " whatever its size, and meet no condition on sums: choose one year to compare all rows.",
        ),
        (
            sum(each.rows for each in whole.parts) if has_blank(answer.columns, answer.rows) else 0,
            BLANK.zh,
            BLANK.en,
        ),
        (
            not whole.lacking and silent - (0 if of_fund else in_part_priced),
            "其中 {:,} 个项目这种资金一年的和整个实施期的不同，金额空着；请选期间。"
            if of_fund
            else "其中 {:,} 个项目没有读到任何金额。",
            "Projects without an amount, as that of the year and that of the whole term differ (choose a period): {:,}."
            if of_fund
            else "Projects of which no amount was read: {:,}.",
        ),
        (
            0 if whole.lacking or of_fund else in_part_priced,
            "{:,} 个项目只读到别的金额（如总额），项目金额没有读准，不在金额之内。",
            "Projects of which another amount alone was read, such as the total, and which are in no sum of amounts:"
            " {:,}.",
        ),
        *(
            (
                number,
                f"“{figures.unparted(side)['zh']}”没有读到金额的 {{:,}} 个。",
                f"Without an amount in “{figures.unparted(side)['en']}”: {{:,}}.",
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
        *(
            (
                number,
                f"合其他条件的另有 {counted_rows(number, noun).zh}没有读到{words.zh}，不在其中。",
                f"Left out, because no {words.en} was read: {counted_rows(number, noun).en} that otherwise fit.",
            )
            for words, number in whole.omitted
        ),
        (
            whole.unpriced,
            "除了环节都合条件的另有 {:,} 个项目没有读到金额，不在其中；环节可能是别的。",
            "Left out, because no amount was read: {:,}, which fit but for the phase of money, and may be of another.",
        ),
        (
            whole.odd,
            "所问的表里有 {:,} 个值不合所在的列（如不是数的金额），按没有读到答。",
            "Values in the tables asked that do not fit their column (such as an amount that is no number) and count as"
            " not read: {:,}.",
        ),
    ]
    main = called().get(str(whole.main))
    return [Bilingual(zh.format(number, main), en.format(number, main)) for number, zh, en in told if number]


def _unordered(answer: Answer, whole: Whole) -> bool:
    """Return True if sums order the rows, and some may be blank as their money is of several years or periods."""
    apart = {each.likeness for each in whole.parts if each.phase == whole.main}
    in_one = answer.columns and any(each.money == figures.USUAL and each.only[1:] for each in answer.columns)
    return len(apart) > 1 and not in_one and not any(each.type == "year" and not each.how for each in answer.columns)


def has_blank(columns: Sequence[Column], rows: Sequence[Row]) -> bool:
    """Return True if a row has money that is not added up."""
    sums = [each for each in columns if each.how == "sum" and each.note]
    return any(row[each.name] is None and row[str(each.note)] for each in sums for row in rows)
