"""Narratives stand with the forms of their projects, by number, order or name; with no form that bears another name."""

import pytest

from jixiao.ingest.model import Form, Narrative
from jixiao.ingest.structure.filing import paired
from tests.support.forms import printed


def parts(*names: str) -> list[Narrative | Form]:
    """A narrative for each name with a star in front, a form for each other name; a star alone has no name."""
    return [
        Narrative(None, printed(name[1:]) if name[1:] else None, ())
        if name.startswith("*")
        else Form({"name": printed(name)}, (), {}, ())
        for name in names
    ]


def name(part: Narrative | Form | None) -> str:
    if part is None:
        return ""
    known = part.name if isinstance(part, Narrative) else part.fields["name"]
    return known.text if known else "*"


@pytest.mark.parametrize(
    ("names", "pairs"),
    [
        ("*青河清淤工程 2024年青河清淤", "青河清淤工程+2024年青河清淤"),
        ("*青河清淤 库房维修", "青河清淤+ +库房维修"),
        ("* 库房维修", "*+库房维修"),
        ("*青河清淤 库房维修 青河清淤", "青河清淤+青河清淤 +库房维修"),
        ("*甲渠清淤 *乙库维修 乙库维修 甲渠清淤", "甲渠清淤+甲渠清淤 乙库维修+乙库维修"),
        ("*甲渠清淤 *乙库维修 *丙林植树 丙林植树", "甲渠清淤+ 乙库维修+ 丙林植树+丙林植树"),
        ("*甲渠清淤 *甲渠清淤二期 *乙库维修 甲渠清淤", "甲渠清淤+甲渠清淤 甲渠清淤二期+ 乙库维修+"),
        (
            "*甲渠清淤 甲渠清淤 *乙库维修 乙库维修 *丙林植树 仓库修缮",
            "甲渠清淤+甲渠清淤 乙库维修+乙库维修 丙林植树+仓库修缮",
        ),
        ("*甲渠清淤 *乙库维修 甲渠清淤 仓库修缮", "甲渠清淤+甲渠清淤 乙库维修+仓库修缮"),
    ],
)
def test_narratives_and_forms_of_one_project_stand_together(names: str, pairs: str) -> None:
    assert " ".join(f"{name(story)}+{name(form)}" for story, form in paired(parts(*names.split()))) == pairs
