"""Draw conclusions from the rows of an answer: a number, sum and average, the highest row, or a difference."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence, Set as AbstractSet
from decimal import Decimal

from jixiao.ontology import terms
from jixiao.ontology.reference import reference
from jixiao.ontology.text.bilingual import Bilingual, in_language
from jixiao.ontology.text.folding import fold
from jixiao.ontology.text.money import mean, money
from jixiao.ontology.units import spellings
from jixiao.server.views.answers import Answer, Column, Row, Whole, count_rows, read_in_part
from jixiao.server.views.evidence import kinds as kinds_of
from jixiao.server.views.questions.covering import ROWS, Fit
from jixiao.server.views.questions.explanation import noted
from jixiao.server.views.questions.lexicon import SEVERAL, group, words
from jixiao.server.words import WORDS

_SIDES = {"year": "year", "region": "place", "department": "department"}
"""Columns of the things that are compared, by the parameter that two of them were given for."""
_AVERAGED = {"year": ("year", "yearly"), "body": ("department", "apiece")}
"""Column and meaning, by the things in rows, of an average over these things."""
_MOST_TIES = 5


def drawn(
    fit: Fit, meant: AbstractSet[str], noun: str, answer: Answer, kinds: Mapping[str, AbstractSet[str]]
) -> Iterator[Bilingual]:
    """Yield sentences with the figures that the rows of an answer give: number, sum, average, highest row, difference.

    Nothing is yielded if rows are cut off and were not all counted. `noun` is the meaning of the noun that is counted,
    such as `project`, "" if nothing is; `meant` are all meanings in the question. `kinds` has the kinds of amounts of
    each thing that is compared, by the thing's name.
    """
    if answer.truncated and answer.whole is None:
        return
    whole, first = _whole(fit, answer), _first_columns(fit, answer)
    counts = ("bodies", "departments") if noun == "body" else (f"{noun}s",)
    numbers = next((each.name for each in answer.columns if noun != fit.pattern.rows and each.name in counts), "")
    is_counted = meant & {"count", "money"} == {"count"}
    figure = "projects" if is_counted else next((each.name for each in first if each.sum), "amount")
    is_sum = "total" in meant and meant.isdisjoint(group("ranked"))  # 加起来 asks for no difference
    ranked = (
        any(row[each.name] is not None for row in answer.rows[:1] for each in first)
        and SEVERAL not in fit.params.get("text", "")
        and (fit.params.get("limit") == "1" or ("limit" not in fit.params and meant & group("superlatives")))
    )
    order = first[0].name if ranked and first[0].sum else ""
    yield from _counted(fit, noun, numbers, answer)
    if "share" in meant and fit.pattern.view.name == "shares":
        yield from _shares(answer)
    if ranked:
        yield from _first(answer, first[0], int(fit.params.get("offset", "0")))
    asked = {column for meaning, column in fit.pattern.sorts.items() if meaning in meant}
    fund = _fund(first)
    is_other = fund is not None and "sort" not in fit.params and asked and fund.name not in asked  # a rate, and no sum
    if not (is_sum or is_other):
        yield from _compared(fit, "average" if "average" in meant else numbers or figure, order, answer, kinds)
    if fund is not None:
        yield from () if ranked or is_other or not answer.rows else _of_fund(fund, answer.columns, whole)
    elif "limit" in fit.params and meant.isdisjoint(("total", "average")):
        pass  # the first few are named one by one
    elif whole.with_amount and "amount" in whole.sums and meant & ({"average"} if ranked else group("sums")):
        yield from [*_each(fit.pattern.rows, meant, answer), _together(whole, "average" in meant)]
    yield from _outcomes(fit, answer, whole)
    yield from _shown(fit, meant, answer)


def left_out(fit: Fit, meant: AbstractSet[str], answer: Answer) -> Iterator[Bilingual]:
    """Yield sentences on what an answer leaves out or could not find.

    They are on projects without an amount or read in part, on years, places and bodies without a row, on different
    units in one order, and on conditions that no row meets together.
    """
    if answer.truncated and answer.whole is None:
        return
    first = _first_columns(fit, answer)
    # Only where amounts are stated is another sum of money that of a fund.
    of_fund = "fund" in fit.params or (
        _fund(first) is not None and any(each.name == "amount" for each in answer.columns)
    )
    ranks = meant | ({"most"} if "limit" in fit.params else set())
    sort = fit.params.get("sort") or fit.pattern.default
    whole = answer.whole or _whole(fit, answer)
    yield from [noted("fund_unread", "")] if of_fund else _unread(whole, sort, ranks)
    if whole.partial and (meant & {"count"} or {"amount", "outcome"} & {*whole.sums, *fit.params}):
        yield noted(f"in_part_{fit.pattern.view.params[0].of}", f"{whole.partial:,}", f"{whole.evaluations:,}")
    yield from _missing(fit, answer)
    units = {min(spellings(str(row["unit"]))) for row in answer.rows if row.get("unit")}
    if len(units) > 1 and any(each.type == "decimal" for each in first):
        yield noted("units", "")
    if not answer.rows and {"basis", "number"} & fit.params.keys():
        yield noted("uncited", fit.params.get("basis") or fit.params["number"])
    named = {each.typed for each in answer.resolved}  # documents too, by their numbers
    known = [each.item.text for each in fit.slots if each.sense.role in group("things") or each.sense.text in named]
    if known and not answer.rows and len(fit.params.keys() - {"sort", "limit"}) > 1:
        yield Bilingual(
            f"库中有“{'”“'.join(known)}”，但没有读到同时合全部条件的。",
            f"The dataset has “{'”, “'.join(known)}”, but nothing was read that meets all conditions.",
        )


def disputed(answer: Answer) -> Iterator[Bilingual]:
    """Yield the sentence on self-evaluations that disagree with another one, if the answer has the column `disputed`.

    Sums leave such self-evaluations out, and the sentence has their number; in a list, it has the number of their rows.
    """
    for column in (each for each in answer.columns if each.name == "disputed"):
        counts = [int(str(row["disputed"])) for row in answer.rows if row["disputed"]]
        told = noted("left_out", f"{sum(counts):,}") if column.sum else noted("disputed", f"{len(counts):,}")
        yield from [told] if counts else []


def size(fit: Fit, answer: Answer) -> Bilingual:
    """Return the sentence with the number of an answer's rows and the sum of their amounts.

    If the question asks for the first few rows, the sentence has their names and figures instead; without rows, it says
    that nothing was read.
    """
    if answer.message or not answer.rows:
        said = answer.message or {"zh": "没有读到合条件的。", "en": "Nothing was read that meets the conditions."}
        return Bilingual(said["zh"], said["en"])
    first = _first_columns(fit, answer)
    if "limit" in fit.params and first and len(answer.rows) <= _MOST_TIES:
        named = naming(answer.columns)[:1]
        told = [
            ([_called(row, name, answer) for name in named], first[0].worded(value))
            for row in answer.rows
            if (value := row[first[0].name]) is not None
        ]
        return Bilingual(
            "；".join(f"{' '.join(each.zh for each in names)} {figure.zh}" for names, figure in told) + "。",
            "; ".join(f"{' '.join(each.en for each in names)} {figure.en}" for names, figure in told) + ".",
        )
    totals = {} if "limit" in fit.params else answer.totals()
    number = len(answer.rows) if "limit" in fit.params or answer.whole is None else answer.whole.rows
    if not answer.truncated:  # the row of no known thing is none
        named = naming(answer.columns)[:1] if fit.pattern.rows in ("body", "province", "year") else []
        number -= sum(row[name] is None for row in answer.rows for name in named)
    told_sum = money(totals["amount"]) if "amount" in totals else None
    noun = {"zh": " 行", "one": "row", "many": "rows", **fit.pattern.view.noun}
    rows = Bilingual(f"{number:,} {noun['zh'].strip()}", f"{number:,} {noun['one' if number == 1 else 'many']}")
    if number == len(answer.rows) <= _MOST_TIES:
        key = naming(answer.columns)[:1]
        shown = [[*(row[name] for name in key), row.get("targetText")] for row in answer.rows]
        names = [" ".join(str(each) for each in one if each is not None) for one in shown]
        rows = Bilingual(f"{rows.zh}（{'、'.join(names)}）", f"{rows.en} ({', '.join(names)})") if key else rows
    return Bilingual(
        f"{rows.zh}，共 {told_sum.zh}。" if told_sum else f"{rows.zh}。",
        f"{rows.en}, for {told_sum.en}." if told_sum else f"{rows.en}.",
    )


def _first_columns(fit: Fit, answer: Answer) -> list[Column]:
    """Return a list with the column that orders the rows; empty if the answer does not have this column."""
    sort = fit.params.get("sort") or fit.pattern.default
    return [each for each in answer.columns if each.name == sort.removeprefix("-")]


def _fund(first: Sequence[Column]) -> Column | None:
    """Return the column in `first` that has the money of one fund, None if the rows are ordered by something else."""
    return next((each for each in first if each.type == "yuan" and each.sum and each.name != "amount"), None)


def _whole(fit: Fit, answer: Answer) -> Whole:
    """Return the counts and sums of all rows of an answer.

    If the question asks for the first few rows, the counts are of these rows, without the rows of things that are not
    known.
    """
    if "limit" not in fit.params and answer.whole is not None:
        return answer.whole
    named = naming(answer.columns)[:1] if "limit" in fit.params else []
    return count_rows(answer.columns, [row for row in answer.rows if all(row[name] is not None for name in named)])


def _counted(fit: Fit, noun: str, numbers: str, answer: Answer) -> Iterator[Bilingual]:
    """Yield the sentences with the number of the things that a question counts (`noun`).

    `numbers` is the column whose sum over the rows is that number; "" if each row is one thing.
    """
    whole = _whole(fit, answer)
    sums = {column.name: whole.sums.get(column.name) for column in answer.columns}
    if numbers and not answer.truncated:
        sums[numbers] = sum((Decimal(str(row[numbers] or 0)) for row in answer.rows), Decimal())
    # One project cites several documents, and one body files in several years.
    overlaps = "document" in (noun, fit.pattern.rows) or (noun == "body" and fit.pattern.rows != "province")
    if numbers and overlaps and len(answer.rows) > 1:
        yield noted("overlapping", "")
    elif noun and fit.pattern.rows:  # the sum of a column such as `projects`, else the number of all rows
        table = words()["asked"]["things"]
        row = noun if noun in table and ROWS.get(noun) == fit.pattern.rows else fit.pattern.rows
        number, things = (sums[numbers], noun) if sums.get(numbers) is not None else (whole.rows, row)
        if things == "body" and isinstance(number, int):  # the row of projects without a known body is none
            number -= any(row.get("department", "") is None for row in answer.rows)
        # Filings that are not stored may have some.
        zh, en = ("共", "In all") if number else ("读到", "Read")
        yield Bilingual(f"{zh} {number:,} {table[things]['zh']}。", f"{en}: {number:,} {table[things]['en']}.")
        if things != noun and noun in sums and noun in table:  # each indicator names its project
            yield (
                Bilingual(
                    f"它们属于几{table[noun]['zh']}，没有数。",
                    f"How many {table[noun]['en']} they are of was not counted.",
                )
                if answer.truncated
                else Bilingual(
                    f"它们属于 {len({row[noun] for row in answer.rows}):,} {table[noun]['zh']}。",
                    f"They are of {len({row[noun] for row in answer.rows}):,} {table[noun]['en']}.",
                )
            )


def _of_fund(fund: Column, columns: Sequence[Column], whole: Whole) -> Iterator[Bilingual]:
    """Yield the sentence with the sum of one fund's money, one sentence for each period, or that no sum is stated.

    2024年其他资金合计多少 asks for no other money than the fund's.
    """
    stated = [each for each in columns if each.name in (fund.periods or [fund.name]) and each.name in whole.sums]
    for each in stated:
        total = money(whole.sums[each.name])
        yield Bilingual(f"{each.label['zh']}合计 {total.zh}。", f"{each.label['en']}, together: {total.en}.")
    if not stated:
        yield noted("unstated", fund.label["zh"], fund.label["en"].lower())


def _together(whole: Whole, of_mean: bool) -> Bilingual:
    """Return the sentence with the sum and the average of the amounts of all rows; `of_mean` puts the average first."""
    total, each = money(whole.sums["amount"]), mean(whole.sums["amount"], whole.with_amount or 1)
    said = [
        Bilingual(f"合计 {total.zh}", f"together {total.en}"),
        Bilingual(f"平均每个项目 {each.zh}", f"{each.en} on average per project"),
    ]
    one, other = reversed(said) if of_mean else said
    return Bilingual(
        f"{one.zh}，{other.zh}（{whole.projects:,} 个项目中 {whole.with_amount:,} 个有金额）。",
        f"{one.en[0].upper()}{one.en[1:]}, {other.en} (projects: {whole.projects:,}; with an amount:"
        f" {whole.with_amount:,}).",
    )


def _missing(fit: Fit, answer: Answer) -> Iterator[Bilingual]:
    """Yield a sentence on those years, places and bodies of the question that have no row, if it names several."""
    years = fit.params.get("year", "").split(",")
    if answer.truncated or not answer.rows:
        return
    if len(years) > 1 and "year" in answer.rows[0]:
        read = {str(row["year"]) for row in answer.rows}
        missing = [year for year in years if year.isdecimal() and year not in read]
        yield from [noted("unread_years", "、".join(missing))] if missing else []
    for parameter, column in (("region", "place"), ("department", "department")):
        asked = fit.params.get(parameter, "").split(",")
        if len(asked) > 1 and column in answer.rows[0]:
            there = [str(row[column]) for row in answer.rows]
            unread = [name for name in asked if not any(name.endswith(each) or name in each for each in there)]
            yield from [noted("unread_places", "、".join(unread))] if unread else []


def _shares(answer: Answer) -> Iterator[Bilingual]:
    """Yield sentences with the shares of money and of projects in the answer's first row, each with part and whole.

    A share that the row lacks has no sentence. The last sentence has the numbers of projects without an amount.
    """
    row = answer.rows[0]
    if row["amountShare"] is not None:
        part, whole = (money(Decimal(str(row[name]))) for name in ("amount", "allAmount"))
        yield Bilingual(
            f"占金额的 {row['amountShare']}%（{part.zh}，全部 {whole.zh}）。",
            f"{row['amountShare']}% of amounts ({part.en} of {whole.en}).",
        )
    if row["projectShare"] is not None:
        yield Bilingual(
            f"占项目数的 {row['projectShare']}%（{row['projects']:,} 个，全部 {row['allProjects']:,} 个）。",
            f"{row['projectShare']}% of projects ({row['projects']:,} of {row['allProjects']:,}).",
        )
    yield noted("silent", f"{row['withoutAmount']:,}", f"{row['allWithoutAmount']:,}")


def _each(rows: str, meant: AbstractSet[str], answer: Answer) -> Iterator[Bilingual]:
    """Yield the sentence with the average amount per year or per body, if the question asks for that average.

    `rows` is the kind of rows. Projects without a known year or body count in no average.
    """
    key, asked = _AVERAGED.get(rows, ("", ""))
    known = [row["amount"] for row in answer.rows if row.get(key) is not None]
    amounts = [amount for amount in known if isinstance(amount, Decimal)]
    if {"average", asked} <= meant and amounts and not answer.truncated:
        each, number = mean(sum(amounts), len(amounts)), f"{len(amounts):,}"
        things = words()["asked"]["things"][rows]
        yield Bilingual(
            f"读到金额的 {number} {things['zh']}，平均每{things['zh'][0]} {each.zh}。",
            f"Over {number} {things['en']} with an amount the average is {each.en} each.",
        )


def _unread(whole: Whole, sort: str, meant: Collection[str]) -> Iterator[Bilingual]:
    """Yield the sentence with the number of projects without an amount, if the question adds up or ranks amounts.

    `sort` is the order of the rows, such as -amount.
    """
    unstated = 0 if whole.with_amount is None or "share" in meant else (whole.projects or 0) - whole.with_amount
    ranks = sort.endswith(("amount", "average")) and not group("ranked").isdisjoint(meant)
    if unstated and (ranks or not group("sums").isdisjoint(meant)):
        yield (
            Bilingual(
                f"合条件的项目里金额不明的共 {unstated:,} 个，不在合计和比较之内，次序和总数可能因此不同。",
                f"Projects that meet the conditions and whose amount is not known: {unstated:,}; they are in no sum or"
                " comparison, and the order and totals might be others with them.",
            )
            if whole.with_amount
            else Bilingual(
                f"{unstated:,} 个项目的金额都不明。", f"Projects: {unstated:,}; the amount of none is known."
            )
        )


def _outcomes(fit: Fit, answer: Answer, whole: Whole) -> Iterator[Bilingual]:
    """Yield the sentence with the number of rows for each outcome (a target reached or not), if rows have outcomes.

    None is yielded for few rows, or if one outcome is asked for.
    """
    column = next((each for each in answer.columns if each.type == "outcome"), None)
    if column is None or column.name in fit.params or len(answer.rows) <= _MOST_TIES:
        return
    counts = {each.value: each.rows for each in whole.facets.get(column.name, ())}
    told = [(name, counts[code]) for code, name in WORDS["outcome"].items() if code in counts]
    if column.blank and (rest := whole.rows - sum(counts.values())):
        told.append((column.blank, rest))
    zh, en = "，".join(f"{name.zh} {n:,}" for name, n in told), ", ".join(f"{name.en} {n:,}" for name, n in told)
    yield Bilingual(f"共 {whole.rows:,} 条：{zh}。", f"Of {whole.rows:,}: {en}.")


def _shown(fit: Fit, meant: Collection[str], answer: Answer) -> Iterator[Bilingual]:
    """Yield, for each row, a sentence with the columns that the question's words ask for (`shows` in the header).

    None is yielded for more than a few rows, or if no column is asked for.
    """
    names = [
        name for asked, columns in fit.pattern.shows.items() if {asked} & {*meant, *fit.params} for name in columns
    ]
    columns = [column for column in answer.columns if column.name in names]
    for row in answer.rows if columns and len(answer.rows) <= _MOST_TIES else ():
        zh, en = (
            joint.join(
                f"{each.label[language]} {row.get(f'{each.name}{language.title()}') or told or blank}"
                for each in columns
                for told in (in_language(each.worded(row[each.name]), language),)
            )
            for language, joint in (("zh", "，"), ("en", ", "))
            for blank in (in_language(noted(f"lacking_{fit.pattern.view.params[0].of}", ""), language),)
        )
        body = " ".join(str(row[each]) for each in ("department", "year") if row.get(each) is not None)
        name = row.get("name") or row.get("projectName") or row.get("filingName") or body
        yield Bilingual(
            f"{name}：{zh.rstrip('。')}。".removeprefix("："), f"{name}: {en.rstrip('。.')}.".removeprefix(": ")
        )


def naming(columns: Sequence[Column]) -> list[str]:
    """Return the names of the columns that say which thing a row is about: the year, and texts with a link.

    Columns of targets are left out.
    """
    return [
        each.name
        for each in columns
        if each.name == "year" or (each.link and each.type == "text" and not each.name.endswith("Target"))
    ]


def _first(answer: Answer, column: Column, before: int) -> Iterator[Bilingual]:
    """Yield the sentence with the first row and the rows that equal it in `column`, by which rows are ordered.

    `before` is the number of rows that the page skips. A row of things that are not known, such as all projects without
    a known body, is never the first; a second sentence has the figure of this row, if any.
    """
    named = naming(answer.columns)
    rows = [row for row in answer.rows if all(row[name] is not None for name in (*named[:1], column.name))]
    is_number = column.sum or column.type == "integer"
    rest = [row[column.name] or 0 for row in answer.rows if named and row[named[0]] is None] if is_number else []
    if not rows:
        return
    ties = [row for row in rows if row[column.name] == rows[0][column.name]]
    several = [[_called(row, name, answer) for name in named if row[name] is not None] for row in ties[:_MOST_TIES]]
    more = ["…"] * (len(ties) > _MOST_TIES)
    names = Bilingual(
        "；".join([" · ".join(each.zh for each in one) for one in several] + more),
        "; ".join([" · ".join(each.en for each in one) for one in several] + more),
    )
    shown = column.worded(rows[0][column.name])
    # Rows behind those of the page may equal them too.
    is_all = answer.whole is None or answer.whole.rows <= len(answer.rows)
    is_cut = "limit" not in answer.params and len(ties) == len(rows) and (answer.truncated or not is_all)
    least = Bilingual("至少 ", "at least ") if is_cut else Bilingual("", "")
    equal = Bilingual("", "")
    if len(ties) > 1 or is_cut:
        equal = Bilingual(f"（{least.zh}{len(ties)} 个相等）", f" ({least.en}{len(ties)} alike)")
    place = Bilingual(f"第 {before + 1}：", f"Number {before + 1}: ") if before else Bilingual("", "")
    yield Bilingual(
        f"{place.zh}{names.zh}，{column.label['zh']} {shown.zh}{equal.zh}。",
        f"{place.en}{names.en}, {column.label['en'].lower()} {shown.en}{equal.en}.",
    )
    if unnamed := sum(map(Decimal, rest)):
        blank = next(each.blank for each in answer.columns if each.name == named[0]) or Bilingual("不明", "not known")
        besides = column.worded(unnamed)
        yield Bilingual(
            f"“{blank.zh}”的另有{column.label['zh']} {besides.zh}，不在次序之内，次序可能因此不同。",
            f"Besides, {column.label['en'].lower()} {besides.en} of “{blank.en}”, which may change the order.",
        )


def _kinds_of(row: Row, side: Bilingual, known: Mapping[str, AbstractSet[str]]) -> AbstractSet[str]:
    """Return the kinds of amounts of one thing that is compared (`side`): those in its row, or else the `known` ones.

    `known` has kinds by the names of things.
    """
    named = (found for name, found in known.items() if name == side.zh or name.endswith(side.zh))
    return kinds_of([row]) or known.get(f"{row.get('department')} {side.zh}") or next(named, frozenset())


def _called(row: Row, name: str, answer: Answer) -> Bilingual:
    """Return the text of a row's column `name` in both languages; a place has its English name in English."""
    called = next((column.words_in(row) for column in answer.columns if column.name == name), None)
    return called or Bilingual(str(row.get(name)), str(row.get(name)))


