"""The rules on figures and dates of one project that contradict each other, case by case, and false alarms."""

import pytest

from tests.shapes.asked import found

PROJECT = """
<p> a jx:Project ; rdfs:label "绿道管护"@zh ; jx:year 2024 ; jx:startDate "2024-01-01"^^xsd:date ;
    jx:endDate "2024-12-31"^^xsd:date ; jx:totalAmount 600000 ; jx:annualRequest 600000 ;
    jx:hasSection <s>, <r> ; jx:hasGoal <g> ; jx:hasIndicator <i> .
<s> a jx:NarrativeSection ; rdfs:label "项目概况"@zh ; jx:text "{text}"@zh .
<r> a jx:NarrativeSection ; rdfs:label "实施方案"@zh ; jx:text "{further}"@zh .
<g> a jx:AnnualGoal ; jx:text "{goal}"@zh .
<i> a jx:Indicator ; rdfs:label "{name}"@zh ; jx:targetText "{target}"@zh {value} .
"""
SOUND = {"text": "管护", "further": "分批", "goal": "管好", "name": "管护质量", "target": "良好", "value": ""}


def project(text: str = SOUND["text"], further: str = SOUND["further"], **changes: str) -> str:
    return PROJECT.format(**{**SOUND, "text": text, "further": further, **changes})


def measured(value: float, unit: str) -> str:
    return f'; jx:targetValue {value} ; jx:targetUnit "{unit}"'


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("总额847.5万元，均分三年支付，每年285.2万元", 1),
        ("合同价120万元，分4期拨付，每期31万元", 1),
        ("总投资90万元，分两批下达，每批54万元", 1),
        ("经费36万元，分十二个月支付，每月3.2万元", 1),
        ("每年支付20.4万元，租期5年，共计101万元", 1),
        ("总额847.5万元，均分三年支付，每年282.5万元", 0),
        ("总额100万元，分三年支付，每年33.33万元", 0),
        ("总额约100万元，分三年支付，每年33.5万元", 0),
        ("总额100万元，分3期支付，每期33.3万元", 0),
    ],
)
def test_equal_instalments(text: str, count: int) -> None:
    assert len(found("ProductInTextDiffers", project(text))) == count


@pytest.mark.parametrize(
    ("text", "target", "count"),
    [
        ("管护", "2023.07-2023.01", 1),
        ("管护", "2024年9月至2024年3月", 1),
        ("建设周期为2024年6月1日至2023年12月31日", "良好", 1),
        ("工期2024/10～2024/2", "良好", 1),
        ("执行2025年-2022年的规划", "良好", 1),
        ("管护", "2023.07-2024.01", 0),
        ("建设周期为2024年6月1日至2024年6月30日", "2024年3月-2024年12月", 0),
        ("按沪水〔2024〕12号和2023年的方案", "良好", 0),
        ("2024年-2024年，电话2024-2010", "良好", 0),
    ],
)
def test_ranges_that_end_before_they_begin(text: str, target: str, count: int) -> None:
    assert len(found("PeriodReversed", project(text, target=target))) == count


@pytest.mark.parametrize(
    ("name", "target", "value", "unit", "count"),
    [
        ("完成全市357万平方米的绿地养护", "375万平方米", 375, "万平方米", 1),
        ("修缮12座公厕并验收", "≥21座", 21, "座", 1),
        ("慰问230名困难职工的工作", "320名", 320, "名", 1),
        ("新建6公里管网并通水", "60公里", 60, "公里", 1),
        ("组织3场讲座及交流", "8场", 8, "场", 1),
        ("完成全市375万平方米的绿地养护", "375万平方米", 375, "万平方米", 0),
        ("新建10米宽道路的长度", "300米", 300, "米", 0),
        ("500人以上企业检查", "40人", 40, "人", 0),
        ("每3户配1个桶的户数", "600户", 600, "户", 0),
        ("新建6公里管网的水井数", "20口", 20, "口", 0),
    ],
)
def test_figures_within_names(name: str, target: str, value: float, unit: str, count: int) -> None:
    assert len(found("NameAndTargetDiffer", project(name=name, target=target, value=measured(value, unit)))) == count


