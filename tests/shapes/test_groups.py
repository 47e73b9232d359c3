"""Findings that state one fact fold into one group, by sentence or by what the rule says; lines of a summary."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

import pytest
from pyoxigraph import Literal
from rdflib import Graph

from jixiao.ingest.text.mentions.reading import enriched
from jixiao.ontology import terms
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.shapes import catalogue, locating
from jixiao.shapes.catalogue import Fault
from jixiao.shapes.findings import briefs, groups
from jixiao.shapes.findings.finding import Filed, Finding, Shown
from jixiao.shapes.findings.groups import count, folded, grouped
from jixiao.shapes.validate import Validation

SOME = catalogue.faults()[0]
PLAIN, BY_PROJECT, BY_FILING, BY_VALUE = (
    replace(SOME, folds_by=folds_by) for folds_by in (None, "project", "filing", "?number")
)
FILING = "http://localhost:8000/id/{}/o/2022"
FILED = Filed("某局", 2022)


def result(fault: Fault, project: str, sentence: str = "句子。", line: int = 1, folded: str | None = None) -> Finding:
    iri = f"{FILING.format('project')}/{project}"
    message = Bilingual(sentence, "A sentence.")
    return Finding(fault, f"{iri}#i{line}", iri, project, "指标", None, None, message, (line,), folded=folded)


def reported(found: Finding) -> Finding:
    number = found.lines[0]
    return replace(found, iri=f"r{number}", filed=FILED, excerpt=(Shown(number, "", f"行{number}", True, ((0, 1),)),))


@pytest.mark.parametrize(
    ("fault", "other_project", "other_sentence", "other_value"),
    [
        (PLAIN, True, False, True),
        (BY_PROJECT, False, True, True),
        (BY_FILING, True, True, True),
        (BY_VALUE, True, True, False),
    ],
)
def test_a_rule_says_what_folds(fault: Fault, other_project: bool, other_sentence: bool, other_value: bool) -> None:
    one = result(fault, "p", folded="1")
    assert (result(fault, "q", folded="1").group == one.group) is other_project
    assert (result(fault, "p", "别的。", folded="1").group == one.group) is other_sentence
    assert (result(fault, "p", folded="2").group == one.group) is other_value


@pytest.mark.parametrize("fault", [PLAIN, BY_PROJECT, BY_FILING, BY_VALUE])
def test_a_group_belongs_to_one_rule_and_one_filing_and_not_to_lines_or_a_store(fault: Fault) -> None:
    one = result(fault, "p")
    others = [
        replace(one, fault=replace(fault, iri=f"{catalogue.SHAPES}Other")),
        replace(one, focus_node=one.focus_node.replace("2022", "2023"), project=f"{FILING.format('project')[:-1]}3/p"),
    ]
    assert len({one.group, *(other.group for other in others)}) == 3
    moved = replace(one, lines=(99,), focus_node=f"{one.project}#i7")
    elsewhere = replace(one, project=f"https://example.org/data/id/project/o/2022/{'p'}")
    assert {moved.group, elsewhere.group} == {one.group}


def test_self_evaluations_of_different_bodies_or_years_are_groups_apart() -> None:
    iris = [
        f"http://localhost:8000/id/evaluation/{filed}" for filed in ("o/2022/p", "o/2022/q", "o/2023/p", "e/2022/p")
    ]
    keys = [replace(result(PLAIN, "p"), project=None, focus_node=iri).group for iri in iris]
    assert keys[0] == keys[1]
    assert len(set(keys)) == 3


def test_a_filing_without_a_body_keeps_its_groups_when_its_file_changes() -> None:
    keys = {
        replace(result(BY_FILING, "p"), project=f"http://localhost:8000/id/project/s-{sha}/2022/p").group
        for sha in ("0" * 16, "1" * 16)
    }
    assert len(keys) == 1


def test_projects_with_addresses_of_another_scheme_are_told_apart() -> None:
    found = [replace(result(BY_PROJECT, "p"), project=f"urn:example:{name}") for name in "pq"]
    assert len({each.group for each in found}) == 2
    filings = [reported(replace(found[0], fault=BY_FILING)), reported(replace(found[1], fault=BY_FILING))]
    assert len(groups.grouped(filings)) == 1
    assert len(groups.grouped([filings[0], replace(filings[1], filed=Filed("另一局", 2022))])) == 2


def test_a_group_names_each_sentence_with_its_places() -> None:
    found = [result(BY_FILING, "p", "甲。", 5), result(BY_FILING, "q", "甲。", 9), result(BY_FILING, "p", "乙。", 6)]
    (group,) = groups.grouped(map(reported, found))
    assert (group.projects, group.lines, len(group.findings)) == (("p", "q"), (5, 6, 9), 3)
    said = [(place.message.zh, place.first.project_name, place.lines) for place in group.places]
    assert said == [("甲。", "p", (5,)), ("甲。", "q", (9,)), ("乙。", "p", (6,))]
    assert [message.zh for message in group.messages] == ["甲。", "乙。"]


def test_sentences_that_differ_in_the_words_quoted_alone_are_told_as_one() -> None:
    fault = replace(BY_PROJECT, message=Bilingual("不清楚。", "Not clear."))
    found = [
        replace(
            result(fault, "p", line=line),
            message=Bilingual(f"不清楚。读到的是“{word}”。", f"Not clear. It reads “{word}”."),
        )
        for line, word in ((5, "甲"), (6, "乙"))
    ]
    (group,) = groups.grouped(map(reported, found))
    assert [(place.message, place.lines) for place in group.places] == [(fault.message, (5, 6))]
    assert len(group.messages) == 2
    (alone,) = groups.grouped([reported(found[0])])
    assert [place.message for place in alone.places] == [found[0].message]
    (unplaced,) = groups.grouped([reported(found[0]), replace(reported(found[1]), lines=())])
    assert [place.message for place in unplaced.places] == [each.message for each in found]


def named(name: str) -> Fault:
    return catalogue.fault(catalogue.SHAPES + name)


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (("BodiesOfTwoPlaces", "NameVaries"), ("地方不同。", "写法不同。")),  # which kinds.toml names
        (
            ("TotalDiffersFromFunds", "NarrativeAmountDiffers"),
            ("45,000 元，合计 50,000 元。", "所称 50,000 元，表中 45,000 元。"),
        ),
        (("ListDiffersFromCount", "FigureDiffers"), ("说有 54 个，列出 45 个。", "目标 45 个，指标 54 个。")),
        (("FigureDiffers", "TwoNumbersInTarget"), ("方案 6 期，指标 4 期，每期 800 册。", "“4 期，每期 800 册”。")),
        (("AmountImpossible", "TotalDiffersFromFunds"), ("是 0 元。", "总额 0 元，合计 50,000 元。")),
        (
            ("AmountInAnotherUnit", "AnnualRequestExceedsTotal"),
            ("一个 4 元，一个 40,000 元。", "申请 40,000 元，总额 4 元，多出 39,996 元。"),
        ),
        (("TotalDiffersFromFunds", "OtherFundsUnexplained"), ("合计 50,020 元，50,000 元。", "其他资金 50,020 元。")),
        (("FigureDiffers", "FigureDiffers"), ("目标 45 个，指标 54 个。", "方案 45 个，指标 54 个。")),
    ],
)
def test_what_one_mistake_sets_off_stands_below_it(names: tuple[str, str], said: tuple[str, str]) -> None:
    cause, effect = map(named, names)
    found = [reported(result(cause, "p", said[0], 5)), reported(result(effect, "p", said[1], 5))]
    apart = [reported(result(effect, "q", said[1] + "另。", 5)), reported(result(effect, "p", said[1] + "又。", 6))]
    plainest_last = sorted(found, key=lambda each: -each.fault.telling)
    folded = groups.folded(groups.grouped([*plainest_last, *apart]))
    below = [[under.findings[0] for under in each.effects] for each in folded.all if each.findings[0] == found[0]]
    assert below == [[found[1]]]
    assert {each.findings[0] for each in folded.all} == {found[0], *apart}
    assert [each.findings[0] for each in folded.effects] == [found[1]]
    assert folded.count.total == len([found[0], *apart]), "the headline leaves out what follows from something else"
    accepted = replace(found[0], accepted="已核实")
    assert not any(each.effects for each in groups.folded(groups.grouped([accepted, found[1]])).all)


def test_what_could_not_be_read_never_stands_below_a_mistake_of_the_filing() -> None:
    doubt, wrong, missing = map(named, ("PrintedNotTakenIn", "TotalDiffersFromFunds", "TargetMissing"))
    said = "45,000 元，合计 50,000 元。"
    found = groups.folded(
        groups.grouped([reported(result(wrong, "p", said, 5)), reported(result(doubt, "p", said, 5))])
    )
    assert ([each.fault for each in found.own], [each.fault for each in found.notes]) == ([wrong], [doubt])
    assert not found.effects
    breaks_off = named("FormBreaksOff")
    found = groups.folded(
        groups.grouped([reported(result(each, "p", said, 5)) for each in (breaks_off, missing, doubt)])
    )
    assert not found.own
    assert {each.fault for each in found.effects} == {missing, doubt}


@pytest.mark.parametrize(
    "said",
    [
        ("45,000 元，合计 50,000 元。", "45,000 元，所称 60,000 元。"),  # 45,000 cannot be both 50,000 and 60,000
        ("列出 3 个。", "每年 3 次。"),
        ("合计 1,800 元。", "共 18 元。"),
        ("空白。", "也空白。"),
    ],
)
def test_two_mistakes_on_one_line_stand_apart(said: tuple[str, str]) -> None:
    found = [
        reported(result(named(name), "p", sentence, 5))
        for name, sentence in zip(("TotalDiffersFromFunds", "NarrativeAmountDiffers"), said, strict=True)
    ]
    assert not groups.folded(groups.grouped(found)).effects


def test_findings_with_one_difference_or_one_quotation_are_one_mistake() -> None:
    one, other = (
        reported(result(named(name), "p", "不符。", 5)) for name in ("CostItemsDiffer", "NarrativeAmountDiffers")
    )
    alike: list[Mapping[str, object]] = [{"difference": Decimal(400)}, {"quote": "共3个镇"}]
    for each in alike:
        both = [replace(finding, **each) for finding in (one, other)]  # type: ignore[arg-type]
        assert len(groups.folded(groups.grouped(both)).effects) == 1
    shorter = [replace(one, quote="共3个镇"), replace(other, quote="下设共3个镇及街道")]
    assert len(groups.folded(groups.grouped(shorter)).effects) == 1
    paragraph = "字" * 99
    assert not groups.folded(groups.grouped([replace(one, quote=paragraph), replace(other, quote=paragraph)])).effects


def test_a_part_that_the_sentence_names_is_not_named_beside_it() -> None:
    found = [reported(result(PLAIN, "p", sentence)) for sentence in ("“指标”：2 × 3 元 = 6 元。", "相差 1 元。")]
    places = [place for group in groups.grouped(found) for place in group.places]
    assert [list(place.parts.values()) for place in places] == [[], ["指标"]]


def test_a_place_shows_each_line_once() -> None:
    found = [reported(result(PLAIN, "p", line=line)) for line in (5, 6)]
    near = (Shown(4, "", "前", False), *found[0].excerpt)
    (group,) = groups.grouped([replace(found[0], excerpt=near), found[1]])
    (place,) = group.places
    assert [(line.number, line.at_fault) for line in place.excerpt] == [(4, False), (5, True), (6, True)]
    assert [line.number for line in place.brief(2)] == [5, 6]
    assert (set(place.parts.values()), place.lines) == ({"指标"}, (5, 6))


def test_accepted_findings_of_a_group_stand_and_count_apart() -> None:
    found = [reported(result(PLAIN, "p", line=line)) for line in (1, 2, 3)]
    found[2] = replace(found[2], accepted="查过")
    still_open, accepted = groups.grouped(found)
    assert (still_open.decisions, accepted.decisions) == ((), ("查过",))
    assert still_open.key == accepted.key
    counts = count([still_open, accepted])
    level = PLAIN.level
    assert (dict(counts.open), counts.accepted, counts.total) == ({level: 2}, 1, 3)
    assert (dict(counts.groups), counts.accepted_groups, counts.total_groups) == ({level: 1}, 1, 2)
    twice = count([still_open, accepted] * 2)
    assert (twice.total, twice.total_groups) == (6, 4)


def test_groups_come_most_severe_first_and_rules_by_size() -> None:
    info, warning = (
        replace(SOME, iri=f"{catalogue.SHAPES}{n}", severity=s)
        for n, s in (("A", terms.SH_Info), ("B", terms.SH_Warning))
    )
    large = replace(info, iri=f"{catalogue.SHAPES}C")
    found = [
        result(info, "p", line=1),
        result(large, "p", line=2),
        result(large, "p", line=3),
        result(warning, "p", line=4),
    ]
    made = groups.grouped(map(reported, found))
    assert [group.lines for group in made] == [(4,), (1,), (2, 3)]
    assert [fault.name for fault in groups.by_rule(made)] == ["B", "C", "A"]


def test_findings_on_money_come_by_the_size_of_the_difference() -> None:
    money = next(fault for fault in catalogue.faults() if fault.kind == "money")
    apart = (Decimal(1_000), Decimal(30_000), None)
    found = [replace(result(money, "p", f"{by}。", 1), difference=by) for by in apart]
    assert [each.first.difference for each in groups.grouped(found)] == [apart[1], apart[0], apart[2]]


def test_money_comes_first_by_yuan_and_then_kinds_by_how_plainly_the_mistake_is_told() -> None:
    names = ("OverallGoalBlank", "TwoNumbersInTarget", "FigureDiffers", "DirectionReversed", "DeadlineOutside")
    others = [result(named(name), "p", f"{name}。", line) for line, name in enumerate(names, 1)]
    sums = [
        replace(result(named("TotalDiffersFromFunds"), "p", f"{by}。", 9), difference=by) for by in map(Decimal, (1, 9))
    ]
    assert [each.first for each in groups.grouped([*others, *sums])] == [sums[1], sums[0], *reversed(others)]


def test_a_mistake_comes_by_the_money_of_what_follows_from_it() -> None:
    plain, sums = named("AmountImpossible"), named("TotalDiffersFromFunds")
    found = [
        replace(result(sums, "q", "1,000 元，900 元。", 3), difference=Decimal(100)),
        result(plain, "p", "是 0 元。", 5),
        replace(result(sums, "p", "0 元，500 元。", 5), difference=Decimal(500)),
    ]
    assert [each.first for each in groups.folded(groups.grouped(found)).all] == [found[1], found[0]]


def test_a_habit_of_the_form_comes_last_and_explains_no_mistake_that_stands_alone() -> None:
    signs, lacking = named("TargetMalformed"), named("PercentSignMissing")
    found = [replace(result(signs, "p", "“》=90”", line), quote="》=90") for line in range(1, 6)]
    apart = replace(result(lacking, "p", "“》=90”", 1), quote="》=90")
    *_, last = every = groups.folded(groups.grouped([*found, apart])).all
    assert [each.first for each in every] == [apart, found[0]]
    assert (last.is_habit, every[0].is_habit) == (True, False)
    assert not any(each.is_habit for each in groups.folded(groups.grouped([*found[:2], apart])).all)


def test_the_difference_is_what_the_query_binds_or_lies_between_the_last_two_amounts() -> None:
    def bound(**amounts: int) -> Mapping[str, Literal]:
        return {name: Literal(value) for name, value in amounts.items()}

    rules = {fault.name: fault for fault in catalogue.faults()}
    bindings = bound(claim=500, amount=30_000, difference=7)
    assert locating.difference(rules["NarrativeAmountDiffers"], bindings) == Decimal(7)
    assert locating.difference(rules["StatedMoneyUnlikeFunds"], bound(stated=900, amount=100)) == Decimal(800)
    assert locating.difference(rules["NarrativeAmountDiffers"], bound(claim=500)) is None
    assert locating.difference(rules["ListDiffersFromCount"], bound(stated=3, listed=2)) is None


def test_a_variable_of_the_query_folds_both_sides_of_a_pair() -> None:
    """The plans of two projects with one text fold; another text in the same filing is another fact."""
    plans = {"a": "按照年度计划分步组织实施。", "b": "按照年度计划分步组织实施。"}
    plans |= {"c": "由办公室统一安排逐项落实。", "d": "由办公室统一安排逐项落实。"}
    turtle = f"@prefix jx: <{terms.JX}> . @prefix rdfs: <{terms.RDFS}> ."
    for name, text in plans.items():
        project = f"{FILING.format('project')}/{name}"
        turtle += f"""
            <{project}> a jx:Project ; rdfs:label "{name}"@zh ; jx:hasSection <{project}#s1> ;
                jx:partOfFiling <{FILING.format("filing")}> .
            <{project}#s1> a jx:NarrativeSection ; rdfs:label "项目实施方案"@zh ; jx:text "{text}"@zh ."""
    triples = Graph().parse(data=turtle, format="turtle").serialize(format="nt", encoding="utf-8")
    found = Validation(enriched(triples)).report(lambda fault: fault.name == "IndicatorsOfAnother").results
    assert len(found) == 4
    assert len({each.group for each in found}) == 2


