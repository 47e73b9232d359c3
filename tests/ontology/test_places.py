"""Divisions are known by their codes and by the names that open a text."""

import pytest
from hypothesis import given, strategies as st

from jixiao.ontology import bodies
from jixiao.ontology.places import lineage, mentioned, opening, places, within

OPENINGS = [
    ("安徽省六安市金安区体育局", {"341502"}, "体育局"),
    ("六安市金安区体育局", {"341502"}, "体育局"),
    ("普陀区教育局", {"310107", "330903"}, "教育局"),
    ("上海市普陀区教育局", {"310107"}, "教育局"),
    ("安徽金寨经济开发区", {"341524"}, "经济开发区"),
    ("甘孜州市场监督管理局", {"513300"}, "市场监督管理局"),
    ("金华市场监督管理局", {"330700"}, "市场监督管理局"),
    ("荣昌县林业局", {"500153"}, "林业局"),  # a county that became a district
    ("元坝区人民政府", {"510811"}, "人民政府"),  # a district that was renamed
    ("区林业局", set(), "区林业局"),
    ("城区教育局", set(), "城区教育局"),
]


@pytest.mark.parametrize(("text", "codes", "rest"), OPENINGS)
def test_names_that_open_a_text(text: str, codes: set[str], rest: str) -> None:
    assert opening(text) == (codes, rest)


def test_every_division_leads_to_its_province() -> None:
    assert len([each for each in places().values() if each.level == "province"]) == 34
    for code in places():
        *_, province = lineage(code)
        assert province.code == f"{code[:2]}0000"
        assert within(code, province.code)
        assert (
            places()[code].english.isascii() or "ü" in places()[code].english.lower() or "ê" in places()[code].english
        )


@given(st.text(alphabet="安徽省六安市金安区体育局普陀", max_size=12))
def test_what_is_read_and_the_rest_are_the_text(text: str) -> None:
    codes, rest = opening(text)
    assert text.endswith(rest)
    assert bool(codes) == (rest != text)


def test_divisions_named_within_a_text() -> None:
    assert list(mentioned("2021年山西省阳泉市市级预算，六安市金安区体育局")) == [{"140300"}, {"341502"}]
    assert list(mentioned("扶贫资金和县域帮扶，马鞍山市和县农业农村局，和县")) == [{"340523"}, {"340523"}]


NAMES = [
    ("区林业局", "500153", "重庆市荣昌区林业局"),
    ("重庆市荣昌区林业局", None, "重庆市荣昌区林业局"),
    ("市文旅局", "341800", "宣城市文化和旅游局"),
    ("坝塘镇", "430182", "长沙市宁乡市坝塘镇人民政府"),
    ("市公安局", "500153", "重庆市公安局"),
    ("市教育局", "429004", "仙桃市教育局"),
    ("省财政厅", "341502", "安徽省财政厅"),
    ("市政工程处", "341500", "六安市市政工程处"),
    ("市政协办公室", "341500", "六安市政协办公室"),
    ("中共上海市松江区区级机关工作委员会", None, "中共上海市松江区区级机关工作委员会"),
    ("上海市松江区人民政府办公室（本级）", None, "上海市松江区人民政府办公室（本级）"),
    ("普陀区城市管理行政执法局执法大队", "310107", "上海市普陀区城市管理行政执法局执法大队"),
    ("东莞展览馆", None, "东莞展览馆"),
    ("金寨经济开发区", "341524", "六安市金寨县经济开发区"),
    ("安徽金寨经济开发区管理委员会", "341524", "安徽金寨经济开发区管理委员会"),
    ("经济建设科", "140300", None),
    ("综合处", "500000", None),
    ("办公室", "500153", None),
    ("政府办公室", "500153", "重庆市荣昌区人民政府办公室"),
    ("阳泉市财政局经济建设科", None, "阳泉市财政局经济建设科"),
    ("南岳镇人民政府", "430412", "衡阳市南岳区南岳镇人民政府"),
    ("楼区政府", "430602", "岳阳市岳阳楼区人民政府"),
    ("楼区镇", "430602", "岳阳市岳阳楼区楼区镇人民政府"),
    ("自治县林业局", "431129", "永州市江华瑶族自治县林业局"),
    ("城市管理局", "140800", "运城市城市管理局"),
    ("山区建设办公室", "110111", "北京市房山区山区建设办公室"),
    ("山区政府", "110111", "北京市房山区人民政府"),
    ("某某大学", None, "某某大学"),
    ("教育局", None, None),
    ("高新区管委会", None, None),
    ("城关镇人民政府", None, None),
]


@pytest.mark.parametrize(("printed", "around", "full"), NAMES)
def test_full_names(printed: str, around: str | None, full: str | None) -> None:
    assert bodies.full_name(printed, around) == full


def test_english_names_have_the_sound_that_a_place_uses() -> None:
    names = {"341181": "Tianchang City", "411100": "Luohe City", "130981": "Botou City", "140428": "Zhangzi County"}
    assert {code: places()[code].english for code in names} == names
    assert places()["652700"].english.startswith("Bortala")
