"""The counts of `bench.folding`: findings, groups, and infos a project, with those that concern one project alone."""

from dataclasses import replace

from bench.folding import load
from jixiao.ontology import terms
from jixiao.ontology.bilingual import Bilingual
from jixiao.shapes import catalogue
from jixiao.shapes.report.documents import Document, by_department
from jixiao.shapes.report.reported import Filed, ProjectHead, Reported
from jixiao.shapes.results import Result

SOME = catalogue.faults()[0]
INFO, WARNING = (replace(SOME, severity=severity, folds_by=None) for severity in (terms.SH_Info, terms.SH_Warning))
PROJECTS = {name: f"http://localhost:8000/id/project/o/2022/{name}" for name in "ab"}
FILED = Filed("某局", 2022)


def found(number: int, project: str, sentence: str, fault: catalogue.Fault = INFO) -> Reported:
    message = Bilingual(sentence, "A sentence.")
    iri = PROJECTS[project]
    return Reported(f"r{number}", Result(fault, iri, iri, project, None, None, None, message, (number,)), FILED)


def test_infos_are_counted_by_project() -> None:
    findings = (
        found(1, "a", "都有。"),
        found(2, "b", "都有。"),
        found(3, "a", "只有甲。"),
        found(4, "a", "只有甲。"),
        found(5, "a", "矛盾。", WARNING),
        found(6, "b", "矛盾。", WARNING),
    )
    heads = {iri: ProjectHead(name, 1, FILED) for name, iri in PROJECTS.items()}
    document = Document("some/a.txt", "a" * 64, (), (FILED,), heads, findings)
    counted = load(by_department([document])[0].sections[0])
    assert (counted.projects, counted.warnings, counted.warning_groups, counted.names) == (2, 2, 1, 1)
    assert (counted.infos, counted.info_groups) == (4, 2)
    assert counted.infos_of_projects == [3, 1]
    assert counted.groups_of_projects == [2, 1]
    assert counted.own_groups_of_projects == [1, 0]
