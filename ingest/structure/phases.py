"""Tell in which phase the money of a form is: requested, handed down, approved or planned.

The label of an amount, or of its group, tells first, then the notice above the form, then the form's title, and last a
label that is that of a budget; phases.toml has their words. An amount in a sentence has no label: the sentence tells as
a notice does, and the nearest label above as its label. A plan that is published for objections grants nothing yet,
whatever its label says of grants. Phases are local names of concepts of
`vocab/funding-decision`.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from importlib.resources import files

from jixiao.ingest.model import Amount, Project
from jixiao.ingest.rendition import Cell, Row
from jixiao.ingest.roles.labels import labels
from jixiao.ingest.roles.role import Kind, role
from jixiao.ingest.values.plain import folded

NOT_STATED = "notStated"
_TABLES: Mapping[str, Mapping[str, re.Pattern[str]]] = {
    table: {phase: re.compile(pattern) for phase, pattern in phases.items()}
    for table, phases in tomllib.loads(
        files("jixiao.ingest.structure").joinpath("phases.toml").read_text(encoding="utf-8")
    ).items()
}
_LONGEST_TITLE = 120
_WHOLES = {
    **dict.fromkeys(("currentYearAppropriation", "carriedOver", "annualOtherFunds"), ("annualRequest", "totalAmount")),
    **dict.fromkeys(("fiscalFunds", "otherFunds"), ("totalAmount", "annualRequest")),
}
"""The totals of which an amount is a part, the likelier one first."""


def with_phases(projects: Iterable[Project], rows: Sequence[Row]) -> tuple[Project, ...]:
    """Return projects with the phases of their money; `decision` of each is that of the notice so far.

    A form without a title of its own has the phase that all titles in `rows`, the rows of the file, tell.
    """
    short = [cell.text for row in rows for cell in row.filled if len(cell.text) <= _LONGEST_TITLE]
    told = {_told("title", text) for text in short} - {None}
    proposal = next(filter(None, (_told("proposal", text) for text in short)), None)
    common = told.pop() if len(told) == 1 else None
    cells = [cell for row in rows for cell in row.filled]
    return tuple(_with_phases(project, common, proposal, cells) for project in projects)


def of_notice(lines: Iterable[str]) -> str | None:
    """Return the phase that the lines of a notice tell; None if it is none, or only makes other papers public."""
    said = [text for text in lines if labels().line("notice", text) and not labels().line("publishes", text)]
    phases = {_told("letter", text) for text in said}
    return next((phase for phase in _TABLES["letter"] if phase in phases), None)


def _told(table: str, text: str) -> str | None:
    """Return the phase that a text tells by the words of a table of phases.toml, or None."""
    shown = folded(text)
    return next((phase for phase, pattern in _TABLES[table].items() if pattern.search(shown)), None)


def _with_phases(project: Project, common: str | None, proposal: str | None, cells: Sequence[Cell]) -> Project:
    own = (_told("title", title.text) for title in project.form.titles)
    titled = next(filter(None, own), common)
    amounts = {amount.name: amount for amount in project.form.amounts}
    letter, main = project.decision, amounts.get("annualRequest") or amounts.get("totalAmount")
    if main and not main.label:
        letter, main = letter or _of_sentence(main, cells), replace(main, label=_label_above(main, cells))
    decision = _phase(main, letter, titled, proposal)
    phases: dict[str, str | None] = {}
    for name, amount in sorted(amounts.items(), key=lambda item: item[0] in _WHOLES):
        whole = next((total for total in _WHOLES.get(name, ()) if total in phases), None)
        if main is None or amount.value == main.value:
            phases[name] = _part(amount, proposal) or decision
        elif whole is not None:
            phases[name] = _part(amount, proposal) or phases[whole]
        else:  # a notice that states the one sum does not state the other
            phases[name] = _phase(amount, None, titled, proposal)
    differing = ((name, phase or NOT_STATED) for name, phase in phases.items() if phase != decision)
    return replace(project, decision=decision, phases=tuple(differing))


def _of_sentence(amount: Amount, cells: Sequence[Cell]) -> str | None:
    """Return the phase that the sentence with an amount tells, as a line of a notice would; None if it tells none."""
    texts = (cell.text for cell in cells if amount.places[0] in cell.places)
    return next(filter(None, (_told("sentence", text) for text in texts)), None)


def _label_above(amount: Amount, cells: Sequence[Cell]) -> str:
    """Return the nearest label of money above an amount without a label of its own; empty if there is none."""
    above = (cell for cell in cells if not cell.taken_for and cell.places[0].line < amount.places[0].line)
    return next((cell.text for cell in reversed([*above]) if role(cell).kind is Kind.AMOUNT), "")


def _part(amount: Amount, proposal: str | None) -> str | None:
    """Return the phase that the label of an amount tells by itself, or None."""
    return _told("label", amount.label) or (None if proposal else _told("grant", amount.label))


def _phase(amount: Amount | None, letter: str | None, title: str | None, proposal: str | None) -> str | None:
    """Return the phase of an amount (None for a project without a total), or None if nothing tells."""
    said = _labelled("label", amount) or proposal or _labelled("grant", amount) or letter or title
    return said or _labelled("budget", amount)


def _labelled(table: str, amount: Amount | None) -> str | None:
    """Return the phase that the label of an amount tells, or that of its group, or None."""
    return (_told(table, amount.label) or _told(table, amount.group)) if amount else None
