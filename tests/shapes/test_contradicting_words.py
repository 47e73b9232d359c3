"""Terms, sessions, shares, periods and products that contradict another place of their project, and look-alikes."""

import pyoxigraph as ox
import pytest

from jixiao.shapes.findings import groups
from jixiao.shapes.findings.finding import Finding
from jixiao.shapes.validate import Validation
from tests.shapes.asked import HEADER, found
from tests.shapes.test_contradicting_figures import measured, project

YEAR = '<p> jx:goalPeriod "（2024 年-2024 年）"@zh .'


@pytest.mark.parametrize(
    ("text", "further", "count"),
    [
        ("苗木养护期2年", "养护期限为18个月", 1),
        ("签订一年服务合同", "委托第三方，服务期限3年", 1),
        ("监测周期：两年", "监测期3年，按季报告", 1),
        ("采购三年的运维服务期", "运维期限24个月", 1),
        ("委托专业公司，托管期限1年，托管周期6个月", "分批", 1),
        ("质保期2年，服务期3年", "质保期3年，服务期36个月", 0),
        ("首期2年，二期3年", "第一期3年", 0),
        ("2023年服务合同", "服务期3年", 0),
        ("贷款期限3年", "贷款期限为1年", 0),
        ("养护期2年", "服务期3年", 0),
    ],
)
def test_one_term_in_two_places(text: str, further: str, count: int) -> None:
    assert len(found("DatesContradict", project(text, further))) == count


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("委托公司运维，运维期限3年", 1),
        ("签订两年的服务合同", 1),
        ("租赁周期：18个月", 1),
        ("项目实施期限为24个月", 1),
        ("设备租用期限5年，由中心负责", 1),
        ("运维期限1年", 0),
        ("服务期限3年，本年为第二年", 0),
        ("服务期限3年，每年60万元", 0),
        ("服务期限3年，2023年已签订合同", 0),
        ("质保期限3年", 0),
    ],
)
def test_a_term_beyond_the_dates_goals_and_money(text: str, count: int) -> None:
    assert len(found("DatesContradict", project(text) + YEAR)) == count
    assert not found("DatesContradict", project(text))


@pytest.mark.parametrize(
    ("text", "further", "count"),
    [
        ("根据2021年3月5日县第一届人民代表大会第二次会议决定", "2021年3月5日县第二届人民代表大会第二次会议决定", 1),
        ("县政协六届三次会议通过的《委员守则》", "县政协五届三次会议通过的《委员守则》", 1),
        ("2019年1月区第五届委员会第七次全体会议", "2019年1月，区第五届委员会第八次全体会议", 1),
        ("市九届人大四次会议审议通过《养犬条例》", "市九届人大五次会议审议通过《养犬条例》", 1),
        ("按照2020年10月省第十届委员会第九次全会要求", "2020年10月，省十一届委员会第九次全会指出", 1),
        ("根据2021年3月5日县第一届人民代表大会第二次会议决定", "2021年3月5日县一届人民代表大会二次会议决定", 0),
        ("筹备召开县政协六届一次会议", "落实县政协五届七次会议部署", 0),
        ("2021年3月县第一届人民代表大会第二次会议", "2022年3月县第一届人民代表大会第三次会议", 0),
        ("县政协六届三次会议通过的《委员守则》", "县政协五届三次会议通过的《学习制度》", 0),
        ("学习党的十九届五中全会精神", "学习党的十九届六中全会精神", 0),
    ],
)
def test_one_session_in_two_places(text: str, further: str, count: int) -> None:
    turtle = "<p> jx:partOfFiling <f> . " + project(text, further)
    assert min(1, len(found("DatesContradict", turtle))) == count


