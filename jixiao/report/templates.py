"""Fill the templates beside this module: HTML pages, and reports for a terminal or a pipe.

In a template of text, the filter `style` marks words that have a style of rich; a line then is a sequence of pieces,
each with its style. The short report of `jixiao validate`, for a terminal, fits a screen; in a pipe everything is said.
"""

import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib.resources import files

import jinja2
from rich.text import Text

from jixiao.ontology.text.decimals import percent
from jixiao.ontology.text.display import visible
from jixiao.report import accounts, reported
from jixiao.shapes.catalogue import Fault
from jixiao.shapes.findings import briefs, documents as words, groups
from jixiao.tables import console
from jixiao.terminal import Language, write

Line = Sequence[tuple[str, str]]
"""The pieces of a line, each with a style of rich."""

_FEW_FINDINGS = 500  # findings up to which a page opens all sections and says what to do about each finding
_MOST_PLACES = 3  # places of a group that a page shows before it folds the others
_MOST_LINES = 30  # source lines that a page quotes for a group of findings with the same sentence
_MOST_FILINGS = 10  # filings that the summary names, those with the most findings, so that it fits a screen
_MOST_SHOWN = 15  # mistakes that the short report names in two lines each, so that it fits a screen
_MOST_UNREAD = 3  # projects whose unread lines it names
_GUTTER = 16  # columns before the text of a source line, and for the mark of a shortened line
_FEWEST = 20  # characters of a source line that are shown even on a narrow terminal

# Code points that no text has (Unicode, 23.7) enclose the name of the style that begins.
_STYLED = re.compile("\ufdd0((?:bold |)(?:red|yellow|green|cyan|magenta)|bold|dim|reverse|)\ufdd1")


@cache
def _environment(*, autoescape: bool) -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(lambda name: files("jixiao.report").joinpath(name).read_text(encoding="utf-8")),
        autoescape=autoescape,  # noqa: S701 - texts are not HTML
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(percent=percent, style=_styled)
    environment.globals.update(
        words=words,
        briefs=briefs,
        count=groups.count,
        by_rule=groups.by_rule,
        reported=reported.BOTH,
        accounts=accounts,
        levels=reported.LEVELS,
    )
    return environment


def _styled(text: object, style: str) -> str:
    """Return text marked with a style for `lines`. Raises ValueError for an unknown style."""
    begin = f"\ufdd0{style}\ufdd1"
    if not _STYLED.fullmatch(begin):
        raise ValueError(style)
    return f"{begin}{text}\ufdd0\ufdd1"


def page(template: str, **values: object) -> str:
    """Return the page that a template makes of the values; control characters are replaced."""
    return visible(_environment(autoescape=True).get_template(template).render(**values))


def lines(template: str, **values: object) -> Iterator[Line]:
    """Yield the lines that a template of text makes of the values."""
    for line in _environment(autoescape=False).get_template(template).render(**values).split("\n")[:-1]:
        first, *others = _STYLED.split(line)
        yield [(first, ""), *zip(others[1::2], others[::2], strict=True)]


def page_of_documents(documents: Sequence[words.Document]) -> str:
    """Return the page of the report on checked documents."""
    total = groups.count(words.all_groups(documents))
    departments = words.by_department(documents)
    found = [document.folded for document in documents]
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


def report(documents: Sequence[words.Document], full: bool = True, language: Language = "both") -> Iterator[Line]:
    """Yield the report in a language: refused documents, the findings of each filing, and a summary.

    The whole report begins with the summary and ends with explanations of the faults. Unless `full`, the report fits a
    screen: after the numbers come the gravest mistakes of all filings, in two lines each, then a line for the habits of
    the forms, for infos and for what was not read.
    """
    sections = [section for department in words.by_department(documents) for section in department.sections]
    gravest = briefs.gravest(sections)
    on_terminal = sys.stdout.isatty()
    return lines(
        "validate.txt" if full else "short.txt",
        reported=reported.Wording(language),
        documents=documents,
        refused=words.refused(documents),
        sections=sections,
        several=sorted(sections, key=lambda each: groups.grave(each.folded.count)) if len(sections) > 1 else [],
        gravest=gravest if full else [pair for pair in gravest if not pair[0].group.is_habit],
        habits=[brief for brief, _ in gravest if brief.group.is_habit],
        infos=[group for section in sections for of in section.folded.by_rule.values() for group in of],
        notes=[group for section in sections for group in section.folded.notes],
        example=next((fault for section in sections for fault in section.folded.by_rule), None),
        most_filings=_MOST_FILINGS,
        most_shown=_MOST_SHOWN,
        most_unread=_MOST_UNREAD,
        on_terminal=on_terminal,
        # Chinese characters are two columns wide.
        most=max(_FEWEST, (console(sys.stdout).width - _GUTTER) // 2) if on_terminal else None,
    )


def rules(faults: Iterable[Fault], language: Language = "both") -> Iterator[Line]:
    """Yield every rule by family: its name, severity and sentence, why it matters, what to do, and its grounds."""
    return lines("rules.txt", reported=reported.Wording(language), faults=list(faults))


def show(shown: Iterable[Line]) -> None:
    """Print lines to stdout: in colour on a terminal, otherwise as plain text."""
    if sys.stdout.isatty():
        out = console(sys.stdout)
        for line in shown:
            out.print(Text.assemble(*((visible(text), style) for text, style in line)), soft_wrap=True)
    else:
        for line in shown:
            write(visible("".join(text for text, _ in line)) + "\n")
