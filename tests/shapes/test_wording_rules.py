"""The rules on wording, names and parts in prose, case by case: wordings that filings print, and false alarms."""

import pytest

from tests.shapes.asked import found


def section(text: str, heading: str = "实施方案") -> str:
    return (
        '<p> a jx:Project ; rdfs:label "剧场维护"@zh ; jx:year 2022 ; jx:hasSection <s> .\n'
        f'<s> a jx:NarrativeSection ; rdfs:label "{heading}"@zh ; jx:text "{text}"@zh .'
    )


@pytest.mark.parametrize(
    ("text", "stated", "listed"),
    [
        ("由甲、乙、丙 4 个部分组成", "4", "3"),
        ("项目包括甲、乙、丙两个子项目", "2", "3"),
        ("主要包括场馆运营费、水电费和设备维修费 5 部分", "5", "3"),
        ("由甲（含子、丑）、乙以及丙 5 个部分组成，按季推进；由丁、戊 2 个部分组成", "5", "3"),
        ("由甲、乙 2 个部分组成；另由丁、戊、己 2 个部分组成", "2", "3"),
        ("项目分 4 个部分：甲、乙、丙", "4", "3"),
    ],
)
def test_parts_are_counted(text: str, stated: str, listed: str) -> None:
    assert {(row["stated"], row["listed"]) for row in found("ComponentCountDiffers", section(text))} == {
        (stated, listed)
    }


@pytest.mark.parametrize(
    "text",
    [
        "图书馆开支主要包括物业费、电费、电梯检修和空调保养4部分。",
        "由运行和维护、水电费 2 个部分组成",
        "由甲、乙等 5 个部分组成",
        "由甲、乙 2 个部分组成",
        "第一部分预算为20万元，第二部分12万元",
        "包括两部分内容，第一部分是甲、乙、丙，第二部分是丁",
        "包括甲、乙、丙，其余部分另行安排",
    ],
)
def test_parts_that_may_be_counted_so(text: str) -> None:
    assert not found("ComponentCountDiffers", section(text))


@pytest.mark.parametrize(
    ("text", "full"),
    [
        ("学习贯彻习近平新时代中国特色社会主义、党的二十大精神", "习近平新时代中国特色社会主义思想"),
        ("以习近平新时代中国特色社会主义为指导", "习近平新时代中国特色社会主义思想"),
        ("以新时代中国特色社会主义思想为指导", "习近平新时代中国特色社会主义思想"),
        ("“三个代表”思想", "“三个代表”重要思想"),
        ("筑牢中华民族共同体意识", "铸牢中华民族共同体意识"),
    ],
)
def test_fixed_names(text: str, full: str) -> None:
    (row,) = found("FixedNameIncomplete", section(text))
    assert row["full"] == full


@pytest.mark.parametrize(
    "text",
    [
        "以习近平新时代中国特色社会主义思想为指导",
        "习近平新时代中国特色社会主义经济思想",
        "“三个代表”重要思想、科学发展观",
        "新时代中国特色社会主义事业",
    ],
)
def test_names_in_full(text: str) -> None:
    assert not found("FixedNameIncomplete", section(text))


@pytest.mark.parametrize(
    "text", ["设备待定。", "由XX公司承办", "××镇", "金额待核实", "时间为X年XX月", "（此处填写内容）"]
)
def test_placeholders(text: str) -> None:
    assert found("RemainsLeft", section(text))


@pytest.mark.parametrize(("target", "wrong"), [("≥**个", True), ("*", True), ("≥10个*", False), ("优", False)])
def test_stars_in_place_of_a_number(target: str, wrong: bool) -> None:
    assert bool(found("RemainsLeft", f'<#i1> a jx:Indicator ; jx:targetText "{target}"@zh .')) == wrong


@pytest.mark.parametrize("text", ["等待定期检查", "对待定点单位", "3×4场", "EXXON设备", "优待定额", "2000×5元"])
def test_no_placeholders(text: str) -> None:
    assert not found("RemainsLeft", section(text))


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("助力“十四五”开局起步", True),
        ("十四五规划收官之年", True),
        ("“十三五”收官之年", True),
        ("落实“十四五”规划", False),
        ("做好“十五五”规划编制", False),
    ],
)
def test_phases_of_plans_in_2022(text: str, wrong: bool) -> None:
    assert bool(found("PlanPhaseMisdated", section(text))) == wrong