@pytest.mark.parametrize(
    ("goal", "name", "target", "value", "count"),
    [
        ("第一年按投资额20%返本，第二年25%", "返本比例", "首年返本25%", "", 1),
        ("第一年按投资额20%反本，分红按余额", "返本分红比例", "第一年按总投资额返本25%，分红8%", "", 1),
        ("首期付款为合同价的30%，余款验收后付清", "付款进度", "第一期付款40%", "", 1),
        ("第二批苗木成活率达到90%", "成活率", "第二批≥85%", "", 1),
        ("第一季度巡检覆盖60%的站点", "覆盖面", "第一季度覆盖50%", "", 1),
        ("按购置价的50%给予补贴", "农机补贴比例", "≤60%", measured(60, "%"), 1),
        ("第3阶段完成全部工程的80%", "进度", "第3阶段完成90%", "", 1),
        ("由合作社分红，股金的8%用于分红", "年分红比例", "5%", measured(5, "%"), 1),
        ("第一年按投资额20%返本，分红8%", "返本比例", "第一年返本20%，分红8%", "", 0),
        ("第二年返还25%", "返还比例", "第一年返还20%", "", 0),
        ("补贴面提高5%", "农机补贴比例", "≤60%", measured(60, "%"), 0),
        ("给予30%的补贴，脱贫户给予50%的补贴", "农机补贴比例", "30%", measured(30, "%"), 0),
        ("第一年完成30%，支付60%", "付款进度", "第一年支付60%", "", 0),
    ],
)
def test_shares_of_goal_and_indicator(goal: str, name: str, target: str, value: str, count: int) -> None:
    assert len(found("GoalPercentageDiffers", project(goal=goal, name=name, target=target, value=value))) == count


GROUPS = (
    '<p> jx:hasFigure <x> . <x> a jx:StatedFigure ; jx:statedIn <g> ; rdfs:label "{measure}"@zh ;\n'
    '    jx:targetText "80%"@zh ; jx:targetValue 80 ; jx:targetUnit "%" .'
)


@pytest.mark.parametrize(
    ("measure", "name", "count"),
    [
        ("满意度", "学员满意度", 1),
        ("群众满意度", "村民满意度", 1),
        ("委员满意度", "政协委员满意度", 1),
        ("委员满意度", "参会人员满意度", 0),
        ("教师满意度", "学生满意度", 0),
    ],
)
def test_the_satisfaction_of_two_groups(measure: str, name: str, count: int) -> None:
    turtle = project(name=name, target="90%", value=measured(90, "%")) + GROUPS.format(measure=measure)
    assert len(found("GoalPercentageDiffers", turtle)) == count


@pytest.mark.parametrize(
    ("goal", "target", "dates", "count"),
    [
        ("服务周期2023.07-2024.01", "优良", "2023-07-01 2024-10-31", 1),
        ("采购服务，服务期为2023年7月至2024年3月", "优良", "2023-07-01 2024-01-31", 1),
        ("管好", "起止2024.03-2024.12", "2024-01-01 2024-12-31", 1),
        ("合同期2023/7-2024/6，月月巡查", "优良", "2023-07-01 2024-12-31", 1),
        ("项目期：2023-07-01至2024-02-28", "优良", "2023-07-01 2024-01-31", 1),
        ("服务周期2023.07-2024.01", "优良", "2023-07-01 2024-01-31", 0),
        ("工期2024年3月至2024年12月", "优良", "2024-01-01 2024-12-31", 0),
        ("服务期限2023年7月至2024年12月", "优良", "2024-01-01 2024-12-31", 0),  # a contract of two budgets
        ("上一期自2022年1月至2022年12月", "优良", "2024-01-01 2024-12-31", 0),
        ("周期性巡查，热线2024-2010", "优良", "2024-01-01 2024-12-31", 0),
    ],
)
def test_the_months_of_the_term(goal: str, target: str, dates: str, count: int) -> None:
    turtle = project(goal=goal, target=target)
    first, last = dates.split()
    turtle = turtle.replace("2024-01-01", first).replace("2024-12-31", last)
    assert len(found("DatesContradict", turtle)) == count


@pytest.mark.parametrize(
    ("target", "term", "count"),
    [
        ("2026年12月底完成", 'jx:projectTerm "2024-2025"@zh', 1),
        ("2026年6月底前", 'jx:projectTerm "2024年-2025年"@zh', 1),
        ("2027年底前建成", 'jx:goalPeriod "（2024年—2026年）"@zh', 1),
        ("于2026年3月前完成验收", 'jx:projectTerm "2023-2025"@zh', 1),
        ("2022年12月底完成", 'jx:projectTerm "2023年至2025年"@zh', 1),
        ("2025年12月底完成", 'jx:projectTerm "2024-2025"@zh', 0),
        ("2026年12月底完成", 'jx:projectTerm "3年"@zh', 0),
        ("2026年12月底完成", 'jx:goalPeriod "（ 年- 年）"@zh', 0),
        ("比2026年底高", 'jx:projectTerm "2024-2025"@zh', 0),
        ("2023年12月底完成", 'jx:projectTerm "2023-2025"@zh', 0),
    ],
)
def test_deadlines_and_the_years_of_the_term(target: str, term: str, count: int) -> None:
    turtle = f'<p> a jx:Project ; jx:year 2024 ; {term} ; jx:hasIndicator <i> . <i> jx:targetText "{target}"@zh .'
    assert len(found("DeadlineOutside", turtle)) == count