@pytest.mark.parametrize(
    ("text", "further", "count"),
    [
        ("租赁周期为30个月，去年招标，服务期限3年", "分批", 1),
        ("合同期为两年", "运维期限为36个月", 1),
        ("服务期限：1年", "合同期限18个月", 1),
        ("建设周期10个月", "建设期限为1年", 1),
        ("履约期限24个月", "服务期：3年", 1),
        ("租赁周期为36个月，服务期限3年", "分批", 0),
        ("建设周期6个月，服务期限3年", "质保期2年", 0),
        ("服务期限3年", "合同期限1年，合同一年一签", 0),
        ("服务期限3年", "服务期至2年末", 0),
    ],
)
def test_lengths_of_one_term(text: str, further: str, count: int) -> None:
    assert len(found("DatesContradict", project(text, further))) == count


@pytest.mark.parametrize(
    ("text", "further", "count"),
    [
        ("书法骨干进修班一般在9月至11月举办", "书法骨干进修班在9-10月举办", 1),
        ("书法骨干进修班一般在9月至11月举办", "书法骨干进修班在10-11月举办", 1),
        ("书法骨干进修班一般在9月至11月举办", "书法骨干进修班在3-4月举办", 1),
        ("书法骨干进修班一般在9月至11月举办", "书法骨干进修班在9-11月举办", 0),
        ("书法骨干进修班一般在8月至12月举办", "书法骨干进修班在9-11月举办", 0),
        ("书法骨干进修班一般在9月至11月举办", "首批书法骨干进修班在9-10月举办", 0),
    ],
)
def test_the_months_of_one_activity(text: str, further: str, count: int) -> None:
    """Months within others are a term planned more closely, unless one end is the same."""
    assert min(1, len(found("DatesContradict", project(text, further)))) == count


@pytest.mark.parametrize(
    ("goal", "name", "value", "count"),
    [
        ("返本分三笔，第四年第五年各15%，第二年起分红", "返本分几年", 3, 1),
        ("还款从第一年到第6年", "还款年限", 5, 1),
        ("还款到第五年为止", "还款年限", 5, 0),
        ("第八年验收", "还款年限", 5, 0),
    ],
)
def test_a_year_beyond_the_number_of_years(goal: str, name: str, value: int, count: int) -> None:
    turtle = project(goal=goal, name=name, target=f"{value}年", value=measured(value, "年"))
    assert len(found("DatesContradict", turtle)) == count


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("全会于2025年1月在礼堂召开，会期四天", 1),
        ("2025年3月举办花展", 1),
        ("2022年适时开展培训，各一天", 1),
        ("2023年计划完成苗木采购", 1),
        ("2023年拟修缮栈道", 1),
        ("全会于2024年1月在礼堂召开", 0),
        ("2023年已计划完成的栈道", 0),
        ("按照2023年度计划生育的要求", 0),
        ("2024年拟修缮栈道，2023年10月召开了会议", 0),
        ("从2024年6月起至2025年1月召开三次会", 0),
    ],
)
def test_events_outside_the_planned_dates(text: str, count: int) -> None:
    assert len(found("DatesContradict", project(text))) == count


@pytest.mark.parametrize(
    ("heading", "text", "count"),
    [
        ("项目概况", "理事会于2023年1月在礼堂召开，会期两天。", 1),
        ("概述", "2023年9月举办合唱节，为期一周。", 1),
        ("实施方案", "拟于2023年5月开展普查。", 1),
        ("概述", "花展定于2023年 10 月 1 日开幕。", 1),
        ("执行计划", "2023年3月开展巡查；2023年6月完成整改", 1),
        ("项目概况", "理事会于2023年1月召开，选举了会长，会期两天。", 0),
        ("概述", "2023年9月举办的合唱节为期一周。", 0),
        ("实施方案", "自2023年3月开展巡查，情况良好", 0),
        ("执行计划", "2023年12月完成设计，2024年3月举办花展", 0),
        ("必要性", "2023年6月组织调查，为期一周", 0),
    ],
)
def test_events_planned_for_a_year_before_the_project(heading: str, text: str, count: int) -> None:
    assert len(found("DatesContradict", project(text).replace("项目概况", heading))) == count