@pytest.mark.parametrize("text", ["由有关部门组织实施。", "按照分工负责落实。", "相关单位"])
def test_implementers_that_are_nobody(text: str) -> None:
    assert found("ImplementerNotNamed", section(text, "实施主体"))


@pytest.mark.parametrize(
    "text",
    [
        "区人大常委会各委、室。",
        "我办接待科",
        "馆内各部",
        "详见申报表",
        "社会体育指导中心",
        "某某公司",
        "各镇人民政府",
        "****",
    ],
)
def test_implementers(text: str) -> None:
    assert not found("ImplementerNotNamed", section(text, "实施主体"))


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("本委拟于2022年1月至12月实施业务培训项目，主要内容为培训", "业务培训"),
        ("本委拟于2022年1月至12月实施剧场维护项目，主要内容为维护", None),
        ("本委拟于2022年实施剧场设备维护项目，主要内容为维护", "剧场设备维护"),
        ("全区实施乡村振兴项目，成效明显", None),
    ],
)
def test_the_name_in_an_overview(text: str, named: str | None) -> None:
    assert [row["quote"] for row in found("ProjectNameDiffers", section(text, "项目概述"))] == (
        [named] if named else []
    )


def goal(text: str) -> str:
    return (
        "<p> a jx:Project ; jx:hasGoal <g> ; jx:hasIndicator <i> .\n"
        f'<g> a jx:Goal, jx:AnnualGoal ; jx:text "{text}"@zh .\n'
        '<i> a jx:Indicator ; rdfs:label "培训"@zh ; jx:targetText "12次"@zh ; jx:targetValue 12 ; jx:targetUnit "次" ;'
        " jx:indicatorType <https://w3id.org/jixiao/vocab/indicator-type/output-quantity> ."
    )


@pytest.mark.parametrize(
    "text",
    [
        "完成2021年档案的数字化工作",
        "着眼“十四五”开局，做强“1号先锋”品牌",
        "按闵委发〔2017〕38号文执行",
        "1.提高水平。2.改善服务。",
    ],
)
def test_goals_without_a_figure(text: str) -> None:
    assert found("GoalWithoutFigure", goal(text))


@pytest.mark.parametrize(
    "text", ["培训12次", "开展三场活动", "实现全覆盖", "满意度百分之九十", "事故为零", "服务近300位用户"]
)
def test_goals_with_a_figure(text: str) -> None:
    assert not found("GoalWithoutFigure", goal(text))


def bodies(*names: str) -> str:
    """Return projects of one filing, each with a department."""
    return "\n".join(
        f"<p{n}> a jx:Project ; jx:partOfFiling <f> ; jx:competentDepartment <{name}> .\n"
        f'<{name}> a jx:Department ; rdfs:label "{name}"@zh .'
        for n, name in enumerate(names)
    )


def test_a_body_unlike_all_others() -> None:
    (row,) = found("BodyUnlikeOthers", bodies("甲", "甲", "乙", "甲"))
    assert (row["quote"], row["usual"], row["others"]) == ("乙", "甲", "3")


@pytest.mark.parametrize("names", ["甲甲乙", "甲乙丙丁", "甲甲甲乙乙", "甲甲甲甲", "甲甲甲乙丙"])
def test_bodies_without_a_rule(names: str) -> None:
    assert not found("BodyUnlikeOthers", bodies(*names))


@pytest.mark.parametrize(
    ("form", "heading", "wrong"),
    [
        ("古籍修复〔善本〕", "古籍修复（善本）", False),
        ("社区文艺培训", "2024年社区文艺培训项目经费", False),
        ("“四好农村路”工作经费", "四好农村路", False),
        ("稳增长专办", "稳增长专班", True),
        ("社区文艺培训", "社区体育培训", True),
    ],
)
def test_the_name_in_a_heading(form: str, heading: str, wrong: bool) -> None:
    turtle = f'<p> a jx:Project ; rdfs:label "{form}"@zh ; skos:altLabel "{heading}"@zh .'
    assert bool(found("ProjectNameDiffers", turtle)) == wrong