def _bodies(fit: Fit, answer: Answer) -> dict[str, Bilingual]:
    """Return a dict from the names of bodies to the question's word for them, where one word means several bodies.

    Such a word is 教育局 without a place; the dict's words have the number of bodies besides.
    """
    groups = {}
    bodies = {str(row.get("department")) for row in answer.rows}
    for each in (placed for placed in fit.slots if placed.parameter == "department"):
        meant = each.sense.text.split(",")
        names = [name for name in bodies if any(one in name for one in meant)]
        said = each.item.text.strip()
        side = Bilingual(f"{said}（{len(names)} 个机构）", f"{said} ({len(names)} bodies)")
        groups.update(dict.fromkeys(names if len(names) > 1 else (), side))
    return groups


def _topics(row: Row, fit: Fit, titles: Collection[str]) -> list[Bilingual]:
    """Return the one text, of several that a question seeks in names, that the name of a row's project has.

    The list is empty if the name has none of the texts, or more than one. A text among `titles` must be the whole name.
    """
    texts = [each.strip('"') for each in fit.params.get("text", "").split(SEVERAL)]
    title = fold(str(row.get("name")))
    said = [each for each in texts[1:] and texts if (title == each if each in titles else each in title)]
    return [Bilingual(each, each) for each in said] if len(said) == 1 else []