@pytest.mark.parametrize(
    ("text", "other", "count"),
    [
        ("2.资金类型：所需资金来源均为学校自筹。", 0, 1),
        ("所需经费全部由本馆自筹", 0, 1),
        ("资金来源：全部为社会捐赠。", 0, 1),
        ("本项目资金全额使用单位自有资金", 0, 1),
        ("项目预算均由单位自行解决。", 0, 1),
        ("项目经费全部由区财政拨款保障。", 9000, 1),
        ("本项目资金来源：全额财政资金。", 9000, 1),
        ("所需资金均来自本级财政预算", 0, 0),
        ("其中教材费均由单位自筹", 0, 0),
        ("不足部分全部由单位自筹", 0, 0),
        ("本单位为全额财政拨款事业单位", 9000, 0),
        ("资金全部为财政拨款和单位自筹", 9000, 0),
        ("资金来源为财政拨款", 9000, 0),
    ],
)
def test_all_money_of_one_kind(text: str, other: int, count: int) -> None:
    funds = f"<p> jx:fiscalFunds 600000.0 ; jx:otherFunds {other}.0 ."
    assert len(found("NarrativeAmountDiffers", project(text) + funds)) == count


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("规模500-300人左右", 1),
        ("每户补助3000至2000元", 1),
        ("惠及居民900～80户", 1),
        ("活动在11-9月实施", 1),
        ("采购于10月至7月进行", 1),
        ("培训在9-11月实施", 0),
        ("防火期11月至3月", 0),  # a winter
        ("规模300-500人", 0),
        ("文号〔2023〕20-1人社", 0),
        ("2024-12个月", 0),
        ("热线021-5555户", 0),
    ],
)
def test_ranges_of_counts(text: str, count: int) -> None:
    assert len(found("RangeReversed", project(text))) == count


@pytest.mark.parametrize(
    ("text", "further", "count"),
    [
        ("全村76户174人，其中常住26户56人", "受益67户174人", 1),
        ("全村76户174人，受益76户147人", "分批", 1),
        ("全村310户、980人，受益130户、980人", "分批", 1),
        ("全村76户174人，其中常住26户56人", "受益76户174人", 0),
        ("监测10户15人", "脱贫8户15人", 0),  # so small that they may well be alike by chance
    ],
)
def test_households_and_persons_told_twice(text: str, further: str, count: int) -> None:
    assert len(found("CountsImpossible", project(text, further))) == count


@pytest.mark.parametrize(
    ("name", "target", "count"),
    [
        ("涉及乡镇街数量", "=22.5个", 1),
        ("接待人员数量", "≥2.50(人)", 1),
        ("参会委员人数", "=278.5人", 1),
        ("开展活动场次", "12.5场次以上", 1),
        ("新增受益户数", "≥30.5户", 1),
        ("接待人员数量", "≥2.00(人)", 0),
        ("服务人数", "≥1.5万人", 0),
        ("人均公园个数", "2.5个", 0),
        ("满意度提高", "2.5个百分点", 0),
        ("建设工期", "≤2.5个月", 0),
    ],
)
def test_fractions_of_whole_things(name: str, target: str, count: int) -> None:
    assert len(found("CountsImpossible", project(name=name, target=target))) == count


