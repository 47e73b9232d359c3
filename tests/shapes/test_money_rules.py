"""Rules on money, agreement and periods: one planted mistake is found by the one rule that names it, rounding by none.

`CLEAN` is a filing of two projects that agrees with itself; each case changes one thing in it.
"""

from collections.abc import Iterable
from decimal import Decimal

import pyoxigraph as ox
import pytest
from hypothesis import assume, example, given, strategies as st

from jixiao.ingest.text.mentions.reading import enriched
from jixiao.ontology import terms
from jixiao.shapes.findings import groups
from jixiao.shapes.findings.finding import Finding
from jixiao.shapes.validate import Validation
from tests.support.generated import tries

FAMILIES = {"arithmetic", "agreement", "period"}
PREFIXES = """@base <http://localhost:8000/id/project/o/2022/> .
@prefix jx: <https://w3id.org/jixiao/ontology#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
CLEAN = """
<f> a jx:Filing ; jx:declaredProjectCount 2 ; jx:declaredTotal 626600 ; jx:declaredRoundedTo 100 .
<q> a jx:Project ; jx:partOfFiling <f> ; jx:totalAmount 86580 ; jx:annualRequest 86580 ; jx:roundedTo 1 .
<p> a jx:Project ; rdfs:label "档案管理(2022)"@zh ; jx:partOfFiling <f> ; jx:year 2022 ; jx:roundedTo 0.01 ;
    jx:totalAmount 540000.00 ; jx:fiscalFunds 500000.00 ; jx:otherFunds 40000.00 ;
    jx:annualRequest 540000.00 ; jx:currentYearAppropriation 480000.00 ; jx:carriedOver 20000.00 ;
    jx:annualOtherFunds 40000.00 ;
    jx:narrativeAmount 540000 ; jx:narrativeRoundedTo 10000 ;
    jx:startDate "2022-01-01"^^xsd:date ; jx:endDate "2022-12-31"^^xsd:date ;
    jx:narrativeStart "2022-01-01"^^xsd:date ; jx:narrativeEnd "2022-12-31"^^xsd:date ;
    jx:goalPeriod "(2022 年- 2022年)"@zh ;
    jx:implementingUnit <o> ; jx:narrativeImplementer "区档案馆"@zh ;
    jx:hasCostItem <p#k1>, <p#k2>, <p#k3> ; jx:hasCostSubtotal <p#t1> ; jx:hasMention <p#m1> ;
    jx:hasGoal <p#g1>, <p#g2> ; jx:hasSection <p#s1> ;
    jx:hasIndicator <p#i1>, <p#i2>, <p#i3>, <p#i4> .
<o> a jx:Department ; rdfs:label "上海市河东区档案馆"@zh .
<p#k1> a jx:CostItem ; rdfs:label "扫描"@zh ; jx:itemQuantity 20000 ; jx:itemUnitPrice 15 ;
    jx:itemAmount 300000 ; jx:roundedTo 1 .
<p#k2> a jx:CostItem ; rdfs:label "装具"@zh ; jx:itemAmount 190000 ; jx:roundedTo 1 .
<p#k3> a jx:CostItem ; rdfs:label "运输"@zh ; jx:itemAmount 50000 ; jx:roundedTo 1 .
<p#t1> a jx:CostSubtotal ; rdfs:label "合计"@zh ; jx:itemAmount 240000 ; jx:roundedTo 1 ; jx:sumsItem <p#k2>, <p#k3> .
<p#m1> a jx:Calculation ; jx:targetText "20000页*15元=300000元"@zh ; jx:roundedTo 1 ;
    jx:computedValue 300000 ; jx:printedResult 300000 .
<p#g1> a jx:OverallGoal ; jx:text "展板12块"@zh .
<p#g2> a jx:AnnualGoal ; jx:text "扫描合格率98%；满意度90%以上；讲座4次；45名志愿者；12块展板"@zh .
<p#s1> a jx:NarrativeSection ; rdfs:label "实施方案"@zh ; jx:text "扫描"@zh .
<p#i1> a jx:Indicator ; rdfs:label "扫描合格率"@zh ; jx:targetText "≥98%"@zh ; jx:targetOperator jx:ge ;
    jx:targetValue 98 ; jx:targetUnit "%" .