def test_every_variable_that_a_rule_folds_by_is_selected_by_its_query() -> None:
    for fault in catalogue.faults():
        if fault.folds_by and fault.folds_by.startswith("?"):
            texts = [
                path.read_text(encoding="utf-8")
                for path in catalogue.turtle_files(fault.scope)
                if path.stem == fault.subject
            ]
            rule = texts[0].partition(f"\njxs:{fault.name} a ")[2].partition("\njxs:")[0]
            selected = rule.partition("SELECT")[2].partition("WHERE")[0]
            assert f"{fault.folds_by} " in f"{selected} ", fault.name


def test_rules_that_compare_numbers_do_not_fold_by_filing_unless_they_only_round() -> None:
    """An amount that differs is a fact of its own; rules fold without it where one cause has many places."""
    folded = {fault.name for fault in catalogue.faults() if fault.folds_by in ("filing", "project")}
    arithmetic = {
        fault.name for fault in catalogue.faults() if fault.level == "Warning" and fault.subject == "arithmetic"
    }
    assert not folded & arithmetic


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ((), []),
        ((7,), [(7, 7)]),
        ((7, 8), [(7, 7), (8, 8)]),
        ((1, 2, 3, 7, 9, 10, 11, 12), [(1, 3), (7, 7), (9, 12)]),
    ],
)
def test_three_lines_in_a_row_are_a_range(lines: tuple[int, ...], found: list[tuple[int, int]]) -> None:
    assert groups.runs(lines) == found


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
    replace(found("TargetRequiresNothing", "乙", "看过。", 34), accepted="原件如此"),
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
    long = found("TotalDiffersFromFunds", "乙", f"“{'长' * 60}”相差 1 元。", 1, apart=1)
    (brief,) = briefs.of(folded(grouped([long])))
    assert brief.said.zh == f"“{'长' * 20}…”相差 1 元"


def test_a_line_has_the_difference_that_a_sentence_leaves_to_the_reader() -> None:
    bare = found("StatedMoneyUnlikeFunds", "乙", "即 500,000 元，项目资金是 50,000 元。", 1, apart=450_000)
    (brief,) = briefs.of(folded(grouped([bare])))
    assert brief.said == Bilingual("即 500,000 元，项目资金是 50,000 元，相差 450,000 元", "Said: 450,000 yuan apart")


def test_a_rule_with_one_sentence_for_all_names_the_indicator() -> None:
    fault = catalogue.fault(catalogue.SHAPES + "PercentSignMissing")
    said = Bilingual(f"{fault.message.zh}读到的是“≥10次”。", f"{fault.message.en} It reads “≥10次”.")
    reversed_ = replace(found("PercentSignMissing", "甲", "", 3), message=said, part="投诉次数")
    (brief,) = briefs.of(folded(grouped([reversed_])))
    assert brief.said == Bilingual(
        f"“投诉次数”：{fault.label.zh}：读到的是“≥10次”", f"“投诉次数”: {fault.label.en}: It reads “≥10次”"
    )
