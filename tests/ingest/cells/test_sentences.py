import pytest

from jixiao.ingest.cells.prose.sentences import divided, even, levels


def told(text: str) -> list[tuple[str, str | None] | None]:
    shown = even(text)
    return [
        (text[slice(*single.name)], text[slice(*single.target)] if single.target else None) if single else None
        for single in divided(shown, 0, len(shown))
    ]


@pytest.mark.parametrize(
    ("text", "name", "target"),
    [
        ("指标1：巡查河段（≥12段）", "巡查河段", "≥12段"),
        ("巡查河段 ≥ 12 段", "巡查河段", "≥ 12 段"),
        ("水质达标率达到95％以上", "水质达标率", "95％以上"),
        ("垃圾清理量不少于300吨", "垃圾清理量", "不少于300吨"),
        ("①护岸修补3处", "护岸修补", "3处"),
        ("清淤面积（平方米）≥800", "清淤面积（平方米）", "≥800"),
        ("完工时间：2024年10月底前", "完工时间", "2024年10月底前"),
        ("完工时间2024年10月底前", "完工时间", "2024年10月底前"),
        ("河道环境：持续改善", "河道环境", "持续改善"),
        ("投诉件数0", "投诉件数", "0"),
        ("工程投资1,200.50万元", "工程投资", "1,200.50万元"),
        ("按计划完成：及时", "按计划完成", "及时"),
        ("提升两岸景观", "提升两岸景观", None),
        ("10月底前完工", "10月底前完工", None),
    ],
)
def test_name_and_target(text: str, name: str, target: str | None) -> None:
    assert told(text) == [(name, target)]


@pytest.mark.parametrize(
    "text",
    [
        "修补3处护岸和2座闸门",
        "培训12期学员300人",
        "每月巡查，共48次",
        "2024年1月-12月",
        "2024年度",
        "建设5G基站20个",
        "护岸修补（丙段）",
        "≥90%",
    ],
)
def test_sentences_that_nobody_can_divide(text: str) -> None:
    assert told(text) == [None]


@pytest.mark.parametrize(
    "text",
    [
        "护岸修补3处；垃圾清理量≥300吨。",
        "1.护岸修补3处 2.垃圾清理量≥300吨",
        "护岸修补3处，垃圾清理量≥300吨",
        "护岸修补3处、垃圾清理量≥300吨",
        "护岸修补3处 垃圾清理量≥300吨",
    ],
)
def test_several_in_a_passage(text: str) -> None:
    assert told(text) == [("护岸修补", "3处"), ("垃圾清理量", "≥300吨")]


def test_a_sentence_that_nobody_can_divide_leaves_its_neighbours() -> None:
    assert told("护岸修补3处；疏通2条水道共900米；垃圾清理量≥300吨") == [
        ("护岸修补", "3处"),
        None,
        ("垃圾清理量", "≥300吨"),
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("【产出指标-数量指标】指标1：护岸修补（3处）", [("产出指标", "数量指标")]),
        ("一、产出指标", [("产出指标", None)]),
        ("（2）质量指标（10分，必填）：合格率100%", [(None, "质量指标")]),
        (
            "产出指标：数量指标：护岸修补3处。效益指标：投诉≤2件",
            [("产出指标", None), (None, "数量指标"), ("效益指标", None)],
        ),
        ("安全指标：事故0起", [(None, "安全指标")]),
        ("满意度：≥90%", []),
        ("服务对象满意度指标：服务对象满意度≥90%", [(None, "服务对象满意度指标")]),
        ("数量指标完成情况良好", []),
    ],
)
def test_levels(text: str, found: list[tuple[str | None, str | None]]) -> None:
    shown = even(text)
    assert [
        tuple(text[slice(*span)] if span else None for span in (level.level1, level.level2)) for level in levels(shown)
    ] == found