<p#i2> a jx:Indicator ; rdfs:label "查档人满意度"@zh ; jx:targetText "≥90%"@zh ; jx:targetOperator jx:ge ;
    jx:targetValue 90 ; jx:targetUnit "%" .
<p#i3> a jx:Indicator ; rdfs:label "讲座次数"@zh ; jx:targetText "=4次"@zh ; jx:targetOperator jx:eq ;
    jx:targetValue 4 ; jx:targetUnit "次" .
<p#i4> a jx:Indicator ; rdfs:label "活动参与数"@zh ; jx:targetText "=45人"@zh ; jx:targetOperator jx:eq ;
    jx:targetValue 45 ; jx:targetUnit "人" .
"""
MACHINES = (
    ('"讲座次数"@zh ; jx:targetText "=4次"', '"终端"@zh ; jx:targetText "=4个"'),
    ('jx:targetValue 4 ; jx:targetUnit "次" .\n<p#i4>', 'jx:targetValue 4 ; jx:targetUnit "个" .\n<p#i4>'),
    ("；讲座4次", "；参观4次"),
)
ENDS = {"g1": '"展板12块"@zh .', "g2": '；12块展板"@zh .', "s1": 'jx:text "扫描"@zh .'}


def _figure(place: str, text: str) -> tuple[str, str]:
    """The change by which a goal or section states one more figure."""
    return ENDS[place], ENDS[place].replace('"@zh', f'；{text}"@zh')


def _found(turtle: str) -> list[str]:
    """The faults of these families, one entry a result."""
    return sorted(result.fault.name for result in _results(turtle))


def _causes(turtle: str) -> list[str]:
    """The faults that reports do not fold below others of one turtle."""
    return sorted(group.fault.name for group in groups.folded(groups.grouped(_results(turtle))).own)


def _results(turtle: str) -> list[Finding]:
    triples = ox.serialize(ox.parse(PREFIXES + turtle, format=ox.RdfFormat.TURTLE), format=ox.RdfFormat.N_TRIPLES)
    return list(Validation(enriched(triples or b"")).report(lambda fault: fault.subject in FAMILIES).results)


def _changed(*changes: tuple[str, str]) -> str:
    turtle = CLEAN
    for old, new in changes:
        assert old in turtle
        turtle = turtle.replace(old, new)
    return turtle


def test_a_filing_that_agrees_with_itself() -> None:
    assert _found(CLEAN) == []


@pytest.mark.sampled(4)
@pytest.mark.parametrize(
    ("fault", "old", "new"),
    [
        ("TotalDiffersFromFunds", "totalAmount 540000.00", "totalAmount 640000.00"),
        ("TotalDiffersFromFunds", "fiscalFunds 500000.00", "fiscalFunds 450000.00"),
        ("TotalDiffersFromFunds", "fiscalFunds 500000.00", "fiscalFunds 550000.00"),
        ("TotalDiffersFromFunds", "otherFunds 40000.00", "otherFunds 400000.00"),
        ("TotalDiffersFromFunds", "jx:otherFunds 40000.00", "jx:leftBlank jx:otherFunds"),
        ("AnnualRequestDiffersFromParts", "annualRequest 540000.00", "annualRequest 450000.00"),
        ("AnnualRequestDiffersFromParts", "annualRequest 540000.00", "annualRequest 640000.00"),
        ("AnnualRequestDiffersFromParts", "Appropriation 480000.00", "Appropriation 840000.00"),
        ("AnnualRequestDiffersFromParts", "carriedOver 20000.00", "carriedOver 0.00"),
        ("AnnualRequestDiffersFromParts", "annualOtherFunds 40000.00", "annualOtherFunds 4000.00"),
        ("AnnualRequestExceedsTotal", "Appropriation 480000.00 ; jx:carriedOver 20000.00 ;\n    jx:annualOther"
         "Funds 40000.00", "Appropriation 540000.00 ; jx:carriedOver 0.00 ;\n    jx:annualOtherFunds 0.00"),
        ("QuantityTimesPriceDiffers", "itemQuantity 20000", "itemQuantity 25000"),
        ("QuantityTimesPriceDiffers", "itemUnitPrice 15", "itemUnitPrice 18"),
        ("QuantityTimesPriceDiffers", "itemAmount 300000", "itemAmount 350000"),
        ("QuantityTimesPriceDiffers", "itemAmount 300000", "itemAmount 30000"),
        ("QuantityTimesPriceDiffers", "itemAmount 300000", "itemAmount 300100"),
        ("CostSubtotalDiffers", "itemAmount 240000", "itemAmount 250000"),
        ("CostSubtotalDiffers", "itemAmount 190000", "itemAmount 180000"),
        ("CostSubtotalDiffers", "itemAmount 50000", "itemAmount 60000"),
        ("CalculationWrong", "printedResult 300000", "printedResult 310000"),
        ("CalculationWrong", "computedValue 300000", "computedValue 450000"),
        ("CoverCountDiffers", "ProjectCount 2", "ProjectCount 3"),
        ("CoverTotalDiffers", "declaredTotal 626600", "declaredTotal 662600"),
        ("NarrativeAmountDiffers", "narrativeAmount 540000", "narrativeAmount 570000"),
        ("PeriodDiffersFromForm", 'narrativeEnd "2022-12-31"', 'narrativeEnd "2022-11-30"'),
        ("PeriodDiffersFromForm", 'startDate "2022-01-01"', 'startDate "2022-03-01"'),
        ("PeriodDiffersFromForm", 'narrativeEnd "2022-12-31"', 'narrativeEnd "2023-12-31"'),
        ("ImplementerDiffers", '"区档案馆"', '"区教育局"'),
        ("FigureDiffers", "jx:ge ;\n    jx:targetValue 98", "jx:ge ;\n    jx:targetValue 95"),
        ("FigureDiffers", "满意度90%以上", "满意度85%"),
        ("FigureDiffers", "jx:targetOperator jx:eq ;\n    jx:targetValue 4 ", "jx:targetValue 6 "),
        ("FigureDiffers", "45名", "46名"),
        ("FigureDiffers", "45名", "64名"),
        ("FigureDiffers", "；12块展板", "；10块展板"),
        ("PeriodReversed", 'jx:endDate "2022-12-31"', 'jx:endDate "2021-12-31"'),
        ("PeriodReversed", 'startDate "2022-01-01"', 'startDate "2023-01-01"'),
        ("PeriodDiffersFromForm", "(2022 年- 2022年)", "(2021 年- 2021年)"),
        ("PeriodReversed", "(2022 年- 2022年)", "(2023年1月-2022年12月)"),
        ("PeriodDiffersFromForm", "(2022 年- 2022年)", "(2022 年- 2024年)"),
        ("NameYearDiffers", "档案管理(2022)", "2021年档案管理"),
    ],
)  # fmt: skip
def test_one_mistake_is_found_by_one_rule(fault: str, old: str, new: str) -> None:
    assert _causes(_changed((old, new))) == [fault]


@pytest.mark.sampled(4)
@pytest.mark.parametrize(
    ("faults", "turtle"),
    [
        (["PeriodMissesFiscalYear"], _changed(("2022-", "2021-"))),
        (["CostItemsDiffer"], _changed(("<p#k2>, <p#k3> ; jx:has", "<p#k2> ; jx:has"),
         ("jx:sumsItem <p#k2>, <p#k3>", ""))),
        (["CoverCountDiffers"], _changed(("<q> a jx:Project ; jx:partOfFiling <f> ;", "<q> a jx:Project ;"))),
        (["FigureDiffers"], _changed(_figure("s1", "讲座5次"))),
        (["FigureDiffers"], _changed(*MACHINES, _figure("s1", "终端5台"))),
        ([], _changed(*MACHINES, _figure("s1", "终端4台"))),
        (["FigureDiffers"], _changed(("讲座次数", "讲座场数"), _figure("g1", "讲座5次"))),
        ([], _changed(_figure("g1", "讲座4场"))),
        ([], _changed(_figure("g2", "讲解满意度80%"))),  # two satisfactions: which is which?
        ([], _changed(('"扫描"@zh .', '"去年讲座5次"@zh .'))),
        ([], _changed(("满意度90%以上", "满意度80%左右"))),
        ([], _changed(('"区档案馆"', '"区教育局办公室"'))),
        ([], _changed(('"区档案馆"', '"我馆信息中心"'))),
        ([], _changed(("满意度90%以上", "满意度90.00%"))),
        (["FigureDiffers"], _changed(("jx:ge ;\n    jx:targetValue 98", "jx:ge ;\n    jx:targetValue 95.0"),
         _figure("g1", "扫描合格率98%"))),  # both goals say the same: one result
        (["QuantityTimesPriceDiffers"], _changed(("jx:sumsItem <p#k2>, <p#k3>", "jx:sumsItem <p#k1>, <p#k2>, <p#k3>"),
         ("itemAmount 240000", "itemAmount 540000"), ("itemAmount 300000", "itemAmount 350000"))),
        ([], _changed(("(2022 年- 2022年)", "(年-年)"))),
        ([], _changed(("档案管理(2022)", "2021年档案管理尾款"))),
        ([], _changed(("档案管理(2022)", "档案管理(2021-2025)"))),
        ([], _changed(('startDate "2022-01-01"', 'startDate "2022-01-10"'))),  # the narrative gives a month
    ],
)  # fmt: skip
def test_what_else_is_found(faults: list[str], turtle: str) -> None:
    assert _found(turtle) == faults


@pytest.mark.parametrize(
    ("faults", "body"),
    [
        # Parts of a total and of a year; what is blank; a form of one column.
        ([], "jx:totalAmount 100 ; jx:otherFunds 0 ; jx:leftBlank jx:fiscalFunds, jx:carriedOver"),
        ([], "jx:annualRequest 100 ; jx:carriedOver 0 ; jx:annualOtherFunds 0 ;"
         " jx:leftBlank jx:currentYearAppropriation"),
        ([], "jx:totalAmount 100 ; jx:annualRequest 100 ; jx:leftBlank jx:fiscalFunds, jx:carriedOver"),
        ([], "jx:totalAmount 300 ; jx:annualRequest 100"),
        ([], "jx:annualRequest 500 ; jx:fiscalFunds 300 ; jx:annualOtherFunds 200"),
        ([], "jx:annualRequest 500 ; jx:fiscalFunds 500 ; jx:carriedOver 100"),  # 其中 may stand within 其中
        (["AnnualRequestDiffersFromParts"], "jx:annualRequest 500 ; jx:fiscalFunds 300 ; jx:annualOtherFunds 100"),
        (["AnnualRequestDiffersFromParts"], "jx:annualRequest 500 ; jx:fiscalFunds 500 ; jx:annualOtherFunds 100"),
        (["AnnualRequestDiffersFromParts"], "jx:annualRequest 500 ; jx:currentYearAppropriation 300 ;"
         " jx:carriedOver 0 ; jx:leftBlank jx:annualOtherFunds"),
        (["TotalDiffersFromFunds"], "jx:totalAmount 500 ; jx:fiscalFunds 300 ; jx:otherFunds 100"),
        (["TotalDiffersFromFunds"],
         "jx:totalAmount 500 ; jx:fiscalFunds 300 ; jx:otherFunds 100 ; jx:listsAllSources true"),
        (["TotalDiffersFromFunds"],
         "jx:totalAmount 500 ; jx:fiscalFunds 300 ; jx:leftBlank jx:otherFunds ; jx:listsAllSources true"),
        (["AnnualRequestDiffersFromParts"],
         "jx:annualRequest 500 ; jx:fiscalFunds 300 ; jx:annualOtherFunds 100 ; jx:listsAllSources true"),
        (["AnnualRequestDiffersFromParts"],
         "jx:annualRequest 500 ; jx:currentYearAppropriation 300 ; jx:listsAllSources true"),
        ([], "jx:annualRequest 500 ; jx:leftBlank jx:fiscalFunds, jx:annualOtherFunds ; jx:listsAllSources true"),
        (["TotalDiffersFromFunds"], "jx:totalAmount 500 ; jx:otherFunds 600"),
        (["AnnualRequestExceedsTotal"], "jx:totalAmount 500 ; jx:annualRequest 600"),
        # Two true sentences about one total are two findings: neither waits until the other one is mended.
        (["AnnualRequestExceedsTotal", "TotalDiffersFromFunds"],
         "jx:totalAmount 500 ; jx:fiscalFunds 450 ; jx:otherFunds 0 ; jx:annualRequest 600"),
        (["AnnualRequestExceedsTotal", "TotalDiffersFromFunds"],
         "jx:totalAmount 500 ; jx:fiscalFunds 600 ; jx:otherFunds 0 ; jx:annualRequest 600"),
        (["AnnualRequestDiffersFromParts", "AnnualRequestExceedsTotal"],
         "jx:totalAmount 500 ; jx:annualRequest 600 ; jx:currentYearAppropriation 500 ; jx:carriedOver 0"
         " ; jx:annualOtherFunds 0"),
        # Rounding: half a step for each printed value passes, more does not.
        ([], "jx:totalAmount 300 ; jx:fiscalFunds 200 ; jx:otherFunds 250 ; jx:carriedOver 0 ; jx:roundedTo 100"),
        (["TotalDiffersFromFunds"],
         "jx:totalAmount 300 ; jx:fiscalFunds 200 ; jx:otherFunds 251 ; jx:carriedOver 0 ; jx:roundedTo 100"),
        ([], "jx:narrativeAmount 6100000 ; jx:narrativeRoundedTo 10000 ; jx:totalAmount 6105000"),
        (["NarrativeAmountDiffers"],
         "jx:narrativeAmount 6100000 ; jx:narrativeRoundedTo 10000 ; jx:totalAmount 6105000.01"),
        # About 6 million is no less than 5.5 and no more than 6.5.
        ([],
         "jx:narrativeAmount 6000000 ; jx:narrativeRoundedTo 10000 ; jx:totalAmount 5800000 ; jx:hasSection <p#s9> ."
         ' <p#s9> jx:text "预算资金约 600 万元"@zh'),
        (["NarrativeAmountDiffers"],
         "jx:narrativeAmount 6000000 ; jx:narrativeRoundedTo 10000 ; jx:totalAmount 5800000 ;"
         ' jx:hasSection <p#s9> . <p#s9> jx:text "预算资金 600 万元，约占一半"@zh'),
        (["NarrativeAmountDiffers"],
         "jx:narrativeAmount 6100000 ; jx:narrativeRoundedTo 10000 ; jx:totalAmount 5800000 ;"
         ' jx:hasSection <p#s9> . <p#s9> jx:text "预算资金约 610 万元"@zh'),
        (["PeriodMissesFiscalYear"], 'jx:year 2022 ; jx:narrativeEnd "2021-12-31"^^xsd:date'),
        (["PeriodMissesFiscalYear"], 'jx:year 2022 ; jx:startDate "2023-01-01"^^xsd:date'),
        ([], 'jx:year 2022 ; jx:startDate "2021-01-01"^^xsd:date'),
    ],
)  # fmt: skip
def test_forms_of_other_kinds(faults: list[str], body: str) -> None:
    assert _found(f"<p> a jx:Project ; {body} .") == faults


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        ("jx:totalAmount 500 ; jx:annualRequest 600 ; jx:fiscalFunds 500 ; jx:currentYearAppropriation 400", [3, 5]),
        ("jx:annualRequest 600 ; jx:fiscalFunds 500", [3, 4]),
    ],
)
def test_a_request_is_shown_beside_the_lines_of_its_own_parts(body: str, lines: list[int]) -> None:
    """Fiscal funds stand in the total's column, unless the form has one column alone."""
    cells = {terms.annualRequest: 3, terms.fiscalFunds: 4, terms.currentYearAppropriation: 5}
    turtle = PREFIXES + f"<p> a jx:Project ; {body} ."
    triples = ox.serialize(ox.parse(turtle, format=ox.RdfFormat.TURTLE), format=ox.RdfFormat.N_TRIPLES) or b""
    stated = {name: line for name, line in cells.items() if name.rpartition("#")[2] in body}
    checked = Validation(triples, lambda node, name, value: ((stated[name], None),) if name in stated else ())
    [found] = checked.report(lambda fault: fault.name == "AnnualRequestDiffersFromParts").results
    assert [cell[0] for cell in found.cells] == lines


