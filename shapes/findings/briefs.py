"""Word each fault of a filing in one line, the gravest first, for the summaries of the terminal and of pages.

A line names the projects with their lines, and the figures or dates at fault with their difference; the report has the
whole. Faults that follow from others, that a steward accepts or that are lighter than a warning get no line.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from jixiao.ontology.grouping import by_key
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.ontology.text.decimals import counted, digits
from jixiao.shapes.findings.documents import Section
from jixiao.shapes.findings.groups import Folded, Group, gravity

MOST = 10
"""Faults that a summary words, the gravest ones; it gives the number of the others."""

_FIRST = re.compile(r"(?:[^；;。.]|\.(?=\S))*")
_LONG_QUOTE = re.compile("“([^“”]{20})[^“”]{5,}”")


@dataclass(frozen=True)
class Brief:
    """One line of a summary: a group of findings, its places and its words (`said`).

    `where` has the line numbers by the name of each project, which is "" for the filing itself. `more` is the number of
    further sentences of the group, which only the report has.
    """

    group: Group
    where: Sequence[tuple[str, Sequence[int]]]
    said: Bilingual
    more: int

    @property
    def remedy(self) -> Bilingual:
        """The remedy of the rule up to its first stop; the report has the whole."""
        whole = self.group.fault.remedy
        return Bilingual(*(_FIRST.match(each)[0] + stop for each, stop in ((whole.zh, "。"), (whole.en, "."))))  # type: ignore[index]


def of(folded: Folded, names: Mapping[str, str] = MappingProxyType({})) -> tuple[Brief, ...]:
    """Return a brief for each open warning, in the order of the report.

    `names` are the names of projects by IRI, for findings that do not state them.
    """
    return tuple(_brief(group, names) for group in folded.grave if not group.is_accepted)


def gravest(sections: Iterable[Section]) -> list[tuple[Brief, Section]]:
    """Return a brief for each open warning of several filings, with the filing, the gravest first."""
    found = [(brief, section) for section in sections for brief in of(section.folded)]
    return sorted(found, key=lambda pair: gravity(pair[0].group))


def readable(folded: Folded) -> Bilingual:
    """Return the sentence that a file can be read, and how many groups of warnings are to check."""
    number = folded.count.groups.get("Warning", 0)
    if not number:
        return Bilingual("文件可以读入", "Readable")
    return Bilingual(f"文件可以读入，发现需要核对的 {number:,} 项", f"Readable; {counted(number, 'thing')} to check")


def _brief(group: Group, names: Mapping[str, str]) -> Brief:
    named = ((each.project_name or names.get(each.project or "", ""), each) for each in group.findings)
    lines = by_key((name, line) for name, each in named for line in each.lines or (0,))
    where = tuple((name, sorted({*own} - {0})) for name, own in lines.items())
    return Brief(group, where, _said(group), len(group.messages) - 1)


def _said(group: Group) -> Bilingual:
    """Return the words for one group: the message of its first finding, up to the first full stop in Chinese.

    If the rule has one message for all findings, the rule's label replaces it, followed by what was read; if all
    findings concern one part, the part's name precedes the label. Long quotations are cut, and a difference of amounts
    that the message leaves to the reader is added.
    """
    rule, said = group.fault, group.first.message
    if rule.pattern == rule.message and said.zh.startswith(rule.message.zh):
        quoted = Bilingual(said.zh.removeprefix(rule.message.zh), said.en.removeprefix(rule.message.en).strip())
        said = Bilingual(
            "：".join(filter(None, (rule.label.zh, quoted.zh))), ": ".join(filter(None, (rule.label.en, quoted.en)))
        )
        parts = {each.part for each in group.findings}
        if len(parts) == 1 and (part := parts.pop()) and part not in said.zh:
            said = Bilingual(f"“{part}”：{said.zh}", f"“{part}”: {said.en}")
    said = replace(said, zh=said.zh.partition("。")[0])
    zh, en = (_LONG_QUOTE.sub(r"“\1…”", each) for each in (said.zh, said.en.rstrip(".")))
    if group.first.difference and (yuan := digits(group.first.difference, grouped=True)) not in zh:
        return Bilingual(f"{zh}，相差 {yuan} 元", f"{en}: {yuan} yuan apart")
    return Bilingual(zh, en)