def _compared(
    fit: Fit, figure: str, order: str, answer: Answer, kinds: Mapping[str, AbstractSet[str]]
) -> Iterator[Bilingual]:
    """Yield the sentence that compares years, regions, bodies or topics: the figure of each, and the difference.

    `figure` is the column of the figures; for a comparison of two years, the view's own columns are used instead. With
    `order`, the column that ranks the rows, an answer of two rows compares these. Nothing is yielded for one thing or
    for many, or if a thing has no figure.
    """
    sides: defaultdict[Bilingual, Decimal] = defaultdict(Decimal)
    of: defaultdict[Bilingual, frozenset[str]] = defaultdict(frozenset)
    groups = _bodies(fit, answer)
    compared = "Projects" if figure == "projects" else "Amount"
    shown = {column.name for column in answer.columns}
    columns = [(fit.params[side], f"{side}{compared}") for side in ("first", "second") if f"{side}{compared}" in shown]
    placed = [each.parameter for each in fit.slots]  # 学校 is one word for bodies that are not compared
    named = [
        name
        for parameter, name in _SIDES.items()
        if name in shown
        and "," in fit.params.get(parameter, "")
        and (parameter != "department" or placed.count(parameter) > 1)
    ]
    keys = naming(answer.columns)[:1]
    pair = [row for row in answer.rows if order and all(row[name] is not None for name in (*keys, order))]
    is_pair = not (columns or named) and len(pair) == 2
    named, figure = (keys, order) if is_pair else (named, figure)
    titles = {fold(str(row.get("name"))) for row in answer.rows}
    # Two years are compared by the bodies that have money in both.
    asked = [fit.params[name] for name in ("department", "region", "text") if name in fit.params]
    whole = (bool(asked) and not any("," in text for text in asked)) or compared == "Projects"
    both = [row for row in answer.rows if all(row.get(column) is not None for _, column in columns)]
    years_of = [(Bilingual(side, side), column) for side, column in columns]
    for row in pair if is_pair else answer.rows if whole else both:
        rows_of = [groups.get(str(row.get(name))) or _called(row, name, answer) for name in named]
        for side, column in years_of or [(each, figure) for each in rows_of or _topics(row, fit, titles)]:
            sides[side] += row.get(column) or Decimal()  # type: ignore[operator]
            of[side] |= _kinds_of(row, side, kinds)
    stated = any(row.get(column) is not None for row in answer.rows for _, column in columns)
    is_unlike = stated and not both and not answer.truncated
    if is_unlike and not whole:
        yield noted("unlike", "")
    if columns and answer.rows and not stated:
        yield noted("neither", "")
    if not 1 < len(sides) <= _MOST_TIES or not all(sides.values()) or answer.truncated:
        return
    by = "of_both" if columns and not whole else "of_year" if "year" in fit.params else "of_any_year"
    by = "of_all" if is_pair or (columns and whole) else by
    yield from _difference(sides, by, figure, answer, of, is_unlike=is_unlike)


