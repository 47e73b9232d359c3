"""Printed words become concepts, whichever form they come from."""

from collections.abc import Callable

import pytest

from jixiao.ontology import schemes, terms
from jixiao.ontology.identity import key
from jixiao.ontology.reference import reference

JXI, JXC, JXN, JXE = (terms.PREFIXES[prefix] for prefix in ("jxi", "jxc", "jxn", "jxe"))


@pytest.mark.parametrize(
    ("printed", "concept"),
    [
        ("205", "205"),
        ("21305", "21305"),
        ("2130305-水利工程建设", "21303"),
        ("２０５０２０１ 学前教育", "20502"),
        ("2139801", "213"),
        ("2990101", None),
        ("20502011", None),
        ("2050", None),
        ("30201 办公费", None),
        ("教育支出", None),
    ],
)
def test_functions_of_expenditure_by_code_alone(printed: str, concept: str | None) -> None:
    assert schemes.function(printed) == (concept and JXE + concept)


@pytest.mark.parametrize(
    ("printed", "several"),
    [
        ("延续项目    新增项目", True),
        ("（一次性项目/经常性项目）", True),
        ("人员类项目、运转类项目", True),
        ("其他经常性项目", False),
        ("延续项目√新增项目", False),
        ("延续项目 古籍修复", False),
        ("", False),
    ],
)
def test_names_of_several_kinds_are_what_a_form_offers(printed: str, several: bool) -> None:
    assert schemes.names_several_kinds(printed) == several


def test_groups_of_functions_stand_below_the_class_of_their_code() -> None:
    known = {iri.removeprefix(JXE): term for iri, term in reference().items() if iri.startswith(JXE)}
    assert {len(code) for code in known} == {3, 5}
    assert all(term.notation == code for code, term in known.items())
    assert all(term.above == ((JXE + code[:3],) if len(code) == 5 else ()) for code, term in known.items())
    assert len({term.label.zh for term in known.values()}) == len(known) - 1  # 229 and 22999 are both 其他支出


@pytest.mark.parametrize(
    ("level1", "level2", "concept"),
    [
        ("产出指标", "数量指标", "output-quantity"),
        ("产出指标", "质量指标", "output-quality"),
        ("产出 指标", "时效\n指标", "output-timeliness"),
        ("产出指标", "成本指标", "output-cost"),
        ("项目完成指标", "成本指标", "output-cost"),
        (None, "成本指标", "output-cost"),
        ("成本指标", None, "cost"),
        ("成本指标", "成本指标", "cost"),
        ("成本指标", "经济成本指标", "cost-economic"),
        ("成本指标", "社会成本指标", "cost-social"),
        ("成本指标", "生态环境成本指标", "cost-ecological"),
        ("效益指标", "社会效益", "benefit-social"),
        ("效益指标", "可持续影响指标", "benefit-sustainable"),
        ("满意度指标", "服务对象满意度", "satisfaction-clients"),
        ("效益指标", "服务对象满意度指标", "satisfaction-clients"),
        ("产出指标", "本表没有的指标", "output"),
        ("产出指标", "", "output"),
        (None, "产出指标", "output"),
        ("本表没有", "质量指标", "output-quality"),
        ("产出目标", "数量", "output-quantity"),
        ("产出目标", "质量", "output-quality"),
    ],
)
def test_two_printed_levels_give_one_type(level1: str | None, level2: str | None, concept: str) -> None:
    assert schemes.indicator_type(level1, level2) == JXI + concept


@pytest.mark.parametrize(("level1", "level2"), [(None, None), ("", ""), ("其他", "其他"), ("绩效指标类型", None)])
def test_unknown_words_have_no_type(level1: str | None, level2: str | None) -> None:
    assert schemes.indicator_type(level1, level2) is None


def test_levels_of_the_forms_are_known() -> None:
    first, second = schemes.level1_labels(), schemes.level2_labels()
    assert first >= {"产出指标", "效益指标", "满意度指标", "成本指标", "项目完成指标"}
    assert second >= {"数量指标", "质量指标", "时效指标", "成本指标", "经济效益指标", "社会效益指标", "生态效益指标"}
    assert second >= {"数量值", "质量目标", "时效类", "成本类指标"}
    assert second >= {"可持续影响指标", "服务对象满意度指标", "经济成本指标", "社会成本指标", "生态环境成本指标"}
    # Only 成本指标, however worded, is of both levels: which it is depends on the form.
    assert first & second == {"成本指标", "成本目标", "成本值", "成本类", "成本类指标"}
    assert "绩效指标类型" not in first


def test_one_word_of_one_level_is_one_concept() -> None:
    for word in schemes.level1_labels():
        assert schemes.indicator_type(word, None) in {
            JXI + name for name in ("output", "benefit", "satisfaction", "cost")
        }
    for word in schemes.level2_labels():
        assert "-" in schemes.indicator_type(None, word).removeprefix(JXI), key(word)


@pytest.mark.parametrize(
    ("function", "printed", "concept"),
    [
        (schemes.category, "经常性项目", f"{JXC}recurrent"),
        (schemes.category, "一次性 项目", f"{JXC}one-off"),
        (schemes.category, "其他运转类", f"{JXC}other-operating"),
        (schemes.category, "特定目标类", f"{JXC}specific-target"),
        (schemes.category, "其他经常性项目", None),
        (schemes.category, "", None),
        (schemes.nature, "其他经常性项目", f"{JXN}other-recurrent"),
        (schemes.nature, "其他一次性项目", f"{JXN}other-one-off"),
        (schemes.nature, "经常性项目", f"{JXN}recurrent"),
        (schemes.nature, "其他运转类", None),
    ],
)
def test_categories_and_natures(function: Callable[[str], str | None], printed: str, concept: str | None) -> None:
    assert function(printed) == concept