@pytest.mark.parametrize(
    ("text", "funds", "than"),
    [
        ("为1760名学生每人补助10元", 16700, "大于"),
        ("按10元/人的标准补助1760人", 16700, "大于"),
        ("每户慰问500元，慰问120户", 50000, "大于"),
        ("村医120人，按标准300元/人", 30000, "大于"),
        ("为1670名学生每人补助10元", 17600, "小于"),
        ("为1760名学生每人补助10元", 17600, ""),
        ("为1760名学生每人每月补助10元", 17600, ""),
        ("全镇1760人，人均增收1000元", 17600, ""),
        ("为1670名学生每人补助10元，购置器材930元", 17600, ""),
        ("1760名学生个人缴费每人100元", 17600, ""),
        ("120户每亩补助300元", 17600, ""),
    ],
)
def test_so_many_times_so_much_and_the_funds(text: str, funds: int, than: str) -> None:
    turtle = project(text).replace("600000", str(funds))
    assert [each["than"][:2] for each in found("PriceTimesQuantityUnlikeFunds", turtle)] == ([than] if than else [])


@pytest.mark.parametrize(("times", "amount", "count"), [(50, 40000, 1), (50, 2200000, 0), (2, 88000, 0), (2, 80000, 1)])
def test_a_calculation_that_repeats_the_quantity(times: int, amount: int, count: int) -> None:
    turtle = (
        '<k> a jx:CostItem ; rdfs:label "审核"@zh ; jx:itemQuantity 55 ; jx:itemUnitPrice 800 ;\n'
        f"    jx:itemTimes {times} ; jx:itemAmount {amount} ."
    )
    assert len(found("QuantityTimesPriceDiffers", turtle)) == count


@pytest.mark.parametrize(("quantity", "amount", "near"), [(47, 38000, True), (47, 37000, False), (47, 33600, False)])
def test_a_rounded_product_is_said_to_look_so(quantity: int, amount: int, near: bool) -> None:
    turtle = (
        f'<k> a jx:CostItem ; rdfs:label "审核"@zh ; jx:itemQuantity {quantity} ; jx:itemUnitPrice 800 ;\n'
        f"    jx:itemAmount {amount} ."
    )
    assert ["取整" in each["apart"] for each in found("QuantityTimesPriceDiffers", turtle)] == [near]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("根据某财农〔2091〕12号下达", 1),
        ("依据《管护办法》（某府发〔1019〕5号）", 1),
        ("执行某水规[0224]第3号文", 1),
        ("按某教函（2208）17 号", 1),
        ("某财建【3023】8号安排资金", 1),
        ("根据某财农〔2019〕12号下达", 0),
        ("位于中心路（1019）5号楼", 0),
        ("根据某府发〔1986〕12号", 0),
        ("热线〔2091〕，共12号线", 0),
        ("编号〔20911〕12号", 0),
    ],
)
def test_years_of_no_document(text: str, count: int) -> None:
    assert len(found("MalformedNumber", project(text))) == count


CITED = (
    '<p> jx:hasCitation <c> . <c> jx:printedTitle "{}"@zh ; jx:printedNumber "某财农〔{}〕5号" ; jx:citedBasis <b> .\n'
    "<b> jx:numberYear {} ."
)


@pytest.mark.parametrize(
    ("title", "year", "count"),
    [
        ("关于提前下达2023年资金的通知", 2002, 1),
        ("关于下达2023年资金的通知", 2032, 1),
        ("关于提前下达2023年资金的通知", 2022, 0),
        ("关于下达2019年资金清算的通知", 2023, 0),
        ("2025年前建成绿道的通知", 2022, 0),
    ],
)
def test_years_of_title_and_number(title: str, year: int, count: int) -> None:
    assert len(found("NumberYearUnlikeDate", project() + CITED.format(title, year, year))) == count