@pytest.mark.parametrize(
    ("text", "further", "count"),
    [
        ("职工文化艺术节拟于2024年5月举办，共三天。", "活动经费：职工文化艺术节于10月举行。", 1),
        ("绿化养护人员培训，由区站组织，计划在3月开展。", "绿化养护人员培训在6月至7月开展，预算3万元", 1),
        ("全民健身徒步大会在4月上旬举行；广场舞大赛在9月举行", "徒步经费5万元，全民健身徒步大会将于11月举办", 1),
        ("老年大学汇报演出于6月召开", "老年大学汇报演出于2024年12月召开", 1),
        ("课题由专委会自己完成，不外包给第三方", "委托第三方研究机构按合同完成", 1),
        ("设施不再委托养护", "承包给养护公司", 1),
        ("职工文化艺术节拟于2023年5月举办。", "职工文化艺术节于2024年10月举行。", 0),
        ("全民健身徒步大会在4月举行", "全民健身徒步大会启动仪式在3月举行", 0),
        ("全民健身徒步大会在4月举行", "全民健身徒步大会由体育局承办，广场舞大赛在9月举行", 0),
        ("去年职工文化艺术节在5月举办", "职工文化艺术节在10月举办", 0),
        ("课题由专委会自己完成，不外包给第三方", "委托第三方机构进行绩效评价", 0),
        ("课题由专委会自己完成", "不委托第三方机构", 0),
    ],
)
def test_months_and_ways_of_working_told_twice(text: str, further: str, count: int) -> None:
    assert len(found("TextsDisagree", project(text, further))) == count


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("核定编制数为11人。其中：行政编制7人，工勤编制1人，事业编制5人，在职9人", 1),
        ("共建30个站点，其中城区站点18个、镇区站点10个", 1),
        ("培训60人，其中甲班学员40人、乙班学员30人", 1),
        ("核定编制数为11人。其中：行政编制7人，工勤编制1人，事业编制3人，在职9人", 0),
        ("共建30个站点，其中城区站点18个", 0),
        ("全队60人，其中党员20人，女队员50人", 0),
    ],
)
def test_counts_and_their_parts(text: str, count: int) -> None:
    assert len(found("SharesNotWhole", project(text))) == count


@pytest.mark.parametrize(
    ("goal", "name", "target", "value", "unit", "count"),
    [
        ("建成保鲜库1座，3550平方米；消防水池1座，419平方米", "新建保鲜库面积", "3505平方米", 3505, "平方米", 1),
        ("建成保鲜库1座，3550平方米；消防水池1座，419平方米", "新建保鲜库面积", "3350平方米", 3350, "平方米", 1),
        ("建成保鲜库1座，约3550平方米", "新建保鲜库面积", "3350平方米", 3350, "平方米", 0),
        ("建成保鲜库1座，3550平方米", "新建保鲜库面积", "3400平方米", 3400, "平方米", 1),
        ("柳湾至石坡绿道建设2公里、东坡绿道3公里", "柳湾至石坡新修绿道", "20km", 20, "km", 1),
        ("年内发放补助2130人，另访视300人", "发放补助人数", "2310名", 2310, "名", 0),
        ("年内资助困难学生2130人，另访视300人", "困难学生资助", "2310名", 2310, "名", 1),
        ("建成保鲜库1座，3550平方米；消防水池1座，419平方米", "新建保鲜库面积", "3550平方米", 3550, "平方米", 0),
        ("建成保鲜库1座，先期3505平方米，共3550平方米", "新建保鲜库面积", "3550平方米", 3550, "平方米", 0),
        ("建成保鲜库1座，水池410平方米", "新建保鲜库面积", "3550平方米", 3550, "平方米", 0),
    ],
)
def test_figures_of_goals(goal: str, name: str, target: str, value: float, unit: str, count: int) -> None:  # noqa: PLR0917 - a row
    turtle = project(goal=goal, name=name, target=target, value=measured(value, unit))
    assert len(found("GoalCountDiffers", turtle)) == count


ITEM = '<p> jx:hasCostItem <k> . <k> a jx:CostItem ; rdfs:label "援建干部工作经费"@zh ; jx:itemUnitPrice 150000 .'
COST = "; a jx:Indicator ; jx:indicatorType <https://w3id.org/jixiao/vocab/indicator-type/output-cost>"


@pytest.mark.parametrize(
    ("name", "value", "unit", "more", "fault", "count"),
    [
        ("援建干部人均工作经费", 15, "元", ITEM, "AmountInAnotherUnit", 1),
        ("援建干部人均工作经费", 15, "万元", ITEM, "AmountInAnotherUnit", 0),
        ("援建干部人均误餐费", 15, "元", ITEM.replace("150000", "30"), "AmountInAnotherUnit", 0),
        ("平均月租费", 5.01, "元", "", "CostUnlikeFunds", 1),
        ("平均月租费", 5, "万元", "", "CostUnlikeFunds", 0),
    ],
)
def test_costs_in_another_unit(name: str, value: float, unit: str, more: str, fault: str, count: int) -> None:  # noqa: PLR0917 - a row
    turtle = project(name=name, target=f"≤{value}{unit}", value=measured(value, unit) + COST) + more
    assert len(found(fault, turtle)) == count