@pytest.mark.parametrize(
    ("faults", "product", "amount", "step"),
    [
        ([], ("11", "250000", "1"), "2750000", "10000"),
        ([], ("17", "5000", "1"), "85000", "1000"),
        (["QuantityTimesPriceDiffers"], ("47", "800", "1"), "38000", "1"),
        ([], ("3850", "10.39", "5"), "200000", "0.01"),
        (["QuantityTimesPriceDiffers"], ("3850", "10.39", "1"), "200000", "0.01"),
        (["QuantityTimesPriceDiffers"], ("113", "50123", "1"), "5660000", "1"),  # 5663899, printed as 566 万元
        (["QuantityTimesPriceDiffers"], ("12", "1000", "1"), "10000", "1"),
        ([], ("3", "33.33", "1"), "99.995", "0.01"),
        (["QuantityTimesPriceDiffers"], ("3", "33.33", "1"), "110", "0.01"),
    ],
)
def test_products(faults: list[str], product: tuple[str, str, str], amount: str, step: str) -> None:
    quantity, price, times = product
    assert faults == _found(
        f'<p#k1> a jx:CostItem ; rdfs:label "费"@zh ; jx:itemQuantity {quantity} ; jx:itemUnitPrice {price} ;'
        f" jx:itemTimes {times} ; jx:itemAmount {amount} ; jx:roundedTo {step} ."
    )


