"""Write a folder of invented filings whose truth is known: `python -m bench.filings DIR --projects N [--seed S]`.

Each file has the shape of one of examples/, or of the files of `--like`: projects a file, indicators a project,
lengths, citations, blanks, layout (bench.invented). A share is Word or PDF, and a share of the projects has a planted
fault.
DIR/filings has the files; DIR/truth.jsonl has a line for each project: facts, and the rule that must find its fault.
bench.truth compares a store with it.
"""

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from random import Random

from bench.corpus import EXAMPLES, YEARS, body
from bench.invented import FileShape, Invented, invented, names, shapes
from bench.measuring import arguments
from tests.support.mutants import forms, pdf, writers
from tests.support.mutants.facts import Project
from tests.support.mutants.grid import Block
from tests.support.mutants.plan import Plan

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
    """Cite a document of the project beside under another title."""
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
    """Change the first target with one of the units."""
    for at, indicator in enumerate(each.project.indicators):
        if indicator.target and indicator.target.endswith(units):
            changed = list(each.project.indicators)
            changed[at] = replace(indicator, target=target)
            return _with(each, indicators=tuple(changed))
    return None


PLANTS: dict[str, Callable[[Invented], Invented | None]] = {
    "TotalDiffersFromFunds": _sum,
    "EndBeforeStart": _dates,
    "RateAboveHundred": lambda each: _retargeted(each, ("%",), "≥120%"),
    "NegativeTarget": lambda each: _retargeted(each, ("场", "人", "次", "台", "个", "册"), "=-3次"),
    "SameIndicatorTwoTargets": _twice,
}
"""Each plants the fault that a rule must find into a project, or returns None if the project has no place for it."""
TWO_TITLES = "NumberUnderTwoTitles"


@dataclass(frozen=True)
class Shares:
    """Shares of the files that are Word and PDF; the others are text."""

    docx: float = 0.0
    pdf: float = 0.0

    def carrier(self, rng: Random, shape: FileShape) -> str:
        """Draw the format of a file; text has the layout of its shape."""
        drawn = rng.random()
        if drawn < self.pdf:
            return "pdf"
        if drawn < self.pdf + self.docx:
            return "docx"
        return "marked cells" if shape.cells else "tabs"


@dataclass(frozen=True)
class File:
    """An invented file, and a record for each of its projects."""

    name: str
    content: bytes
    truth: Sequence[dict[str, object]]


def files(  # noqa: PLR0913, PLR0917 - what a folder of filings is made of
    like: Sequence[FileShape],
    projects: int,
    seed: int = 1,
    shares: Shares | None = None,
    faulty: float = _FAULTY,
    first: int = 0,
) -> Iterator[File]:
    """Invent files from number `first` on until they have so many projects, a share of them `faulty`.

    The last file may have a few more.
    """
    made, number = 0, first
    while made < projects:
        file = _file(like, Random(f"{seed}-{number}"), number, shares or Shares(), faulty)  # noqa: S311
        yield file
        made += len(file.truth)
        number += 1


def _file(like: Sequence[FileShape], rng: Random, number: int, shares: Shares, faulty: float) -> File:
    filer, year = divmod(number, len(YEARS))
    shape = like[filer % len(like)]
    carrier = shares.carrier(rng, shape)
    plan = Plan(carrier="tabs" if carrier == "pdf" else carrier, figures=rng.choice(("plain", "thousands", "cents")))
    known = zip(shape.shapes, names(rng, len(shape.shapes)), strict=True)
    projects = [invented(rng, each, body(filer), YEARS[year], name) for each, name in known]
    faults: list[str | None] = [None] * len(projects)
    for at, each in enumerate(projects):
        if rng.random() < faulty:
            fault = rng.choice([*PLANTS, TWO_TITLES])
            planted = _two_titles(each, projects[at - 1]) if fault == TWO_TITLES else PLANTS[fault](each)
            if planted:
                projects[at], faults[at] = planted, fault
    blocks, stated = _blocks(rng, plan, projects)
    name = f"{number:06}.{'pdf' if carrier == 'pdf' else plan.ending}"
    content = pdf.as_pdf(blocks) if carrier == "pdf" else writers.written(plan, blocks)
    head = {"file": name, "body": body(filer), "year": YEARS[year]}
    rows = zip(projects, stated, faults, strict=True)
    return File(name, content, [head | _record(*row) for row in rows])


def _blocks(rng: Random, plan: Plan, projects: Sequence[Invented]) -> tuple[list[Block], tuple[Project, ...]]:
    """Lay out a filing; return its blocks, and the projects as the forms state them."""
    made: list[Block] = ["绩效目标设置情况", f"编报绩效目标的项目{len(projects)}个。"]
    stated: list[Project] = []
    for number, each in enumerate(projects, 1):
        form, expected = forms.document(rng, plan, [each.project])
        stated += expected.projects
        narrative = list(_narrative(each, number))
        # Filings with a line for each cell print the narrative first.
        made += [*narrative, *form] if plan.carrier == "marked cells" else [*form, *narrative]
    return made, tuple(stated)


def _narrative(each: Invented, number: int) -> Iterator[Block]:
    if each.sections:
        yield f"项目经费情况说明{number}"
    for ordinal, (heading, text) in zip(_ORDINALS, each.sections.items(), strict=False):
        yield f"{ordinal}、{heading}"
        yield text


def _record(each: Invented, stated: Project, fault: str | None) -> dict[str, object]:
    return {
        "name": each.project.name,
        "amounts": {term: str(value) for term, value in stated.amounts.items()},
        "bases": [str(number) for number in each.bases],
        "indicators": [(indicator.name, indicator.target) for indicator in stated.indicators],
        "fault": fault,
    }


def main() -> None:
    """Read the arguments and write the folder."""
    parser = arguments("filings", __doc__)
    parser.add_argument("path", type=Path, metavar="DIR")
    parser.add_argument("--projects", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--docx", type=float, default=0.0, help="share of files that are Word")
    parser.add_argument("--pdf", type=float, default=0.0, help="share of files that are PDF")
    parser.add_argument("--like", type=Path, nargs="*", help="filings whose shapes are taken; by default examples/")
    given = parser.parse_args()
    if given.path.exists():
        sys.exit(f"{given.path} 已经存在 · already exists")
    (given.path / "filings").mkdir(parents=True)
    like = shapes(given.like or sorted(EXAMPLES.glob("*.txt")))
    count = projects = 0
    with (given.path / "truth.jsonl").open("w", encoding="utf-8") as truth:
        for file in files(like, given.projects, given.seed, Shares(given.docx, given.pdf)):
            (given.path / "filings" / file.name).write_bytes(file.content)
            truth.writelines(json.dumps(each, ensure_ascii=False) + "\n" for each in file.truth)
            count, projects = count + 1, projects + len(file.truth)
    print(f"文件 files {count:,}，项目 projects {projects:,}")


if __name__ == "__main__":
    main()
