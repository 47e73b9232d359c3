"""Fill the templates beside this module: HTML pages, and reports for a terminal or a pipe.

In a template of text, the filter `style` marks words that have a style of rich; a line then is a sequence of pieces,
each with its style. On a terminal the summary of `jixiao validate` stands last, where the reader is when the command
ends, infos may be folded to a line per rule, and lines of the source are shortened to fit; in a pipe everything is said
in full.
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
from jixiao.terminal import write

Line = Sequence[tuple[str, str]]
"""The pieces of a line, each with a style of rich."""

_FEW_FINDINGS = 500  # findings up to which a page opens all sections and says what to do about each finding
_MOST_PLACES = 3  # places of a group that a page shows before it folds the others
_MOST_LINES = 30  # source lines that a page quotes for a group of findings with the same sentence
_MOST_FILINGS = 10  # filings that the summary names, those with the most findings, so that it fits a screen
_MOST_QUOTED = 3  # places of a group whose lines are quoted on a terminal; a single further one is quoted, too
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
        folded=groups.folded,
        reported=reported,
        accounts=accounts,
        levels=reported.LEVELS,
    )
    return environment


def _styled(text: object, style: str) -> str:
    """Mark words with a style. Raises ValueError for a style that `lines` does not know."""
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


def report(documents: Sequence[words.Document], full: bool = True) -> Iterator[Line]:
    """Yield the report: a summary, refused documents, the findings of each filing, the faults found, the totals.

    Unless `full`, the summary is the end, without explanations of the faults; the infos of a filing take one line for
    each rule, with their number, and of each warning only the first places are quoted.
    """
    sections = [section for department in words.by_department(documents) for section in department.sections]
    on_terminal = sys.stdout.isatty()
    return lines(
        "validate.txt",
        documents=documents,
        refused=words.refused(documents),
        sections=sections,
        several=sorted(sections, key=lambda each: groups.grave(each.folded.count)) if len(sections) > 1 else [],
        most_filings=_MOST_FILINGS,
        most_quoted=_MOST_QUOTED,
        full=full,
        on_terminal=on_terminal,
        # Chinese characters are two columns wide.
        most=max(_FEWEST, (console(sys.stdout).width - _GUTTER) // 2) if on_terminal else None,
    )


def rules(faults: Iterable[Fault]) -> Iterator[Line]:
    """Yield every rule by family: its name, severity and sentence, why it matters, what to do, and its grounds."""
    return lines("rules.txt", faults=list(faults))


def show(shown: Iterable[Line]) -> None:
    """Print lines to stdout: in colour on a terminal, otherwise as plain text."""
    if sys.stdout.isatty():
        out = console(sys.stdout)
        for line in shown:
            out.print(Text.assemble(*((visible(text), style) for text, style in line)), soft_wrap=True)
    else:
        for line in shown:
            write(visible("".join(text for text, _ in line)) + "\n")
