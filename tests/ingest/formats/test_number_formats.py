"""Numbers read as a spreadsheet shows them."""

import pytest
from hypothesis import given, strategies as st

from jixiao.ingest.readers.xlsx.texts import displayed

ACCOUNTING = '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ '


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        (1_200_000, "General", "1200000"),
        (0.1 + 0.2, "General", "0.3"),
        (1e20, "General", "100000000000000000000"),
        (123, "@", "123"),
        (1_200_000, "#,##0", "1,200,000"),
        (0.9, "0%", "90%"),
        (0.905, "0.0%", "90.5%"),
        (0.9, '"≥"0%', "≥90%"),
        (12, '0"万元"', "12万元"),
        (12, "0\\人", "12人"),
        (7, "[$¥-804]#,##0.00", "¥7.00"),
        (12.5, "0.##", "12.5"),
        (12, "0.##", "12"),
        (0.5, "#.0", ".5"),
        (7, "000", "007"),
        (0, "#", ""),
        (5, ";;;", ""),
        # A comma behind the last digit divides by a thousand; an escaped point only looks like one.
        (123_456, "0!.0,", "12.3"),
        (123_456, '0!.0,"万"', "12.3万"),
        (1_234_567, "0.0,", "1234.6"),
        (50_000, '[>=10000]0!.0,"万";0', "5.0万"),
        (5, '[>=10000]0!.0,"万";0', "5"),
        (-5, "0", "-5"),
        (-5, "0;(0)", "(5)"),
        (-5, "#,##0_);[Red](#,##0)", "(5)"),
        (-0.001, "0.0", "0.0"),
        # Red alone is a sign. A number that looks like a positive one, or is not shown, lacks a character.
        (-120.5, "0.00;[Red]0.00", "-120.50"),
        (-120.5, "#,##0.00;[Color 3]#,##0.00;0", "-120.50"),
        (-120.5, '0.00;[红色]"△"0.00', "△120.50"),
        (-120.5, "0.00;0.00", "\ufffd120.50"),
        (-0.05, "0.0%;[Blue]0.0%", "\ufffd5.0%"),
        (-12, '0"万元";"（含税）"0"万元"', "\ufffd（含税）12万元"),
        (-120.5, "0.00;;", "\ufffd"),
        (-120.5, "[>=0]0.00;0.00", "-120.50"),
        (-0.001, "0.00;0.00", "0.00"),
        (0, ACCOUNTING, "-"),
        (1234.5, ACCOUNTING, "1,234.50"),
        (-1234.5, ACCOUNTING, "-1,234.50"),
        # Formats that no filing needs are shown plainly.
        (0.25, "# ?/?", "0.25"),
        (3, "0.00E+00", "3"),
        (12, "[DBNum2]General", "12"),
    ],
)
def test_shown(value: float, code: str, shown: str) -> None:
    assert displayed(value, code) == shown


@given(
    st.integers(-(10**15), 10**15) | st.floats(allow_nan=False, allow_infinity=False), st.text('0#?.,%;"[]!\\_*元E/-')
)
def test_any_format_shows_some_text(value: float, code: str) -> None:
    assert isinstance(displayed(value, code), str)


@given(st.integers(0, 10**12))
def test_grouping_keeps_the_figure(value: int) -> None:
    assert int(displayed(value, "#,##0").replace(",", "")) == value