@pytest.mark.parametrize(
    ("faults", "total", "items"),
    [
        ([], 300, [100, 200]),
        (["CostItemsDiffer"], 250, [100, 200]),
        (["CostItemsDiffer"], 350, [100, 200]),
        ([], 150, [Decimal("150.00"), 100, 50]),  # one item is the amount: the lines are not all items
        ([], 150, [75, 75, 100, 50]),  # everything twice
        ([], 300, [100, 200, None]),  # one line is not priced
    ],
)
def test_items_and_the_projects_amount(faults: list[str], total: int, items: list[int | Decimal | None]) -> None:
    assert _found(_project_of(total, items)) == faults


def _project_of(total: int, items: Iterable[int | Decimal | None]) -> str:
    turtle = f"<p> a jx:Project ; jx:totalAmount {total} ."
    for number, amount in enumerate(items):
        stated = "" if amount is None else f"; jx:itemAmount {amount}"
        turtle += f' <p> jx:hasCostItem <p#k{number}> . <p#k{number}> a jx:CostItem ; rdfs:label "费"@zh {stated} .'
    return turtle


def test_a_table_that_gives_the_amount_by_itself() -> None:
    groups = "<p#k0> jx:itemGroup 1 . <p#k1> jx:itemGroup 1 . <p#k2> jx:itemGroup 2 ."
    assert _found(_project_of(300, [100, 200, 250]) + groups) == []


