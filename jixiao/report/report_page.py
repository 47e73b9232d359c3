"""Make the complete HTML pages of `jixiao validate`: the report on checked documents, and the list of rules."""

from collections import defaultdict
from collections.abc import Sequence

from jixiao.report import reported
from jixiao.report.html_pages import page
from jixiao.shapes.catalogue import Fault
from jixiao.shapes.findings import documents as words
from jixiao.shapes.findings import groups
from jixiao.shapes.findings.documents import Document

_FEW_FINDINGS = 500  # findings up to which a page opens all sections and says what to do about each finding
_MOST_PLACES = 3  # places of a group that a page shows before it folds the others
_MOST_LINES = 30  # source lines that a page quotes for a group of findings with the same sentence


def of_documents(documents: Sequence[Document]) -> str:
    """Return the page of the report on checked documents."""
    total = groups.count(group for document in documents for group in document.groups)
    departments = words.by_department(documents)
    return _page(
        "validate.html",
        departments=departments,
        index=defaultdict(tuple, words.index(departments)),
        refused=words.refused(documents),
        faults=words.by_fault(documents),
        total=total,
        documents=documents,
        few=total.total <= _FEW_FINDINGS,
        most_lines=_MOST_LINES,
        most_places=_MOST_PLACES,
    )


def of_rules(faults: Sequence[Fault]) -> str:
    """Return the page that explains rules."""
    return _page("rules.html", faults=faults)


def _page(template: str, **values: object) -> str:
    return page(template, **values, words=words, groups=groups, reported=reported, levels=groups.LEVELS)