@pytest.mark.parametrize(
    ("target", "count"), [("对场馆补贴60元", 1), ("补助60万元", 0), ("每人补助60元", 0), ("对场馆补贴50元", 0)]
)
def test_money_of_a_target_in_another_unit(target: str, count: int) -> None:
    assert len(found("StatedMoneyUnlikeFunds", project(target=target))) == count


PLACE = (
    "<p> jx:competentDepartment <o> ; jx:implementingUnit <o> ; jx:place <n> ; jx:hasCitation <c> .\n"
    '<o> rdfs:label "临江市教育局"@zh . <c> a jx:Citation ; jx:printedTitle "{title}"@zh .\n'
    '<n> jx:placeLevel <https://w3id.org/jixiao/vocab/place-level/county> ; rdfs:label "青岚区"@zh .\n'
    '<p> jx:hasSection <t> . <t> a jx:NarrativeSection ; rdfs:label "实施主体"@zh ; jx:text "{body}"@zh .'
)


@pytest.mark.parametrize(
    ("title", "text", "count"),
    [
        ("银桥区公务接待管理办法", "根据《银桥区公务接待管理办法》", 1),
        ("关于印发银桥县公园管护办法的通知", "管护", 1),
        ("临江市银桥区绿地管护标准", "管护", 1),
        ("青岚区公务接待管理办法", "管护", 0),
        ("银桥区对口协作方案", "与银桥区协作", 0),
        ("自治区财政厅关于下达资金的通知", "管护", 0),
        ("城乡社区管护办法", "管护", 0),
        ("高新区管护办法", "管护", 0),
    ],
)
def test_titles_of_another_county(title: str, text: str, count: int) -> None:
    turtle = project(text) + PLACE.format(title=title, body="临江市教育局")
    assert len(found("BasisOfAnotherPlace", turtle)) == count


@pytest.mark.parametrize(
    ("body", "count"),
    [("湖州市教育局", 1), ("临江市教育局", 0), ("教育局", 0), ("临江市教育局基建科", 0), ("市教育局", 0)],
)
def test_an_implementer_of_another_city(body: str, count: int) -> None:
    turtle = project() + PLACE.format(title="管护办法", body=body)
    assert len(found("BodiesOfTwoPlaces", turtle)) == count


SUM = (
    "<p> jx:hasCalculation <m> . <m> a jx:Calculation, jx:StatedSum ; jx:roundedTo 200 ;\n"
    '    jx:computedValue {computed} ; jx:printedResult 80000 ; jx:targetText "{words}"@zh .'
)


@pytest.mark.parametrize(
    ("words", "computed", "count"),
    [
        ("一般公共预算8000元，政府性基金0元", 8000, 1),
        ("一般公共预算80000元，政府性基金0元，国有资本经营预算0元", 80000, 0),
    ],
)
def test_budgets_that_are_not_the_fiscal_funds(words: str, computed: int, count: int) -> None:
    turtle = project() + SUM.format(words=words, computed=computed)
    assert len(found("StatedPartsDiffer", turtle)) == count


@pytest.mark.parametrize(
    ("goal", "count"),
    [
        ("2022年完成花房主体的安装；完成水池", 1),
        ("管好绿道。2023年底前建成花房", 1),
        ("2023年完成招标，2024年建成花房", 0),
        ("2023年完成了招标，建成花房", 0),
        ("2024年完成花房主体的安装", 0),
    ],
)
def test_an_annual_goal_of_an_earlier_year(goal: str, count: int) -> None:
    assert len(found("DatesContradict", project(goal=goal))) == count


@pytest.mark.parametrize(
    ("target", "count"),
    [("2022.1.1-2022.12.31", 1), ("2023年3月至2023年9月", 1), ("2024.1.1-2024.12.31", 0), ("2023年3月至2024年9月", 0)],
)
def test_a_period_before_the_year(target: str, count: int) -> None:
    assert len(found("DeadlineOutside", project(target=target))) == count