def results_of(turtle: str, *rules: str) -> tuple[Finding, ...]:
    triples = ox.serialize(ox.parse(turtle, format=ox.RdfFormat.TURTLE), format=ox.RdfFormat.N_TRIPLES)
    assert triples
    return Validation(triples).report(lambda fault: fault.name in rules).results


def indicators(*rows: tuple[str, str]) -> str:
    return "".join(
        f'<p> a jx:Project ; jx:hasIndicator <i{n}> . <i{n}> a jx:Indicator ; rdfs:label "{name}"@zh ;'
        f' jx:targetText "{target}"@zh ; jx:targetValue {target.strip("≥>=%")} '
        + ('; jx:targetUnit "%" .\n' if "%" in target else ".\n")
        for n, (name, target) in enumerate(rows)
    )


@pytest.mark.parametrize(
    ("name", "target", "beside", "count"),
    [
        ("村民满意度(≥**%)", "≥90", ("成活率(≥**%)", "≥95%"), 0),
        ("合格率（%）", ">=98", ("满意度（%）", ">=90%"), 0),
        ("出勤率(百分比)", "95", ("满意度(百分比)", "90%"), 0),
        ("知晓度(≥80%)", "≥80", ("覆盖率(≥90%)", "≥90%"), 0),
        ("满意度", "≥90", ("成活率(≥**%)", "≥95%"), 1),
        ("村民满意度(≥**%)", "≥90", ("成活率(≥**%)", "≥95"), 0),
        ("合格率（%）", ">=98", ("满意度", ">=90%"), 0),
        ("株数(≥**株)", "≥90", ("成活率(≥**%)", "≥95%"), 0),
        ("村民满意度(≥**%)", "≥90%", ("成活率(≥**%)", "≥95%"), 0),
        ("入学率(%)", "1", ("成活率(%)", "≥95%"), 0),
    ],
)
def test_a_percent_sign_in_the_name(name: str, target: str, beside: tuple[str, str], count: int) -> None:
    """The sign is the unit of the target, if other targets repeat it or not."""
    turtle = HEADER + indicators((name, target), beside)
    assert len(results_of(turtle, "PercentSignMissing")) == count


def test_the_blank_years_of_a_blank_goal_stand_below_it() -> None:
    blank = '<p> a jx:Project ; jx:goalPeriod "（ 年- 年）"@zh ; jx:leftBlank jx:OverallGoal ; jx:sourceLine 5 .'
    folded = groups.folded(groups.grouped(results_of(HEADER + blank, "OverallGoalBlank", "GoalPeriodBlank")))
    (cause,) = (each for each in folded.grave if each.fault.name == "OverallGoalBlank")
    assert [each.fault.name for each in cause.effects] == ["GoalPeriodBlank"]
    assert "GoalPeriodBlank" not in {each.fault.name for each in folded.grave}


@pytest.mark.parametrize(
    ("name", "value", "unit", "more", "count"),
    [
        ("项目总成本", 25, "万元", "", 1),
        ("控制在预算成本内", 25, "万", "", 1),
        ("预算总额", 520000, "元", "", 1),
        ("项目总费用", 50, "万元", "<p> jx:otherFunds 10000 .", 1),
        ("总经费", 45.5, "万元", "", 0),  # no whole by its name
        ("项目总成本", 60, "万元", "", 0),
        ("项目总成本", 59.5, "万元", "", 0),  # rounded
        ("项目总成本", 25, "万元", "<p> jx:otherFunds 250000 .", 0),
        ("项目总成本", 25, "万元", '<p> jx:hasIndicator <x> . <x> jx:targetUnit "万元" .', 0),
        ("人均总成本", 25, "万元", "", 0),
    ],
)
def test_the_whole_cost_and_the_funds(name: str, value: float, unit: str, more: str, count: int) -> None:
    cost = "; a jx:Indicator ; jx:indicatorType <https://w3id.org/jixiao/vocab/indicator-type/output-cost>"
    turtle = project(name=name, target=f"≤{value}{unit}", value=measured(value, unit) + cost) + more
    assert len(found("CostUnlikeFunds", turtle)) == count


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("2024年1月中旬开始,2023年10月结束", 1),
        ("2024年9月启动，于2024年3月底前完成", 1),
        ("自2024年6月起，至2023年12月止", 1),
        ("2023年10月开始，2024年3月结束", 0),
        ("9月开始征订，3月完成配送", 0),
        ("2024年9月启动招标。2024年3月完成设计", 0),
    ],
)
def test_an_end_before_the_beginning(text: str, count: int) -> None:
    findings = found("DatesContradict", project(text))
    assert len(findings) == count
    assert all(each["quote"] and each["quote"] in text for each in findings)


