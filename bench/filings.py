"""Write a folder of invented filings whose truth is known: `python -m bench.filings DIR --projects N [--seed S]`.

Each file has the shape of one of examples/, or of the files of `--like`: the numbers of projects and of indicators, the
lengths of texts, citations, blanks and layout (bench.invented). A share of the files is Word, and a share of the
projects has a planted fault. DIR/filings has the files; DIR/truth.jsonl has a line for each project: its facts, and the
rule that must find its fault. bench.truth compares a store with these lines.
"""

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import count
from pathlib import Path
from random import Random
from typing import Annotated

import typer

from bench.invented import FileShape, Invented, invented, names, shapes
from bench.invented_names import YEARS, body
from bench.measuring import EXAMPLES
from tests.support.layouts.forms import Plan, document, packed
from tests.support.layouts.grid import Block

_ORDINALS = "一二三四五六七八九十"
_FAULTY = 0.02
"""Share of projects with a planted fault."""


def _sum(each: Invented) -> Invented | None:
    amounts = each.project.amounts
    if not {"totalAmount", "fiscalFunds"} <= amounts.keys():
        return None
    return _with(each, amounts=amounts | {"fiscalFunds": amounts["totalAmount"] + Decimal(7_700)})


def _dates(each: Invented) -> Invented | None:
    words = each.project.words
    if "startDate" not in words:
        return None
    return _with(each, words=words | {"startDate": words["endDate"], "endDate": words["startDate"]})


def _twice(each: Invented) -> Invented | None:
    last = each.project.indicators[-1]
    if not last.target or "%" not in last.target:
        return None
    again = replace(last, target="≥79%")
    return _with(each, indicators=(*each.project.indicators, again))


def _two_titles(each: Invented, beside: Invented) -> Invented | None:
    """Return a project that also cites a document of the project `beside` under another title; None if impossible."""
    if not beside.bases or not each.sections or beside.bases[0] in each.bases:
        return None
    number = beside.bases[0]
    other = replace(number, title=f"关于调整{number.code}有关事项的决定")
    heading = next((name for name in each.sections if "依据" in name), next(iter(each.sections)))
    cited = f"{each.sections[heading].removesuffix('。')}；《{other.title}》（{other}）。"
    return replace(each, sections={**each.sections, heading: cited}, bases=(*each.bases, other))


def _with(each: Invented, **changed: object) -> Invented:
    return replace(each, project=replace(each.project, **changed))  # type: ignore[arg-type]


def _retargeted(each: Invented, units: tuple[str, ...], target: str) -> Invented | None:
    """Return a project with `target` in place of its first target that ends in one of the `units`; None without one."""
    for at, indicator in enumerate(each.project.indicators):
        if indicator.target and indicator.target.endswith(units):
            changed = list(each.project.indicators)
            changed[at] = replace(indicator, target=target)
            return _with(each, indicators=tuple(changed))
    return None


PLANTS: dict[str, Callable[[Invented], Invented | None]] = {
    "TotalDiffersFromFunds": _sum,
    "PeriodReversed": _dates,
    "RateAboveHundred": lambda each: _retargeted(each, ("%",), "≥120%"),
    "TargetRequiresNothing": lambda each: _retargeted(each, ("场", "人", "次", "台", "个", "册"), "=-3次"),
    "SameIndicatorTwice": _twice,
}
"""Each plants the fault that a rule must find into a project, or returns None if the project has no place for it."""
TWO_TITLES = "NumberUnderTwoTitles"


@dataclass(frozen=True)
class File:
    """An invented file: its name, its content, and in `truth` a record of facts for each of its projects."""

    name: str
    content: bytes
    truth: Sequence[dict[str, object]]


def usual() -> list[FileShape]:
    """Return the shapes of the text files in examples/."""
    return shapes(sorted(EXAMPLES.glob("*.txt")))