@pytest.mark.parametrize(
    ("declared", "faults"),
    [
        ("jx:declaredTotal 3838600", []),
        ("jx:declaredTotal 3838700 ; jx:declaredProjectCount 7", ["CoverTotalDiffers"]),
        ("jx:declaredTotal 3838700", ["CoverNotRead"]),  # a list may break off, or projects of it may not be read
        ("jx:declaredTotal 3838400", ["CoverTotalDiffers"]),
    ],
)
def test_the_cover_to_the_digits_printed(declared: str, faults: list[str]) -> None:
    amounts = [40000, 86580, 1000000, 400000, 390000, 1472000, 450000]
    projects = "".join(
        f"<p{number}> a jx:Project ; jx:partOfFiling <f> ; jx:totalAmount {amount} ; jx:roundedTo 0.01 ."
        for number, amount in enumerate(amounts)
    )
    assert _found(f"<f> a jx:Filing ; {declared} ; jx:declaredRoundedTo 100 . {projects}") == faults


@pytest.mark.parametrize("amount", ["jx:totalAmount 5", "jx:withheld jx:annualRequest", "a jx:Project"])
def test_a_sum_over_projects_of_which_one_has_no_amount_proves_nothing(amount: str) -> None:
    projects = f"<p> a jx:Project ; jx:partOfFiling <f> . <q> a jx:Project ; jx:partOfFiling <f> ; {amount} ."
    assert _found(f"<f> a jx:Filing ; jx:declaredTotal 99 . {projects}") == []


