"""Codes behind bodies that are spelled out: whole for places in the table and outside it, never cut in half."""

import pytest
from hypothesis import example, given, strategies as st

from jixiao.ontology import codes
from jixiao.ontology.identity import DocumentNumber
from jixiao.ontology.numbers import find, parse

BODIES = [
    "区财政局", "松江区财政局", "省教育厅", "临江市农业农村局", "县人力资源和社会保障局", "市人民政府",
    "县人民政府办公室", "市卫生健康委员会", "区公安分局交警支队", "市中级人民法院",
]  # fmt: skip
KNOWN = ["穗", "杭", "甬", "榕", "筑", "邕", "汕尾", "巴南", "渝北", "粤", "皖", "攀", "淄", "黔东南"]
UNKNOWN = ["睢", "邗", "鄞", "嵊", "崂", "莒", "郯", "昆山", "义乌", "凤凰", "九寨沟"]
TAILS = [
    "财教", "财预", "财农", "财社指", "财资环", "府", "府办", "府发", "府规", "政办发", "政办字", "人社发", "人社规",
    "教基", "教体艺", "住建发", "农发", "水发", "卫医", "卫健发", "文旅函", "扶办发", "乡振发", "委办发", "发改投",
]  # fmt: skip
bodies, tails = st.sampled_from(BODIES), st.sampled_from(TAILS)
places = st.sampled_from([*KNOWN, *UNKNOWN])


@given(bodies, places, tails, st.sampled_from(["", "根据", "按照", "依据国务院精神，"]))
def test_a_code_begins_behind_the_body(body: str, place: str, tail: str, before: str) -> None:
    (mention,) = find(f"{before}{body}{place}{tail}〔2022〕3号")
    assert mention.number == DocumentNumber(place + tail, 2022, "3")
    assert parse(f"{body}{place}{tail}〔2022〕3号") == mention.number


@given(places, tails, st.sampled_from(["", "根据", "（", "《甲市办法》（"]))
def test_a_code_alone_stays_whole(place: str, tail: str, before: str) -> None:
    (mention,) = find(f"{before}{place}{tail}〔2022〕3号")
    assert mention.number.code == place + tail


@example("办丁区", "睢", "委办发")
@given(st.text("市县区局委办府财教农政发函甲乙丙丁", max_size=6), places, tails)
def test_no_code_is_cut_in_half(before: str, place: str, tail: str) -> None:
    run = before + place + tail
    assert run[codes.skipped(run, (), by_name=False) :].endswith(place + tail)


@pytest.mark.parametrize(
    ("run", "code"),
    [
        ("宁波市甬政办发", "甬政办发"),
        ("无锡市锡政办发", "锡政办发"),
        ("龙岩市财政局岩财教", "岩财教"),
        ("金华市财政局金财教", "金财教"),
        ("市财政局农业处穗财农", "穗财农"),
        ("市教委穗教研", "穗教研"),
        ("县扶贫办睢扶办", "睢扶办"),
        ("中共杭州市委杭委发", "杭委发"),
        ("区委松委发", "松委发"),
        ("市住建局沪(松)建", "沪(松)建"),
        ("区财政局和市财政局穗财教", "穗财教"),
        ("及穗财教", "穗财教"),
        ("和穗财教", "穗财教"),
        ("和平财教", "和平财教"),
    ],
)
def test_bodies_that_end_in_words_of_codes(run: str, code: str) -> None:
    assert run[codes.skipped(run, (), by_name=False) :] == code


@pytest.mark.parametrize(
    "code",
    ["杭区委教办", "德市财综", "人社部发", "工信部联", "津和财预", "和政办发", "沪教委财", "国卫办医政发", "沪经信法"],
)
def test_codes_that_hold_words_of_bodies(code: str) -> None:
    assert codes.skipped(code, (), by_name=False) == 0


@pytest.mark.parametrize(
    "run",
    [
        "石狮市安委办",
        "区政府安委办",
        "区委普法办",
        "县政府移民办",
        "市教育局行政审批",
        "市政府大数据发",
        "市发改委核准",
    ],
)
def test_what_may_be_read_in_two_ways_is_not_parted(run: str) -> None:
    assert codes.skipped(run, (), by_name=False) == 0


def test_every_province_and_its_prefectures_have_a_line() -> None:
    places = codes.places()
    assert len(places) == 32  # 31, and Hong Kong with Macao
    assert all(short for short, _ in places.values())
    assert sum(len(below) for _, below in places.values()) > 330
    assert {"穗", "杭", "甬"} <= {word for _, below in places.values() for word in below}
