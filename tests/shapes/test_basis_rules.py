"""The rules on legal bases, blanks and gaps, case by case: the wordings that filings print."""

import pytest

from tests.shapes.asked import found as _found


def _citing(title: str, year: int, more: str = "") -> str:
    return (
        f"<p> a jx:Project ; jx:year {year} ; jx:hasCitation <c> {more} .\n"
        f'<c> a jx:Citation ; jx:citedBasis <b> ; jx:printedTitle "{title}"@zh .'
    )


LAST = [
    ("2023 年东区政务公开工作要点", 2024, "2023"),
    ("东区关于印发《2023年度档案工作计划》的通知", 2024, "2023"),
    ("东区2021年重点工作安排", 2022, "2021"),
    ("东区档案局2021年度任务书", 2022, "2021"),
    ("东区2029年档案工作要点", 2030, "2029"),
]
OTHERS = [
    ("2023年东区政务公开工作要点", 2023),
    ("东区档案局2021年至2022年工作计划", 2022),
    ("东区2021年三年行动计划", 2022),
    ("2021年度档案工作总结评估方案", 2022),
    ("东区档案管理办法（2021年修订）", 2022),
]
ENDED = [
    ("2010-2020年干部教育培训改革纲要", 2022, "2020"),
    ("2010-2020年干部教育培训改革纲要", 2020, None),
    ("东区水务发展规划（2016—2020年）", 2021, "2020"),
    ("东区水务发展规划（2016—2020年）", 2020, None),
    ("东区绿化行动方案(2018年–2020年)", 2022, "2020"),
    ("东区绿化行动方案（2018 年 ~ 2020 年）", 2022, "2020"),
    ("东区绿化行动计划（2018～2020年）", 2022, "2020"),
    ("东区绿化行动计划（2018至2020年）", 2022, "2020"),
    ("东区绿化行动计划（2018－2022）", 2022, None),
    ("东区人才规划纲要（2010--2020）", 2024, "2020"),
    ("东区城市总体规划（2017-2035年）", 2024, None),
    ("东区合作交流“十四五”（2020-2025）专项规划", 2024, None),
    ("东区合作交流“十四五”（2020-2025）专项规划", 2026, "2025"),
    ("东区档案事业“十五五”规划", 2030, None),
    ("东区档案事业“十五五”规划", 2031, "2030"),
    ("东区档案事业“十四五”规划", 2025, None),
    ("东区档案事业十四五规划", 2026, "2025"),
    ("东区档案事业“十三五”规划", 2022, "2020"),
    ("东区档案事业“十三五”规划", 2020, None),
    ("东区国民经济和社会发展第十三个五年规划纲要", 2021, "2020"),
    ("东区国民经济和社会发展第十四个五年规划和二〇三五年远景目标纲要", 2024, None),
    ("东区国民经济和社会发展第十四个五年规划和2035年远景目标纲要", 2026, None),
    ("东区档案事业“十二五”规划", 2016, "2015"),
    ("东区档案事业“十一五”规划", 2011, "2010"),
    ("东区档案事业“十五”计划", 2006, "2005"),
    ("东区档案事业“九五”计划", 2001, "2000"),
    ("关于开展第八个五年法治宣传教育的规划（“八五”普法规划）", 2024, None),
    ("东区“七五”普法规划", 2022, None),
    ("2023 年东区政务公开工作要点", 2025, "2023"),
    ("2023年东区政务公开工作要点", 2023, None),
    ("东区关于印发《2023年度档案工作计划》的通知", 2025, "2023"),
    ("东区2021年重点工作安排", 2023, "2021"),
    ("东区档案局2021年度任务书", 2023, "2021"),
    *((title, year, None) for title, year, _ in LAST),
    ("关于编制2024年预算的通知", 2025, None),
    ("东区档案管理办法（2018年修订）", 2022, None),
    ("东区公务用车改革方案（2015年版）", 2022, None),
    ("关于开展“十三五”规划实施情况总结评估的通知", 2021, None),
    ("东区2021年三年行动计划", 2022, None),
    ("到2025年东区绿化工作方案", 2026, None),
    ("东区档案管理办法", 2022, None),
    ("全国教育事业发展第十五条意见", 2022, None),
    ("东区2022—2019年工作规划", 2022, None),
]