@pytest.mark.parametrize(
    ("target", "count"),
    [
        ("2023.08-2024.02", 1),
        ("2023年8月至2024年2月", 1),
        ("2023/08/01-2024/02/28", 1),
        ("2023年10月—2024年4月", 1),  # over before the project begins
        ("2022.08～2023.02", 1),
        ("2024.08-2025.02", 0),
        ("2024年9月至2025年1月", 0),
        ("2023.08-2025.02", 0),  # a contract that includes the project's months
        ("2023年8月-2026年7月", 0),
        ("2024年8-12月", 0),
    ],
)
def test_a_period_of_the_year_before_the_projects_own(target: str, count: int) -> None:
    turtle = project(target=target, name="服务周期")
    turtle = turtle.replace("2024-01-01", "2024-08-01").replace("2024-12-31", "2025-02-28")
    assert len(found("DeadlineOutside", turtle)) == count


@pytest.mark.parametrize(
    ("name", "target", "figure", "unit", "count"),
    [
        ("场馆免费开放天数", "=390天", 390, "天", 1),
        ("阅览室全年开馆时间", "≥380日", 380, "日", 1),
        ("监控平台年度运行周数", "60周", 60, "周", 1),
        ("泵站运行时间", "每年14个月", 14, "个月", 1),
        ("空气优良天数", "≥370天", 370, "天", 1),
        ("场馆免费开放天数", "≥366天", 366, "天", 0),
        ("六个场馆开放天数", "≥1800天", 1800, "天", 0),
        ("平台安全运行天数", "≥1000天", 1000, "天", 0),
        ("外聘人员全年工作总天数", "500天", 500, "天", 0),
        ("系统运维服务期限", "24个月", 24, "个月", 0),
        ("全年出差天数", "≤600天", 600, "天", 0),
    ],
)
def test_days_of_a_year(name: str, target: str, figure: int, unit: str, count: int) -> None:
    turtle = project(name=name, target=target, value=measured(figure, unit))
    assert len(found("CountsImpossible", turtle)) == count


def test_months_of_an_earlier_service_that_is_paid_for() -> None:
    turtle = project(target="2023.08-2024.02", name="上年服务结算周期").replace("2024-01-01", "2024-08-01")
    assert found("DeadlineOutside", turtle) == []


def test_days_of_a_project_of_years() -> None:
    turtle = project(name="场馆开放天数", target="≥700天", value=measured(700, "天"))
    assert found("CountsImpossible", turtle.replace("2024-12-31", "2025-12-31")) == []


@pytest.mark.parametrize(("unit", "count"), [("元/处", 1), ("元/株", 0)])
def test_a_price_that_fits_another_quantity(unit: str, count: int) -> None:
    rows = '<p> jx:hasIndicator <x>, <y> . <x> a jx:Indicator ; rdfs:label "绿地数量"@zh ; jx:targetText "20处"@zh '
    rows += measured(20, "处") + ' . <y> a jx:Indicator ; rdfs:label "补植数量"@zh ; jx:targetText "3000株"@zh '
    rows += measured(3000, "株") + " ."
    turtle = project(name="补植标准", target=f"200{unit}", value=measured(200, unit)) + rows
    assert len(found("PriceTimesQuantityUnlikeFunds", turtle)) == count


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("6月公开招标，5月底签订合同", 1),
        ("11月取得施工许可证，10月正式开工", 1),
        ("9月设备安装，8月验收", 1),
        ("2024年5月支付尾款，2024年8月验收", 1),
        ("4月付清全部款项，6月交付使用", 1),
        ("10月验收，8月支付尾款", 1),
        ("5月公开招标，6月底签订合同", 0),
        ("11月验收，1月支付尾款", 0),  # of the next year
        ("5月预付三成，8月验收，9月支付尾款", 0),
        ("8月验收，9月支付尾款", 0),
    ],
)
def test_steps_of_a_purchase(text: str, count: int) -> None:
    assert min(1, len(found("DatesContradict", project(text)))) == count
