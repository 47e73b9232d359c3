"""Clauses that differ from another by a slip, and those that mean something else."""

import pytest

from jixiao.ingest.text.variants import variants
from tests.support.forms import printed

# Two texts of one project.
SLIPS = [
    ("组织志愿者参加社区、道口抗疫工作", "组织志愿者参加社区、道品抗疫工作"),
    ("扩大区政府公开和建议提案工作知晓度", "扩大区政府政务公开和建议提案工作知晓度"),
    ("使剧场设备始终处于安全演出的状态", "使剧场设备始终处于安全演岀的状态"),
]
OTHERS = [
    ("组织志愿者参加社区抗疫工作两场", "组织志愿者参加社区抗疫工作三场"),  # numbers
    ("做好援藏干部人才的各项保障工作", "做好援滇干部人才的各项保障工作"),  # places
    ("做好培训和宣传的各项保障工作", "做好培训与宣传的各项保障工作"),  # particles
    ("做好全年的各项保障工作任务", "完成全年的各项保障工作任务"),  # at the start
    ("做好全年12场培训的保障工作", "做好全年15场培训的保障工作"),  # figures
    ("接待来访外宾的工作", "接待来访客人的工作"),  # short
]


@pytest.mark.parametrize(("one", "other"), SLIPS)
def test_a_slip_within_a_project(one: str, other: str) -> None:
    found = variants([(0, 0, printed(f"今年，{one}。")), (0, "annualGoal", printed(f"{other}；"))])
    ((variant,),) = found.values()
    assert (variant.text, variant.other, variant.holder, variant.there) == (other, one, "annualGoal", (0, 0))


@pytest.mark.parametrize(("one", "other"), OTHERS)
def test_another_thing(one: str, other: str) -> None:
    assert not variants([(0, 0, printed(one)), (0, 1, printed(other))])


def test_items_of_one_text() -> None:
    assert not variants([(0, 0, printed("慰问团出访云南的慰问费用，慰问团出访六安的慰问费用"))])


def test_clauses_that_both_texts_print_are_two_things() -> None:
    both = printed("依法办理行政复议案件，依法办理行政应诉案件")
    assert not variants([(0, 0, both), (0, "annualGoal", both)])


def test_a_variant_is_told_once() -> None:
    texts = [(0, 0, SLIPS[0][0]), (0, "overallGoal", SLIPS[0][1]), (0, "annualGoal", SLIPS[0][1])]
    (found,) = variants([(project, holder, printed(text)) for project, holder, text in texts]).values()
    assert len(found) == 1