@pytest.mark.parametrize(("value", "count"), [(4, 1), (3, 0)])
def test_a_name_with_a_hint_of_its_target(value: int, count: int) -> None:
    figure = (
        '<p> jx:hasFigure <x> . <x> a jx:StatedFigure ; jx:statedIn <g> ; rdfs:label "旅游景点"@zh ;\n'
        '    jx:targetText "3个"@zh ; jx:targetValue 3 ; jx:targetUnit "个" .'
    )
    turtle = project(name="旅游景点开发数量(≥**个)", target=f"≥{value}个", value=measured(value, "个"))
    assert len(found("GoalCountDiffers", turtle + figure)) == count


@pytest.mark.parametrize(
    ("text", "further", "count"),
    [
        ("合同款均分三年支付", "费用均分两年进行支付", 1),
        ("补助分2期拨付", "资金分三期拨付", 1),
        ("借款分5年偿还", "分四年偿还", 1),
        ("费用分四次付清", "费用分3次支付", 1),
        ("合同款分两批付款，验收后分三批付款", "分批", 1),
        ("合同款分2年支付", "费用分两年付款", 0),
        ("合同款分三年支付", "费用分两期支付", 0),
        ("补助分三批拨付", "尾款分两次支付", 0),
        ("分3个标段招标", "分2年支付", 0),
        ("分三年支付", "分三年进行支付", 0),
    ],
)
def test_the_number_of_payments(text: str, further: str, count: int) -> None:
    assert len(found("DatesContradict", project(text, further))) == count


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("2023年度预算安排22,614.5万元", 1),
        ("2025年财政预算资金共申请60万元", 1),
        ("2022年度经费预算为60万元，按月支付", 1),
        ("2024年度预算安排60万元", 0),
        ("2023年度预算安排50万元，2024年安排60万元", 0),
        ("参照2023年度预算安排", 0),
        ("依据2023年的决议，申请60万元", 0),
    ],
)
def test_the_budget_of_another_year(text: str, count: int) -> None:
    assert len(found("DatesContradict", project(text).replace("项目概况", "年度预算安排"))) == count


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("包括援建项目援助工作和援建干部工作三个子项目", 1),
        ("项目主要指阵地建设和群团工作这三大部分", 1),
        ("项目由河道清淤及堤防加固 4 个部分组成", 1),
        ("包括援建项目援助工作和援建干部工作两个子项目", 0),
        ("由县水利局和乡镇政府共同实施的三个子项目", 0),
        ("包括以下和谐建设工程三个部分", 0),
        ("主要指和平桥改造三个部分", 0),
    ],
)
def test_two_joined_parts_are_two_at_most(text: str, count: int) -> None:
    assert len(found("ComponentCountDiffers", project(text))) == count


@pytest.mark.parametrize(
    ("title", "count"),
    [
        ("青岚区水利“十三五”（2020-2025）规划", 1),
        ("青岚区绿道“十四五”（2016-2020年）建设规划", 1),
        ("青岚区绿道“十四五”（2021-2025年）建设规划", 0),
        ("青岚区绿道“十四五”三年行动计划（2021-2023年）", 0),
        ("青岚区“十四五”规划和2022-2035年远景目标", 0),
    ],
)
def test_the_years_of_another_plan(title: str, count: int) -> None:
    turtle = f'<p> jx:hasCitation <c> . <c> jx:printedTitle "{title}"@zh .'
    assert len(found("TitleYearsWrong", turtle)) == count