def _difference(  # noqa: PLR0913 - the sides, and all that tells if they are alike
    sides: Mapping[Bilingual, Decimal],
    by: str,
    figure: str,
    answer: Answer,
    kinds: Mapping[Bilingual, AbstractSet[str]],
    *,
    is_unlike: bool,
) -> Iterator[Bilingual]:
    """Yield the sentence with the figures of things that are compared (`sides`), and the largest difference.

    If the figures cannot be compared, the sentence gives the reason instead of a difference. `by` is the entry of the
    table `noted` for the basis of the figures, `figure` their column, and `kinds` has the kinds of amounts of each
    side.
    """
    of_yuan = {each.name for each in answer.columns if each.type == "yuan"}
    is_money = figure in {"amount", "average", "change", *of_yuan}
    basis = noted(by if is_money else "of_numbers", "")
    scopes = {is_money and words()["names"]["totals"] in side.zh for side in sides}
    differ = is_money and len({kinds[side] for side in sides if kinds.get(side)}) > 1
    reasons = ("unlike", is_unlike), ("kinds", differ), ("scoped", len(scopes) > 1)
    unlike = next((noted(name, "") for name, is_meant in reasons if is_meant), None)

    def told(figure: Decimal, of: AbstractSet[str] = frozenset()) -> Bilingual:
        worded = money(figure, in_yuan=True) if is_money else Bilingual(f"{figure:,}", f"{figure:,}")
        labels = [reference()[f"{terms.JX}{each}"].label for each in sorted(of)] if differ else []
        zh, en = "、".join(each.zh for each in labels), ", ".join(each.en for each in labels)
        return Bilingual(f"{worded.zh}（{zh}）", f"{worded.en} ({en})") if labels else worded

    ranked = sorted(sides.items(), key=lambda side: -side[1])
    difference = told(ranked[0][1] - ranked[-1][1])
    figures = [(side, told(figure, kinds.get(side, frozenset()))) for side, figure in ranked]
    yield Bilingual(
        f"按{basis.zh}，{'；'.join(f'{side.zh}：{worded.zh}' for side, worded in figures)}；"
        + (unlike.zh if unlike else f"相差 {difference.zh}。"),
        f"By {basis.en}, {'; '.join(f'{side.en}: {worded.en}' for side, worded in figures)}"
        + (f". {unlike.en}" if unlike else f"; a difference of {difference.en}."),
    )
    if is_money and not unlike and any(map(read_in_part, answer.rows)):
        yield noted("partly", "")