def _ended(turtle: str) -> list[str]:
    return [row["why"].partition("到")[2].partition("年为止")[0] for row in _found("PlanExpired", turtle)]


@pytest.mark.parametrize(("title", "year", "ended"), ENDED)
def test_a_plan_ends_with_the_period_of_its_title(title: str, year: int, ended: str | None) -> None:
    assert _ended(_citing(title, year)) == ([ended] if ended else [])


@pytest.mark.parametrize(("title", "year", "ended"), [*LAST, *((title, year, None) for title, year in OTHERS)])
def test_the_yearly_plan_of_the_year_before_is_told_apart(title: str, year: int, ended: str | None) -> None:
    newer = title.replace(str(year - 1), str(year))
    cited = _citing(title, year, ", <c2>") + f'<c2> a jx:Citation ; jx:citedBasis <b2> ; jx:printedTitle "{newer}"@zh .'
    assert _ended(cited) == ([ended] if ended else [])
    assert _ended(_citing(title, year)) == []


@pytest.mark.parametrize(
    ("rule", "title", "begun"),
    [("PlanExpired", "东区2021年重点工作安排", 2021), ("PlanExpired", "东区绿化行动计划（2018-2020年）", 2019)],
)
def test_a_project_that_began_within_a_plan_may_cite_it(rule: str, title: str, begun: int) -> None:
    assert _found(rule, _citing(title, 2022, f'; jx:startDate "{begun}-03-01"^^xsd:date')) == []


NUMBERED = [
    "东区关于进一步加强档案工作的意见",
    "东区档案管理规定（试行）",
    "贯彻〈东区档案条例〉的实施办法",
    "东区《档案法》办法",
]
KNOWN_BY_TITLE = [
    "中华人民共和国档案法",
    "东区档案条例",
    "东区政治协商会议章程修正案",
    "中国共产党廉洁自律准则",
    "中国共产党纪律检查机关监督执纪工作规则",
    "中国共产党发展党员工作细则",
    "东区人民代表大会常务委员会关于档案工作的决定",
]


@pytest.mark.parametrize(("title", "found"), [(t, True) for t in NUMBERED] + [(t, False) for t in KNOWN_BY_TITLE])
def test_what_offices_number_wants_its_number(title: str, found: bool) -> None:
    assert bool(_found("BasisWithoutNumber", _citing(title, 2022))) is found


def test_a_number_once_said_holds_for_the_project() -> None:
    fuller = '<c2> a jx:Citation ; jx:printedTitle "东区档案 办法"@zh ; jx:printedNumber "东档发〔2020〕6号" .'
    assert _found("BasisWithoutNumber", _citing("东区档案办法", 2022, ", <c2>") + fuller) == []


BRACKETS = [
    ("根据《东区档案办法，开展工作。", "《东区档案办法，开展工作"),
    ("《甲办法、《乙办法》", "《甲办法、"),
    ("《关于印发《甲办法》的通知》和《乙规定》", None),
    ("甲规定》", "甲规定》"),
    ("东区关于档案工作的通知》（东办〔2018〕5号）", "东区关于档案工作的通知》"),
    ("《甲办法》、乙办法》", "、乙办法》"),
    ("一\\n二\\n乙办法》", "乙办法》"),
    ("满意度》=90%；1》扫描", None),
    ("打造“先锋品牌为主。", "“先锋品牌为主"),
    ("打造先锋”品牌", "打造先锋”"),
    ("打造“先锋”“领航”品牌", None),
    ("县级以上人民政府“全面加强", None),  # broken off
    ("《甲\\n办法》", None),
    ("《甲办法（试行》", "（试行》"),
    ("1）《甲办法》（试行);（2）乙", None),
    ("东档发（2020 6号", None),
    ("《甲办法》修订）第四条", "》修订）"),
    ("1）甲；2）乙；一)丙；（三）丁（含戊（己））", None),
    ("东档发2020）6号", None),
]


@pytest.mark.parametrize(("text", "quote"), BRACKETS)
def test_brackets_without_a_partner(text: str, quote: str | None) -> None:
    section = (
        "<p> a jx:Project ; jx:hasSection <s> . "
        f'<s> a jx:NarrativeSection ; rdfs:label "立项依据"@zh ; jx:text "{text}"@zh .'
    )
    found = [row["quote"] for row in _found("WrittenTwice", section)]
    if quote is None:
        assert found == []
    else:
        (printed,) = found
        assert printed in text
        assert quote in printed