NARRATIVES = "".join(
    f"<p{number}> a jx:Project ; jx:partOfFiling <f> ; jx:narrativeAmount {amount} ."
    for number, amount in enumerate([30_000_000, 200_000, 10_000])
)


@pytest.mark.parametrize(
    ("more", "faults"),
    [
        ("jx:declaredProjectCount 25 ; jx:declaredTotal 113816000", ["CoverNotRead"]),
        ("jx:declaredProjectCount 3 ; jx:declaredTotal 30210000", []),
        ("jx:declaredTotal 113816000", ["CoverNotRead"]),
    ],
)
def test_the_cover_of_narratives_whose_forms_stand_elsewhere(more: str, faults: list[str]) -> None:
    assert _found(f"<f> a jx:Filing ; {more} . {NARRATIVES}") == faults


def test_a_form_that_is_left_out_is_not_the_covers_fault() -> None:
    left_out = CLEAN.replace("<q> a jx:Project ; jx:partOfFiling <f> ;", "<q> a jx:Project ;")
    assert _found(f"{left_out} <f> jx:withheld jx:partOfFiling .") == ["CoverNotRead"]


FENS = st.integers(1, 10**11).map(lambda fen: Decimal(fen) / 100)
LEFT = ("totalAmount", "fiscalFunds", "otherFunds")
RIGHT = ("annualRequest", "currentYearAppropriation", "carriedOver", "annualOtherFunds")