@pytest.mark.parametrize(("unit", "count"), [("人", 1), ("次", 1), ("分", 0), ("名", 0), ("%", 0)])
def test_a_degree_as_a_count(unit: str, count: int) -> None:
    turtle = (
        f'{HEADER}<p> a jx:Project ; jx:hasIndicator <i> . <i> a jx:Indicator ; rdfs:label "村民满意度"@zh ;\n'
        f'    jx:targetText "≥90{unit}"@zh ; jx:targetValue 90 ; jx:targetUnit "{unit}" .'
    )
    assert len(results_of(turtle, "RateWithCount")) == count


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("2022年12月完成2021至2022年度考核，于2023年初支付。2023年12月完成2022至2023年度考核，于2021年初支付。", 1),
        ("2024年6月通过竣工验收，2024年3月付清工程款", 1),
        ("设备2024年底验收，2023年结清余款", 1),
        ("2024年11月完成审计，2024年8月拨付", 1),
        ("5月进场，同年3月投入使用", 1),
        ("2024年验收，2024年支付", 0),
        ("2024年10月验收，2024年5月支付预付款", 0),
        ("2024年12月验收，2025年初支付", 0),
        ("2024年底验收，2024年11月支付", 0),
        ("9月招标，次年6月竣工", 0),
        ("每年度末审计，11月考核，3月支付", 0),
    ],
)
def test_steps_of_work_in_their_order(text: str, count: int) -> None:
    findings = found("DatesContradict", project(text))
    assert len(findings) == count
    assert all(each["quote"] and each["quote"] in text for each in findings)


