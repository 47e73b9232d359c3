"""The rules on words of another project or place, case by case: what they report, and false alarms."""

import pytest

from tests.shapes.asked import found

PAIR = (
    '<p> a jx:Project ; rdfs:label "{name}"@zh ; jx:partOfFiling <f> ; jx:hasGoal <g> , <h> .\n'
    '<q> a jx:Project ; rdfs:label "{other}"@zh ; jx:partOfFiling <f> ; jx:hasGoal <k> .\n'
    '<g> a jx:OverallGoal ; jx:text "{overall}"@zh . <h> a jx:AnnualGoal ; jx:text "{annual}"@zh .\n'
    '<k> a jx:AnnualGoal ; jx:text "{theirs}"@zh .'
)
AIM = "完成本年度的设备巡检任务"


def goals(overall: str, annual: str, theirs: str) -> str:
    return PAIR.format(name="剧场维护", other="志愿者培训经费", overall=overall, annual=annual, theirs=theirs)


@pytest.mark.parametrize(
    ("overall", "annual", "theirs", "count"),
    [
        ("完成本年度的培训任务", AIM, "完成本年度的培训任务。", 1),
        ("完成本年度的任务", "完成本年度的任务", "完成本年度的任务。", 0),  # every project may say so
        ("做好工作", AIM, "做好工作", 0),
    ],
)
def test_a_short_goal_of_another_project(overall: str, annual: str, theirs: str, count: int) -> None:
    assert len(found("GoalHoldsAnothersGoal", goals(overall, annual, theirs))) == count


@pytest.mark.parametrize(
    ("annual", "other", "count"),
    [
        ("完成志愿者培训的各项任务", "志愿者培训经费", 1),
        ("完成剧场维护，配合志愿者培训", "志愿者培训经费", 0),
        ("方便志愿者出入", "志愿者工作", 0),  # people, no work
    ],
)
def test_a_goal_that_names_another_project(annual: str, other: str, count: int) -> None:
    turtle = PAIR.format(name="剧场维护", other=other, overall=AIM, annual=annual, theirs="四批")
    turtle = turtle.replace("a jx:AnnualGoal", "a jx:Goal, jx:AnnualGoal")
    assert len(found("NamesAnother", turtle)) == count


@pytest.mark.parametrize(
    ("annual", "overall", "body", "count"),
    [
        ("维护区政协相关系统", "召开区人大相关会议", "某区人大常委会", 1),
        ("维护区人大相关系统", "召开区政协相关会议", "中国人民政治协商会议某区委员会", 1),
        ("邀请区政协委员观摩", "召开区人大相关会议", "某区人民代表大会常务委员会", 0),
        ("维护区人大和区政协相关系统", "召开区人大相关会议", "某区人大常委会", 0),
        ("维护区政协相关系统", "召开区人大相关会议", "某区机关事务管理局", 0),
    ],
)
def test_a_goal_that_names_another_organ(annual: str, overall: str, body: str, count: int) -> None:
    """Words that another text has of the filer itself were copied; another organ may well be a guest or a partner."""
    turtle = PAIR.format(name="剧场维护", other="志愿者培训经费", overall=AIM, annual=annual, theirs=overall)
    turtle = turtle.replace("a jx:AnnualGoal", "a jx:Goal, jx:AnnualGoal")
    assert len(found("NamesAnother", f'{turtle} <f> jx:filedBy <o> . <o> rdfs:label "{body}"@zh .')) == count


def bodies(department: str, unit: str) -> str:
    return (
        "<p> a jx:Project ; jx:competentDepartment <a> ; jx:implementingUnit <b> .\n"
        f'<a> rdfs:label "{department}"@zh . <b> rdfs:label "{unit}"@zh .'
    )


@pytest.mark.parametrize(
    ("department", "unit", "count"),
    [
        ("临江市青岚区残疾人联合会", "临江市银桥区残疾人联合会", 1),
        ("固原市原州区自然资源局", "原州区林场", 0),
        ("上海市银桥区教育局", "化工区学校", 0),
        ("滁州市财政局", "天长市农业局", 0),
        ("滁州市天长市财政局", "天长市财政局", 0),
        ("淮北市文化局", "淮南市文化局", 1),
        ("嘉峪关市文化局", "嘉峪关城市博物馆", 0),
        ("阿坝藏族羌族自治州松潘县水务局", "甘孜藏族自治州泸定县水务局", 1),
        ("武汉市青山区教育局", "武汉市高新区第一小学", 0),
    ],
)
def test_bodies_of_two_places(department: str, unit: str, count: int) -> None:
    assert len(found("BodiesOfTwoPlaces", bodies(department, unit))) == count


@pytest.mark.parametrize(
    ("goal", "count"),
    [
        ("·闵行人大公众号更新及时", 1),
        ("保障闵行区人大网站运行", 1),
        ("完成松江人大系统、徐汇检察院系统的维护", 1),
        ("奉贤区人民政府网站安全", 1),
        ("维护青浦政协系统", 1),
        ("松江人大网站安全", 0),
        ("配合全国人大代表联络", 0),
        ("与闵行人大代表交流", 0),
        ("按照政协工作要求，推进检察院工作", 0),
        ("贯彻《闵行区人民政府工作规则》", 0),
    ],
)
def test_an_organ_of_another_county(goal: str, count: int) -> None:
    turtle = (
        "<p> a jx:Project ; jx:place <id/place/310117> ; jx:competentDepartment <a> ; jx:hasGoal <g> .\n"
        f'<a> rdfs:label "上海市松江区人大常委会"@zh . <g> a jx:AnnualGoal ; jx:text "{goal}"@zh .'
    )
    assert len(found("BodiesOfTwoPlaces", turtle)) == count


@pytest.mark.parametrize(
    ("goal", "unit", "count"),
    [
        ("完成市图书馆4间库房的改造", "临江市档案馆", 1),
        ("改造临江市博物馆库房", "临江市档案馆", 1),
        ("县文化馆库房消防达标", "临江市档案馆", 1),
        ("更换区美术馆空调", "临江市档案馆", 1),
        ("使市科技馆库房安全", "临江市档案馆", 1),
        ("完成市档案馆库房改造", "临江市档案馆", 0),
        ("与市图书馆共享档案", "临江市档案馆", 0),
        ("把原市图书馆改成库房", "临江市档案馆", 0),
        ("完成市图书馆改造", "临江市图书馆", 0),
        ("市档案馆和市图书馆库房改造", "临江市档案馆", 0),
    ],
)
def test_a_goal_about_an_institution_of_another_kind(goal: str, unit: str, count: int) -> None:
    turtle = (
        f'{bodies("临江市档案馆", unit)} <p> rdfs:label "档案馆库房改造"@zh ; jx:hasGoal <g> .\n'
        f'<g> a jx:AnnualGoal ; jx:text "{goal}"@zh .'
    )
    assert len(found("BodiesOfTwoPlaces", turtle)) == count
