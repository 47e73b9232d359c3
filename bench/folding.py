"""Count what a reader of the reports on some filings meets: findings, and groups of findings that state one fact.

    python -m bench.folding ../shared/seeds ../shared/filings

A line per filing: its projects, groups of warnings and of infos with their findings in brackets, infos a project (the
median over projects of findings, of groups that concern the project, and of those that concern no other), and the lines
that name all warnings. The last lines give the medians over all projects, and what folds most.
"""

import argparse
import json
import statistics
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from jixiao.checking import check
from jixiao.ingest.originals import files
from jixiao.shapes.report.documents import Section, by_department
from jixiao.shapes.report.groups import Group, by_rule

_SHOWN = 10  # rules that fold most


@dataclass(frozen=True)
class Load:
    """Numbers of one filing; those of infos a project are lists with a number for each project."""

    file: str
    projects: int
    warnings: int
    warning_groups: int
    infos: int
    info_groups: int
    names: int
    infos_of_projects: list[int]
    groups_of_projects: list[int]
    own_groups_of_projects: list[int]


def load(section: Section) -> Load:
    """Count the open findings and groups of a filing."""
    groups = [group for group in section.groups if group.accepted is None]
    grave = [group for group in groups if group.fault.level != "Info"]
    infos = [group for group in groups if group.fault.level == "Info"]
    projects = [iri for iri, head in section.document.projects.items() if head.filed == section.filed]
    return Load(
        file=Path(section.document.path).name,
        projects=len(projects),
        warnings=_findings(grave),
        warning_groups=len(grave),
        infos=_findings(infos),
        info_groups=len(infos),
        names=len(by_rule(grave)),
        infos_of_projects=[sum(_of(group, iri) for group in infos) for iri in projects],
        groups_of_projects=[sum(_of(group, iri) > 0 for group in infos) for iri in projects],
        own_groups_of_projects=[sum(_of(group, iri) == len(group.findings) for group in infos) for iri in projects],
    )


def _findings(groups: Iterable[Group]) -> int:
    return sum(len(group.findings) for group in groups)


def _of(group: Group, project: str) -> int:
    return sum(found.result.project == project for found in group.findings)


def _median(numbers: Sequence[int]) -> str:
    return f"{statistics.median(numbers):g}" if numbers else "-"


def main() -> None:
    """Check the files and print the counts."""
    parser = argparse.ArgumentParser(description="findings and groups that a reader meets")
    parser.add_argument("paths", nargs="+", type=Path, help="files or folders")
    parser.add_argument("--json", action="store_true", help="print the counts as JSON")
    options = parser.parse_args()
    documents = check(files(options.paths))
    sections = [section for department in by_department(documents) for section in department.sections]
    counted = [load(section) for section in sections]
    if options.json:
        print(json.dumps([asdict(each) for each in counted], ensure_ascii=False, indent=1))
        return
    print("projects  warnings      infos          infos a project: findings, groups, own   names  file")
    for each in counted:
        print(
            f"{each.projects:8}  {each.warning_groups:4} ({each.warnings:4})  {each.info_groups:5} ({each.infos:5})"
            f"  {_median(each.infos_of_projects):>25} {_median(each.groups_of_projects):>8}"
            f" {_median(each.own_groups_of_projects):>5} {each.names:6}  {each.file}"
        )
    _print_totals(sections, counted)


def _print_totals(sections: Sequence[Section], counted: Sequence[Load]) -> None:
    def every(name: str) -> list[int]:
        return [number for each in counted for number in getattr(each, name)]

    print(f"projects {sum(each.projects for each in counted)}, filings {len(counted)}")
    for name in ("infos_of_projects", "groups_of_projects", "own_groups_of_projects"):
        print(f"median of {name.replace('_', ' ')}: {_median(every(name))}")
    for name in ("infos", "info_groups"):
        shares = [getattr(each, name) / each.projects for each in counted if each.projects]
        print(f"{name.replace('_', ' ')} of a filing by its projects, median: {statistics.median(shares):.1f}")
    folded: Counter[str] = Counter()
    for group in (group for section in sections for group in section.groups):
        folded[group.fault.name] += len(group.findings) - 1
    print("fold most:", ", ".join(f"{name} {number}" for name, number in folded.most_common(_SHOWN)))


if __name__ == "__main__":
    main()