SENTENCES = {
    # A range of days, and the number of days.
    "DatesContradict": {
        "大会定于2022年3月11日至13日召开，会期四天": 1,
        "展会6月28日-7月2日举办，为期7天": 1,
        "培训班历时5天（9月1日—9月3日）": 1,
        "会期3天，拟于10月20日至25日举行": 1,
        "3月1日～3月10日为宣传周，活动持续15天": 1,
        "大会于3月11日至13日召开，会期三天": 0,
        "6月28日-7月2日举办，为期5天": 0,
        "7月1日至8月31日期间举办夏令营，为期10天": 0,
        "3月1日至10日报名，培训为期2天": 0,
        "3月1日至3日、5月1日至3日举办两期，共6天": 0,
        "3月1日至10日完成5个工作日的检查，每次持续20天": 0,
        # A step before the one that it follows, the second of three such sentences.
        "2022年12月考核，2023年初支付。2023年12月考核，2021年初支付。2024年12月考核，2025年初支付": 1,
        "费用于2022年支付。2022年6月考核，7月支付。2023年6月考核，2021年支付。2024年6月考核，7月支付": 1,
        "2024年12月完成2023-2024年度考核，并于2024年初支付上一年度费用。2025年底验收，2026年付清": 1,
        "2022年12月考核，2023年初付款。2024年12月完成2023-2024年度考核，并于2024年初支付上一年度费用": 1,
        "2023年11月组织终期评估，合格后2023年3月拨付尾款": 1,
        "监理单位2024年10月到货验收（货款于2024年5月兑付）": 1,
        "2023年12月完成2022-2023年度考核，并于2024年初支付。2024年12月完成2023-2024年度考核，2025年初支付": 0,
        "2023-2024年度的考核合格后，于2024年初支付": 0,
        "2021-2024年为建设期，2024年3月验收，2024年6月支付": 0,
        "2024年6月完成2024-2025年度招标，2025年5月验收": 0,
        "2024年10月验收，质保金于次年2月支付": 0,
    },
    # So much in each month, at so much each, and the sum of the year.
    "ProductInTextDiffers": {
        "每月购买餐券400张（每张20元），预估全年72000元": 1,
        "每季度培训200人，人均50元，全年共3万元": 1,
        "志愿者30名，每人每月补助100元，一年合计30000元": 1,
        "按12元/份每月印制简报1,500份，全年需20万元": 1,
        "每半年体检260人，单价450元，全年约26万元": 1,
        "每月购买餐券400张（每张20元），预估全年96000元": 0,
        "志愿者30名，每人每月补助100元，全年36000元": 0,
        "每月购买餐券400张（每张20元），全年按10个月，共80000元": 0,
        "每月巡查20次，每次200元；全年另购器材9000元": 0,
        "每季度培训200人，人均50元，全年约4万元": 0,
        "每月发放400元，每张卡20元": 0,
        "每月慰问20户，每户500元，全年预算15万元，其余用于宣传30000元": 0,
    },
    # Growth to less, and a decrease to more.
    "RangeReversed": {
        "增雨可覆盖面积由现有的10000平方公里扩展到接近全市的8522平方公里面积": 1,
        "用水户从1,200户增加至980户": 1,
        "办理时限由5个工作日压缩到8个工作日": 1,
        "合格率由2022年的95%，逐步提高到2023年的92%": 1,
        "网点从六个减少为九个": 1,
        "覆盖面积由8522平方公里扩展到10000平方公里": 0,
        "排名由第10位提升到第8位": 0,
        "频次由每月2次增加到每周1次": 0,
        "由5个村扩大到3个乡镇": 0,
        "成本从每亩1200元下降到980元": 0,
        "客流由80人增加到1.5万人": 0,
        "办理效率由5天提升到2天": 0,
    },
    # The shares of several bearers.
    "SharesNotWhole": {
        "中央、省、市县财政按 60%、20%、30%共同分担": 1,
        "中央承担60%、省承担20%、市县承担30%": 1,
        "由省财政补助50%，市财政配套20%，县区自筹20%": 1,
        "资金由市级45％、区级45％和镇级20％分摊": 1,
        "县财政负担70%，企业出资40%": 1,
        "中央承担60%、省承担20%、市县承担20%": 0,
        "省财政补助50%，市财政配套20%，其余由县区自筹": 0,
        "中央对西部承担80%、对中部承担60%，省承担其余": 0,
        "县级财政资金占60%，村级覆盖率达到50%": 0,
        "县财政支付30%，镇财政支付30%，余款由村集体支付": 0,
        "县财政承担65%，镇财政承担35%，超支部分由镇承担10%": 0,
        "小学、初中、高中参与率分别达到95%、90%、85%，由学校承担": 0,
    },
    # Phases, batches or sections, and their ordinals.
    "PointsDifferFromCount": {
        "全线分为四段实施，第一段为桃\n浦路，第二段为富平路,第三段为新村路，红线宽度为50米": 1,
        "工程分3期建设：一期土建，二期设备，三期绿化，四期验收": 1,
        "资金分三批下达，第一批30%，第二批50%": 1,
        "项目共5个标段，第1标段道路，第2标段桥梁，第3标段照明，第4标段绿化": 1,
        "分三个阶段推进。第一阶段（1—3月）摸底；第二阶段（4—9月）整治": 1,
        "全线分为三段实施，第一段为桃浦路，第二段为富平路，第三段为新村路": 0,
        "资金分三批下达，第一批30%，第二批50%，最后一批20%": 0,
        "资金分三期支付，第一期30%，第二期50%，余款验收后付清": 0,
        "分两个阶段，第一阶段摸底，第二阶段整治": 0,
        "全年分四批培训，第一批已于3月开班": 0,
        "项目设3个标段，本项目为第一标段，第二标段另行申报": 0,
        "共6期培训，第一期40人，第二期50人": 0,
        "分为三期，一期、二期已完工，三期在建。第四期培训班另行安排": 0,
    },
    # A number of things, and the things listed.
    "NamesDifferFromCount": {
        "开展消防宣传“五进”活动，即进校园、进企业、进家庭、进村居，让大家会逃生": 1,
        "落实八有标准：有场所、有牌子、有人员、有制度、有设备、有活动、有经费": 1,
        "建立目录、全文、多媒体等四个数据库，集中管理": 1,
        "开展四送（送政策、送技术、送岗位）": 1,
        "推进“三化”建设，即信息化、标准化、规范化、精细化": 1,
        "开展“五进”活动，即进学校、进社区、进农村、进机关、进企业": 0,
        "建立目录、全文、多媒体、电子文件等四个数据库": 0,
        "完成学习、培训、考核等4项工作": 0,
        "普法“六进”包括进学校、社区、农村、机关": 0,
        "建设数学、语文等四个学科基地": 0,
        "开展“三送”，送政策、送技术等": 0,
        "推进“四化”同步，标准化、规范化水平提高": 0,
    },
}  # fmt: skip


@pytest.mark.sampled(3)
@pytest.mark.parametrize(
    ("rule", "text", "count"), [(rule, *each) for rule, cases in SENTENCES.items() for each in cases.items()]
)
def test_a_sentence_and_its_figures(rule: str, text: str, count: int) -> None:
    findings = found(rule, project(text.replace("\n", "\\n")))
    assert min(1, len(findings)) == count, findings
    plain = "".join(text.split())
    assert all(each["quote"] and "".join(each["quote"].split()) in plain for each in findings)