def files(
    like: Sequence[FileShape], projects: int, seed: int = 1, docx: float = 0.0, faulty: float = _FAULTY
) -> Iterator[File]:
    """Invent files until these have `projects` projects in all, or a few more by the last file.

    `like` are the shapes to choose from, `docx` is the share of files that are Word (the others are text), and `faulty`
    that of projects with a planted fault.
    """
    made = 0
    for number in count():
        if made >= projects:
            return
        invented_file = file(like, number, seed, docx, faulty)
        yield invented_file
        made += len(invented_file.truth)


def file(like: Sequence[FileShape], number: int, seed: int = 1, docx: float = 0.0, faulty: float = _FAULTY) -> File:
    """Invent the file with a number; its filing body has the same project names in every year and with every seed.

    The parameters are those of `files`.
    """
    rng = Random(f"{seed}-{number}")  # noqa: S311
    filer, year = divmod(number, len(YEARS))
    shape = like[filer % len(like)]
    laid_out = "marked cells" if shape.cells else "tabs"
    carrier = "docx" if rng.random() < docx else laid_out
    plan = Plan(carrier=carrier, figures=rng.choice(("plain", "thousands", "cents")))
    known = zip(shape.shapes, names(Random(filer), len(shape.shapes)), strict=True)  # noqa: S311
    projects = [invented(rng, each, body(filer), YEARS[year], name) for each, name in known]
    faults: list[str | None] = [None] * len(projects)
    for at, each in enumerate(projects):
        if rng.random() < faulty:
            fault = rng.choice([*PLANTS, TWO_TITLES])
            planted = _two_titles(each, projects[at - 1]) if fault == TWO_TITLES else PLANTS[fault](each)
            if planted:
                projects[at], faults[at] = planted, fault
    name = f"{number:06}.{plan.ending}"
    head = {"file": name, "body": body(filer), "year": YEARS[year]}
    truth = [head | _record(each, fault) for each, fault in zip(projects, faults, strict=True)]
    return File(name, packed(plan, [*_blocks(plan, projects)]), truth)


def _blocks(plan: Plan, projects: Sequence[Invented]) -> Iterator[Block]:
    """Lay out a filing; in one with a line for each cell, narratives stand above the forms."""
    yield from ("绩效目标设置情况", f"编报绩效目标的项目{len(projects)}个。")
    for number, each in enumerate(projects, 1):
        form, narrative = document(plan, each.project), _narrative(each, number)
        yield from (*narrative, *form) if plan.carrier == "marked cells" else (*form, *narrative)


def _narrative(each: Invented, number: int) -> Iterator[Block]:
    if each.sections:
        yield f"项目经费情况说明{number}"
    for ordinal, (heading, text) in zip(_ORDINALS, each.sections.items(), strict=False):
        yield f"{ordinal}、{heading}"
        yield text


def _record(each: Invented, fault: str | None) -> dict[str, object]:
    return {
        "name": each.project.name,
        "amounts": {term: str(value) for term, value in each.project.amounts.items()},
        "bases": [str(number) for number in each.bases],
        "indicators": [(indicator.name, indicator.target) for indicator in each.project.indicators],
        "fault": fault,
    }


def written(folder: Path, made: Iterable[File]) -> Iterator[dict[str, object]]:
    """Write files to a folder, and yield the records of their projects."""
    for each in made:
        (folder / each.name).write_bytes(each.content)
        yield from each.truth


def main(
    path: Path,
    projects: int = 1_000,
    seed: int = 1,
    docx: Annotated[float, typer.Option(help="share of files that are Word")] = 0.0,
    like: Annotated[list[Path] | None, typer.Option(help="filings whose shapes are taken instead of examples/")] = None,
) -> None:
    """Write invented filings and their truth to a folder."""
    if path.exists():
        sys.exit(f"{path} 已经存在 · already exists")
    (path / "filings").mkdir(parents=True)
    made = files(shapes(like) if like else usual(), projects, seed, docx)
    truth = [json.dumps(record, ensure_ascii=False) + "\n" for record in written(path / "filings", made)]
    (path / "truth.jsonl").write_text("".join(truth), encoding="utf-8")
    print(f"项目 projects {len(truth):,}")


if __name__ == "__main__":
    typer.run(main)