def _form(amounts: dict[str, Decimal]) -> str:
    stated = " ; ".join(f"jx:{name} {value:f}" for name, value in amounts.items())
    return f"<p> a jx:Project ; jx:roundedTo 0.01 ; {stated} ."


def _consistent(appropriation: Decimal, carried: Decimal, other: Decimal) -> dict[str, Decimal]:
    total = appropriation + carried + other
    return dict(zip(LEFT + RIGHT, (total, total - other, other, total, appropriation, carried, other), strict=True))


@tries(40)
@given(FENS, FENS, FENS)
@example(Decimal("0.01"), Decimal("0.00"), Decimal("0.00"))
def test_a_consistent_form_is_never_reported(appropriation: Decimal, carried: Decimal, other: Decimal) -> None:
    assert _found(_form(_consistent(appropriation, carried, other))) == []


@tries(60)
@given(FENS, FENS, FENS, st.sampled_from(LEFT + RIGHT), FENS)
def test_one_changed_amount_is_reported_once(
    appropriation: Decimal, carried: Decimal, other: Decimal, cell: str, new: Decimal
) -> None:
    amounts = _consistent(appropriation, carried, other)
    assume(abs(amounts[cell] - new) > Decimal("0.02"))
    fault = "TotalDiffersFromFunds" if cell in LEFT else "AnnualRequestDiffersFromParts"
    form = _form(amounts | {cell: new})
    assert len(_causes(form)) == 1
    assert fault in _found(form)
