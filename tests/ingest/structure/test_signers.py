"""A body that signs a notice is named before the date, alone or with the finance bureau."""

import pytest

from jixiao.ingest.rendition import Cell, Row
from jixiao.ingest.structure.cover import signature


@pytest.mark.parametrize(
    ("above", "body"),
    [
        ("附件：德化县绿化资金绩效目标表德化县林业局", "德化县林业局"),
        ("德化县财政局", "德化县财政局"),
        ("德化县财政局 德化县林业局", "德化县林业局"),
        ("德化县林业局德化县财政局", "德化县林业局"),
        ("德化县财政局泉州市德化生态环境局", "泉州市德化生态环境局"),
        ("德化县林业局 德化县水利局 德化县财政局", None),
        ("德化县林业局德化县水利局", None),
    ],
)
def test_one_body_signs_or_none_is_stated(above: str, body: str | None) -> None:
    found = signature([Row((Cell(((1, f"{above}2024年7月30日"),)),))], of_notice=True)
    assert (found and found.text) == body
