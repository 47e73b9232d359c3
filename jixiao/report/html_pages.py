"""Make complete HTML pages from the templates beside this module, such as the report on checked documents."""

from collections.abc import Sequence
from importlib.resources import files

import jinja2

from jixiao import terminal
from jixiao.ontology.text.decimals import percent
from jixiao.report import accounts, reported
from jixiao.shapes.findings import briefs, documents as words, groups
from jixiao.shapes.sentences import pattern

_FEW_FINDINGS = 500  # findings up to which a page opens all sections and says what to do about each finding
_MOST_PLACES = 3  # places of a group that a page shows before it folds the others
_MOST_LINES = 30  # source lines that a page quotes for a group of findings with the same sentence


def page(template: str, **values: object) -> str:
    """Return the page that a template makes of the values; control characters are replaced."""
    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(lambda name: files("jixiao.report").joinpath(name).read_text(encoding="utf-8")),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["percent"] = percent
    environment.globals.update(
        words=words,
        briefs=briefs,
        count=groups.count,
        folded=groups.folded,
        pattern=pattern,
        reported=reported,
        accounts=accounts,
        levels=reported.LEVELS,
    )
    return terminal.visible(environment.get_template(template).render(**values))


def of_documents(documents: Sequence[words.Document]) -> str:
    """Return the page of the report on checked documents."""
    every = words.all_groups(documents)
    total = groups.count(every)
    departments = words.by_department(documents)
    found = [groups.folded(document.groups) for document in documents]
    return page(
        "validate.html",
        departments=departments,
        occurrences=words.occurrences(departments),
        refused=words.refused(documents),
        faults=words.by_fault(documents),
        total=total,
        own=groups.count(group for each in found for group in each.own),
        besides=reported.besides(found),
        documents=documents,
        few=total.total <= _FEW_FINDINGS,
        most_lines=_MOST_LINES,
        most_places=_MOST_PLACES,
    )
