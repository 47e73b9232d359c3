"""Figures that running text states: what they are for, and what states none."""

from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from jixiao.ingest.model import Figure
from jixiao.ingest.rendition import Place
from jixiao.ingest.text.figures import figures
from tests.support.forms import printed
from tests.support.generated import tries

Said = tuple[str, str, str | None, str, str | None]  # label, words, operator, value (or lower end and upper), unit

STATED: dict[str, list[Said]] = {
    "培训完成率达到100%，通过率100%。": [
        ("培训完成率", "100%", None, "100", "%"),
        ("通过率", "100%", None, "100", "%"),
    ],
    "保证出勤率达到90%以上": [("出勤率", "90%以上", "ge", "90", "%")],
    "通过率、认同度和满意度均不低于90%": [
        (name, "不低于90%", "ge", "90", "%") for name in ("通过率", "认同度", "满意度")
    ],
    "到2025年覆盖率达到百分之九十五以上": [("覆盖率", "百分之九十五以上", "ge", "95", "%")],
    "合格率》=95%，全年度故障发生率≤5%，抽检合格率98.5％": [
        ("合格率", "》=95%", "ge", "95", "%"),
        ("全年度故障发生率", "≤5%", "le", "5", "%"),
        ("抽检合格率", "98.5％", None, "98.5", "%"),
    ],
    "包含46名党员。": [("党员", "46名", None, "46", "名")],
    "保障近300位用户的使用": [("用户", "近300位", "approx", "300", "位")],
    "全年组织4次报告会（不出省），每季度一次": [("报告会", "4次", None, "4", "次")],
    "年内出版书籍1本；杂志一年6期": [("书籍", "1本", None, "1", "本"), ("杂志", "6期", None, "6", "期")],
    "为各镇下辖的 384 个村、居委会提供服务": [("村、居委会", "384 个", None, "384", "个")],
    "一年制作 4-5 期公报": [("公报", "4-5 期", "between", "4 5", "期")],
    "举办讲座24场，服务听众3.6万人次": [
        ("讲座", "24场", None, "24", "场"),
        ("听众", "3.6万人次", None, "3.6", "万人次"),
    ],
    "修复善本两百册，加固三座古桥，养护公路一百公里": [
        ("善本", "两百册", None, "200", "册"),
        ("古桥", "三座", None, "3", "座"),
        ("公路", "一百公里", None, "100", "公里"),
    ],
    "巡河1350.5公里；检查企业200余家；培训人员不少于50人": [
        ("巡河", "1350.5公里", None, "1350.5", "公里"),
        ("企业", "200余家", "approx", "200", "家"),
        ("培训人员", "不少于50人", "ge", "50", "人"),
    ],
    "对所属55家党组织的书记组织培训": [("党组织", "55家", None, "55", "家")],
    "清理河道30‑40公里；培训护林员100−120名；合格率95%〜98%": [
        ("河道", "30‑40公里", "between", "30 40", "公里"),
        ("护林员", "100−120名", "between", "100 120", "名"),
        ("合格率", "95%〜98%", "between", "95 98", "%"),
    ],
    "12座水库安全度汛，25所村级卫生室正常开诊，8家制茶企业赴杭州参展": [
        ("水库", "12座", None, "12", "座"),
        ("村级卫生室", "25所", None, "25", "所"),
        ("制茶企业", "8家", None, "8", "家"),
    ],
    "开展活动6次、讲座3场": [("活动", "6次", None, "6", "次"), ("讲座", "3场", None, "3", "场")],
}
NONE = (
    "2022年1月至12月，2021年度，第十四条，第三次全体会议，六届三次会议，系统一期、二期",
    "“1号先锋”品牌，“十四五”规划，G60走廊，“一个目标、三大举措”，中央八项规定精神，四个意识，六稳六保",
    "预算282.5万元，每年282.5万元，每名党员不低于200元，200元/人，每期800册，人均3次，各举办2场，分2批",
    "松委发〔2009〕97号，沪府办〔2021〕7号，电话62345678，1.对象；2.方法，12345热线",
    "建设一支高素质的队伍，再上一个台阶，进一步，统一次序，由3个部分组成，分为三个阶段",
    "比上年增长10%，满意度提高5%，满意度从85%提高到90%，提升3个位次，前10名，100%的村，按1:3配套",
    "受益群众三亿二千万人，清理河道1 205公里，清理河道1\xa0205.5公里，清理河道−30公里",
    "在20个社区建成图书角，3个高质量的报告，2名教师和学生，（其中论文2篇），《三个办法》，3项目建设，5部门联合，培训时间5至7天",
    "52个行政村垃圾收集点持续运行，给45株古树挂牌，为20间书屋补书，三座古桥修缮完毕",
)


def said(figure: Figure) -> Said:
    target = figure.target
    values = " ".join(format(value, "f") for value in (target.value, target.upper) if value is not None)
    return figure.label, target.text, target.operator, values, target.unit


@pytest.mark.parametrize("text", STATED)
def test_stated(text: str) -> None:
    assert [said(figure) for figure in figures(printed(text), "annualGoal")] == STATED[text]


@pytest.mark.parametrize("text", [clause for text in NONE for clause in text.split("，")])
def test_not_stated(text: str) -> None:
    assert not [said(figure) for figure in figures(printed(text), "annualGoal")]


def test_one_measure_said_twice_is_one_figure() -> None:
    found = figures(printed("满意度达到90%。", "满意度90%，满意度不低于90%。"), 3)
    assert [(figure.target.operator, figure.places, figure.holder) for figure in found] == [
        (None, (Place(1, 0),), 3),
        ("ge", (Place(2, 0),), 3),
    ]


@given(st.integers(2, 10**9), st.sampled_from(["名", "个", "家", "本", "人"]))
def test_a_count_is_read_as_printed(number: int, unit: str) -> None:
    (found,) = figures(printed(f"共有学员{number}{unit}。"), "annualGoal")
    assert (found.label, found.target.value, found.target.unit) == ("学员", Decimal(number), unit)


@given(st.decimals(0, 100, places=2))
def test_a_rate_is_read_as_printed(number: Decimal) -> None:
    (found,) = figures(printed(f"确保入学率达到{number}%以上"), "annualGoal")
    assert (found.label, found.target.value, found.target.operator) == ("入学率", number, "ge")


@tries(300)
@given(
    st.text(
        st.sampled_from("满意度率达到培训党员名个次一二十百3.5%％-（）《》“”，。、 \n和的每第至0>=约近以上"),
        max_size=60,
    )
)
def test_any_text_is_read(text: str) -> None:
    for figure in figures(printed(*text.split("\n")), "annualGoal"):
        assert figure.label.strip()
        assert figure.target.value is not None
        assert figure.target.text in text
        assert figure.target.unit
