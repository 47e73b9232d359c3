"""The lines of a summary: the gravest fault first, with its own lines, figures and difference, and no effect."""

from dataclasses import replace
from decimal import Decimal

from jixiao.ontology.text.bilingual import Bilingual
from jixiao.shapes import catalogue
from jixiao.shapes.findings import briefs
from jixiao.shapes.findings.finding import Finding
from jixiao.shapes.findings.groups import folded, grouped

PROJECT = "http://localhost:8000/id/project/o/2022/{}"


def found(rule: str, name: str, said: str, *lines: int, apart: int | None = None) -> Finding:
    iri = PROJECT.format(name)
    fault = catalogue.fault(catalogue.SHAPES + rule)
    difference = None if apart is None else Decimal(apart)
    message = Bilingual(said, "Said.")
    return Finding(fault, iri, iri, name, None, None, None, message, lines, difference=difference, iri=f"r{lines[0]}")


BLANK = catalogue.fault(catalogue.SHAPES + "NoLegalBasis")
FINDINGS = (
    found("NoLegalBasis", "甲", BLANK.message.zh, 3),
    found("NoLegalBasis", "乙", BLANK.message.zh, 40),
    found("PeriodReversed", "甲", "计划日期“2024-01-01 ~ 2023-12-31”，终止早于起始。", 5),
    found("NarrativeAmountDiffers", "甲", "所称 20,000 元，申报表为 19,000 元，相差 1,000 元。", 6, 7, apart=1_000),
    found("TotalDiffersFromFunds", "乙", "总额 3,000,000 元，相差 90,000 元。", 30, 31, apart=90_000),
    found("AnnualRequestExceedsTotal", "乙", "多出 90,000 元。", 30, 31, apart=90_000),
    found("GoalWithoutFigure", "乙", "提示。", 33),
    replace(found("NegativeTarget", "乙", "看过。", 34), accepted="原件如此"),
)


def test_money_comes_by_the_difference_then_dates_then_blanks_and_effects_and_infos_get_no_line() -> None:
    lines = briefs.of(folded(grouped(FINDINGS)))
    assert [brief.said.zh for brief in lines] == [
        "总额 3,000,000 元，相差 90,000 元",
        "所称 20,000 元，申报表为 19,000 元，相差 1,000 元",
        "计划日期“2024-01-01 ~ 2023-12-31”，终止早于起始",
        BLANK.label.zh,
    ]
    assert [[*brief.where] for brief in lines] == [
        [("乙", [30, 31])], [("甲", [6, 7])], [("甲", [5])], [("甲", [3]), ("乙", [40])],
    ]  # fmt: skip
    assert briefs.readable(folded(grouped(FINDINGS))).zh == "文件可以读入，发现需要核对的 4 项"


def test_long_quotations_are_cut() -> None:
    long = found("TotalDiffersFromFunds", "乙", f"“{'长' * 60}”相差。", 1, apart=1)
    (brief,) = briefs.of(folded(grouped([long])))
    assert brief.said.zh == f"“{'长' * 20}…”相差"


def test_a_rule_with_one_sentence_for_all_names_the_indicator() -> None:
    fault = catalogue.fault(catalogue.SHAPES + "TargetMalformed")
    said = Bilingual(f"{fault.message.zh}读到的是“≥10次”。", f"{fault.message.en} It reads “≥10次”.")
    reversed_ = replace(found("TargetMalformed", "甲", "", 3), message=said, part="投诉次数")
    (brief,) = briefs.of(folded(grouped([reversed_])))
    assert brief.said == Bilingual(
        f"“投诉次数”：{fault.label.zh}：读到的是“≥10次”", f"“投诉次数”: {fault.label.en}: It reads “≥10次”"
    )
