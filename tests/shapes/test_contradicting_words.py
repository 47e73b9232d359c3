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