@pytest.mark.parametrize("text", ["根据有关会议精神", "区人大常委会工作要点等"])
def test_a_basis_without_any_document(text: str) -> None:
    section = '<p> a jx:Project ; jx:hasSection <s> {more} . <s> rdfs:label "立项依据"@zh ; jx:text "{text}"@zh .'
    plain = section.replace("{text}", text)
    assert len(_found("NoLegalBasis", plain.replace("{more}", ""))) == 1
    cited = plain.replace("{more}", "; jx:hasCitation <c>") + '<c> jx:inSection "{place}"@zh .'
    for place in ("立项依据", "项目立项依据", "项目审批", "下达文件", "年度总目标"):
        assert _found("NoLegalBasis", cited.replace("{place}", place)) == []
    assert len(_found("NoLegalBasis", cited.replace("{place}", "项目概述"))) == 1
    malformed = plain.replace("{more}", "; jx:hasStatedBasis <t>") + '<t> jx:malformedNumber "东档发2020）6号" .'
    assert _found("NoLegalBasis", malformed) == []
    assert _found("NoLegalBasis", section.replace("{more}", "").replace("{text}", "详见填报表1")) == []


UNMARKED = [
    ("区人大常委会2022年度实施方案、区人大办内控制度等。", "区人大常委会2022年度实施方案"),
    ("根据东区档案局 2022 年度工作计划设立。", "东区档案局 2022 年度工作计划"),
    ("经研究设立；按照东区档案局2022年实施方案执行", "东区档案局2022年实施方案"),
    ("依据东市财政局培训费管理办法开支。", "东市财政局培训费管理办法"),
    ("根据市、区两级关于会议费的相关规定。", None),
    ("按东市档案局有关培训的安排及本局学习计划开支。", None),
    ("按照2022年工作计划安排。", None),
    ("按照单位内部财务管理规定执行。", None),
    ("经科委协同理财审核通过。", None),
]


@pytest.mark.parametrize(("text", "title"), UNMARKED)
def test_a_document_without_marks_is_told_by_one_of_two_rules(text: str, title: str | None) -> None:
    basis = (
        '<p> a jx:Project ; jx:hasSection <s> ; jx:hasStatedBasis <t> . <s> rdfs:label "立项依据"@zh ; '
        f'jx:text "{text}"@zh . <t> a jx:StatedBasis ; jx:text "{text}"@zh .'
    )
    assert [row["quote"] for row in _found("BasisWithoutNumber", basis)] == ([title] if title else [])
    assert len(_found("NoLegalBasis", basis)) == (0 if title else 1)


def _two(first: tuple[str, str], second: tuple[str, str]) -> str:
    """Two citations, each a title and a number of 〔〕 form; one basis for each number."""
    lines = []
    for place, (title, number) in enumerate((first, second)):
        code, _, rest = number.partition("〔")
        year, _, serial = rest.partition("〕")
        lines.append(
            f'<c{place}> a jx:Citation ; jx:citedBasis <{number}> ; jx:printedTitle "{title}"@zh ; '
            f'jx:printedNumber "{number}" . <{number}> jx:documentNumber "{number}" ; dcterms:title "{title}"@zh ; '
            f'jx:issuerCode "{code}" ; jx:numberYear {year} ; jx:serialNumber "{serial.rstrip("号")}" .'
        )
    return "\n".join(lines)


ONE = "东档发〔2020〕6号"
TITLES = [
    ("东区档案管理办法", "东区公务用车规定", "NumberUnderTwoTitles"),
    ("东区档案管理办法", "东区档案管理考核办法", "NumberUnderTwoTitles"),
    ("东区档案管理办法", "《东区档案管理办法》", None),
    ("东区档案管理办法(试行)", "东区档案管理办法 （试行）", None),
    ("东区档案管理办法", "东区档案管理办法（试行）", None),
    ("东区“ABC”建设方案", '东区\\"abc\\"建设方案', None),
    ("东区政务—公开方案", "东区政务-公开方案", None),
    ("东区办公室关于印发《东区档案管理办法》的通知", "东区档案管理办法", None),
    ("东区办公室印发〈东区档案管理办法〉的通知", "东区档案管理办法", None),
    ("东区档案管理办法", "档案管理办法", None),
]


@pytest.mark.parametrize(("one", "other", "fault"), TITLES)
def test_titles_of_one_number(one: str, other: str, fault: str | None) -> None:
    cited = _two((one, ONE), (other, ONE))
    assert [row["this"] for row in _found("NumberUnderTwoTitles", cited)] == (["c0", "c1"] if fault else [])


def test_an_order_stands_on_two_bases_and_still_has_one_number() -> None:
    order = '<c{0}> jx:citedBasis <b{0}> ; jx:printedTitle "东市{0}规定"@zh ; jx:printedNumber "东市令第 35 号" . '
    order += "<c{0}> jx:sourceLine 5 . <p{0}> jx:hasCitation <c{0}> ; prov:wasDerivedFrom <s> . "
    order += '<s> jx:fileName "a.txt" . '
    basis = '<b{0}> jx:documentNumber "东市令第35号" ; dcterms:title "东市{0}规定"@zh . '
    found = _found("NumberUnderTwoTitles", "".join((order + basis).format(name) for name in ("甲", "乙", "丙")))
    assert [(row["title"], row["other"], row["titles"]) for row in found] == [
        ("东市丙规定", "东市乙规定", "3"),
        ("东市乙规定", "东市丙规定", "3"),
        ("东市甲规定", "东市丙规定", "3"),
    ]


NUMBERS = [
    ("东档发〔2020〕6号", "东档发〔2020〕9号", "TitleUnderTwoNumbers"),
    ("东档发〔2010〕6号", "东档发〔2020〕6号", "TitleUnderTwoNumbers"),
    ("东档〔2020〕6号", "东档发〔2020〕6号", "TitleUnderTwoNumbers"),
    ("东档发〔2019〕6号", "东档发〔2020〕9号", None),
    ("市档发〔2020〕6号", "东档发〔2020〕9号", None),
    ("东档发〔2020〕6号", "东档发〔2020〕6号", None),
]


@pytest.mark.parametrize(("one", "other", "fault"), NUMBERS)
def test_numbers_of_one_title(one: str, other: str, fault: str | None) -> None:
    cited = _two(("东区档案管理办法", one), ("东区档案管理办法", other))
    assert [row["this"] for row in _found("TitleUnderTwoNumbers", cited)] == (["c0", "c1"] if fault else [])


def test_minutes_and_money_share_titles_rightly() -> None:
    for title in ("东区政府专题会议纪要", "关于下达东区水利资金的通知"):
        assert _found("TitleUnderTwoNumbers", _two((title, "东府〔2020〕6号"), (title, "东府〔2020〕9号"))) == []


@pytest.mark.parametrize(
    ("printed", "gaps"), [("1 2 3", []), ("1 2 4", [("2", "4")]), ("8 10 11 14", [("8", "10"), ("11", "14")])]
)
def test_numbers_that_skip(printed: str, gaps: list[tuple[str, str]]) -> None:
    numbers = printed.split()
    filing = "".join(f"<p{n}> jx:partOfFiling <f> ; jx:printedOrdinal {n} .\n" for n in numbers)
    items = "".join(f"<p> jx:hasCostItem <k{n}> . <k{n}> jx:itemGroup 1 ; jx:printedOrdinal {n} .\n" for n in numbers)
    sections = "".join(f"<p> jx:hasSection <s{n}> . <s{n}> jx:printedOrdinal {n} .\n" for n in numbers)
    for fault, turtle in (
        ("OrdinalsSkip", filing),
        ("OrdinalsSkip", items),
        ("OrdinalsSkip", sections),
    ):
        assert sorted((row["before"], row["number"]) for row in _found(fault, turtle)) == sorted(gaps)


def test_groups_of_cost_items_are_numbered_apart() -> None:
    items = "<p> jx:hasCostItem <k1>, <k2> . <k1> jx:itemGroup 1 ; jx:printedOrdinal 1 . "
    assert _found("OrdinalsSkip", items + "<k2> jx:itemGroup 2 ; jx:printedOrdinal 3 .") == []
