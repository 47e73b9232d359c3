"""Fold findings that state one fact into groups, so that a reader sees a fault once with all its places; count both.

Findings with equal keys (`Finding.group`, made of what the rule's jx:foldsBy names) form a group. Findings that a
steward accepts form a group beside that of the open ones, and are counted separately. Folding changes no finding: the
RDF keeps each.

Two findings are *witnesses* of one mistake if they rest on the same line and the same figures or words. One wrong
figure contradicts the form, the narrative and the cover, each by a rule of its own. If both findings name the wrong
figure and the one in its place, or differ by the same amount, one correction settles both. Two findings that have only
one figure in common are two mistakes: whatever that figure should be, it cannot agree with both of the others.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property, lru_cache
from itertools import chain, groupby
from typing import TypeVar

from jixiao.ontology.grouping import by_key, by_keys
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.shapes.catalogue import KINDS, LEVELS, Fault
from jixiao.shapes.findings.finding import Finding, Shown, merged

_HABIT = 5  # places at which a blank or a way of writing is a habit of the form
_FIGURE = re.compile(
    r"(?P<year>\d{4})(?:年|[-/.])(?P<month>\d{1,2})(?:月|[-/.])(?P<day>\d{1,2})(?![\d,])"
    r"|(?P<number>\d[\d,]*(?:\.\d+)?)\s*(?P<unit>[^\s\d，。；：、]?)"
)
_FEW_DIGITS = 2  # of a number that says little without its unit
_LONGEST_QUOTE = 60  # characters; a longer quotation is a paragraph, which may hold several mistakes
_ENOUGH = 2  # figures in common: the one at fault, and the one that it should be


@dataclass(frozen=True)
class _Findings:
    """One or more findings that are shown together; base of `Occurrence` and `Group`."""

    findings: tuple[Finding, ...]

    @property
    def first(self) -> Finding:
        """The first finding."""
        return self.findings[0]

    @cached_property
    def lines(self) -> tuple[int, ...]:
        """Line numbers of all findings, each once, in order."""
        return tuple(sorted({line for each in self.findings for line in each.lines}))


@dataclass(frozen=True)
class Occurrence(_Findings):
    """The findings of a group that are about one project and have one sentence.

    `message` is that sentence. If there are several findings, it leaves out the words at fault, which differ between
    them and are marked in the excerpt.
    """

    message: Bilingual

    @property
    def parts(self) -> Mapping[str, str]:
        """The labels of the parts at fault (an indicator, an item …), by the IRI of the finding's focus node.

        A part that the sentence names is left out.
        """
        unnamed = (each for each in self.findings if f"“{each.part}”" not in self.message.zh)
        return {each.focus_node: each.part for each in unnamed if each.part}

    @cached_property
    def excerpt(self) -> tuple[Shown, ...]:
        """The lines around all findings, each once, with all marks."""
        return merged(each.excerpt for each in self.findings)

    def brief(self, most: int) -> tuple[Shown, ...]:
        """Return at most `most` lines of the excerpt; a longer one is cut to its lines at fault, without neighbours."""
        if len(self.excerpt) <= most:
            return self.excerpt
        return tuple(line for line in self.excerpt if line.at_fault)[:most]


@dataclass(frozen=True)
class Group(_Findings):
    """One or more findings that state one fact, in report order; all share their rule, key and acceptance.

    `effects` are the groups that a report shows below this one, because one mistake set off all of them.
    """

    effects: tuple["Group", ...] = ()

    @property
    def fault(self) -> Fault:
        """The rule that all findings of the group break."""
        return self.first.fault

    @property
    def level(self) -> str:
        """Local name of the severity."""
        return self.fault.level

    @property
    def key(self) -> str:
        """Key of the group; a steward who accepts this key accepts all its findings."""
        return self.first.group

    @property
    def is_accepted(self) -> bool:
        """Return whether a steward accepts the findings."""
        return self.first.accepted is not None

    @property
    def is_habit(self) -> bool:
        """Return whether the findings are a habit of the form: a blank or a way of writing that many places share."""
        return len(self.findings) >= _HABIT and self.fault.kind in {"blanks", "wording"}

    @property
    def stake(self) -> Decimal:
        """The most yuan by which amounts differ, in the findings or their effects; 0 if none compares amounts."""
        findings = chain(self.findings, *(each.findings for each in self.effects))
        return max((each.difference or Decimal(0) for each in findings), default=Decimal(0))

    @property
    def decisions(self) -> tuple[str, ...]:
        """The IRIs of the decisions by which a steward accepts the findings, each once."""
        return tuple(dict.fromkeys(each.accepted for each in self.findings if each.accepted is not None))

    @property
    def projects(self) -> tuple[str, ...]:
        """The names of the projects concerned, each once."""
        return tuple(dict.fromkeys(name for each in self.findings if (name := each.project_name) is not None))

    @property
    def messages(self) -> tuple[Bilingual, ...]:
        """The different sentences of the findings."""
        return tuple(dict.fromkeys(each.message for each in self.findings))

    @cached_property
    def places(self) -> tuple[Occurrence, ...]:
        """The findings split into places, by sentence and project; places with the same sentence follow one another."""
        several = len(self.findings) > 1 and all(each.lines for each in self.findings)
        rule = self.fault.message if several and self.fault.message.zh else None

        def sentence(said: Bilingual) -> Bilingual:
            # A sentence that only adds the words at fault to the rule's message: the lines quoted show these words.
            return rule if rule and said.zh.startswith(rule.zh) and said.en.startswith(rule.en) else said

        by_sentence = by_keys((sentence(each.message), each.project, each) for each in self.findings)
        return tuple(
            Occurrence(tuple(findings), message)
            for message, of_projects in by_sentence.items()
            for findings in of_projects.values()
        )


@dataclass(frozen=True)
class Folded:
    """The groups of one filing: `grave` ones, the warnings, to show one by one, and the others by rule.

    `notes` say what could not be read. They are apart from both, since they are no findings about the filing.
    """

    grave: tuple[Group, ...]
    by_rule: Mapping[Fault, tuple[Group, ...]]
    notes: tuple[Group, ...] = ()

    @property
    def own(self) -> tuple[Group, ...]:
        """The groups of findings about the filing itself, warnings first; without effects."""
        return (*self.grave, *(group for groups in self.by_rule.values() for group in groups))

    @property
    def all(self) -> tuple[Group, ...]:
        """All groups that stand by themselves, what could not be read last, as a page shows them; without effects."""
        return (*self.own, *self.notes)

    @property
    def effects(self) -> tuple[Group, ...]:
        """The groups that a page shows below the groups of `all`, which are their causes."""
        return tuple(effect for group in self.all for effect in group.effects)

    @property
    def count(self) -> "Count":
        """Count of the groups that stand by themselves, which reports give first."""
        return count(self.own)


def grouped(findings: Iterable[Finding]) -> tuple[Group, ...]:
    """Fold the findings of one document into groups.

    Groups come by severity, the gravest first, open ones before accepted ones, habits of the form last; then by the
    yuan at stake, by kind, by how plainly the rule tells the mistake, and by line.

    Findings of different filings are never folded, even with equal keys: a key names its filing only if the addresses
    of things follow this project's scheme.
    """
    groups = by_key(((each.group, each.filed, each.accepted is not None), each) for each in findings)
    return tuple(sorted((Group(tuple(each)) for each in groups.values()), key=gravity))


def gravity(group: Group) -> tuple[Decimal | int, ...]:
    """Return a key that sorts groups with the gravest first, in the order that `grouped` describes."""
    level, kind = weight(group.fault)
    line = min(group.lines, default=10**9)
    return level, group.is_accepted, group.is_habit, -group.stake, kind, group.fault.telling, line


def folded(groups: Iterable[Group]) -> Folded:
    """Separate groups of findings into three: warnings, one by one; infos, by rule; and what could not be read.

    Groups that one mistake set off stand below the group of their cause (`Group.effects`), which leads them with the
    money of them all.
    """
    known = sorted(_below_causes(tuple(groups)), key=gravity)
    own = [group for group in known if not group.fault.is_note]
    return Folded(
        tuple(group for group in own if group.level == "Warning"),
        by_rule(group for group in own if group.level != "Warning"),
        tuple(group for group in known if group.fault.is_note),
    )


def _below_causes(groups: tuple[Group, ...]) -> tuple[Group, ...]:
    """Return the groups that no other group explains, each with the groups that it explains as its `effects`.

    A group that several groups explain stands below the first of them in the order of `_telling`, which puts likely
    causes first. The groups returned keep the order of `groups`.
    """
    causes: dict[int, list[Group]] = {}
    own: list[Group] = []
    at: dict[int | None, list[int]] = defaultdict(list)  # places in `own` by line; None for groups without lines
    for group in sorted(groups, key=_telling):
        lines = group.lines or (None,)
        near = (own[place] for place in sorted({place for line in lines for place in at[line]}))
        cause = next((other for other in near if _explains(other, group)), None)
        if cause:
            causes[id(cause)].append(group)
            continue
        for line in lines:
            at[line].append(len(own))
        own.append(group)
        causes[id(group)] = []
    return tuple(replace(each, effects=tuple(causes[id(each)])) for each in groups if id(each) in causes)


def _telling(group: Group) -> tuple[int | bool, ...]:
    """Return a key that sorts groups with likely causes first.

    These are, in this order, graver groups, those that are no habit, those that tell the mistake more plainly, those of
    rules with known effects, those about a project, and those with one line at most; then come groups with more lines,
    the most lines first.
    """
    fault, first = group.fault, group.first
    rule = weight(fault)[0], group.is_habit, fault.telling, not fault.effects
    return *rule, not first.project, len(first.lines) > 1, -len(first.lines)


def _explains(cause: Group, effect: Group) -> bool:
    """Return whether one mistake explains both groups: each finding of the effect is another witness of the cause.

    The groups share a line, or neither has one. The cause is at least as severe. Both are about one project, or the
    effect is about the filing; they share the mistake, or the rule of the cause names that of the effect (kinds.toml).
    A note is never the effect of a finding about the filing, below which it would seem to be the filing's mistake; and
    a habit of the form explains no mistake that stands alone.
    """
    return (
        weight(cause.fault)[0] <= weight(effect.fault)[0]
        and cause.is_accepted == effect.is_accepted
        and cause.is_habit <= effect.is_habit
        and (cause.fault.is_note or not effect.fault.is_note)
        and all(any(is_witness(of, each) for of in cause.findings) for each in effect.findings)
    )


def by_rule(groups: Iterable[Group]) -> dict[Fault, tuple[Group, ...]]:
    """Return the groups of each rule.

    Rules come by severity, the gravest first, then by kind, then by number of findings, the most first, then by name.
    """
    of_rule = by_key((group.fault, group) for group in groups)
    return {fault: tuple(of_rule[fault]) for fault in sorted(of_rule, key=lambda fault: _size(of_rule[fault]))}


def by_project(groups: Iterable[Group]) -> dict[str, tuple[Group, ...]]:
    """Collect groups by the IRI of each project that they concern; the key is empty for findings about no project."""
    of_project = by_key(
        (iri, group) for group in groups for iri in dict.fromkeys(each.project or "" for each in group.findings)
    )
    return {iri: tuple(concerned) for iri, concerned in of_project.items()}


def runs(lines: Iterable[int]) -> list[tuple[int, int]]:
    """Return sorted, different line numbers as ranges (first, last); only three or more consecutive ones share a range.

    [3, 5, 6, 7, 9] gives [(3, 3), (5, 7), (9, 9)].
    """
    # Within a run, a line and its place among the lines grow alike.
    placed = groupby(enumerate(lines), key=lambda pair: pair[1] - pair[0])
    runs_ = [[line for _, line in run] for _, run in placed]
    return [pair for run in runs_ for pair in ([(run[0], run[-1])] if len(run) > 2 else [(line, line) for line in run])]


def _size(groups: list[Group]) -> tuple[int | str, ...]:
    return *weight(groups[0].fault), -sum(len(group.findings) for group in groups), groups[0].fault.name


def weight(fault: Fault) -> tuple[int, int]:
    """Return a key that sorts rules by severity, gravest first, and within a severity by kind."""
    return [*LEVELS].index(fault.level) if fault.level in LEVELS else len(LEVELS), [*KINDS].index(fault.kind)


Key = TypeVar("Key")

_ACCEPTED = "accepted"  # key of accepted findings in the counters, beside the severities of open ones


@dataclass(frozen=True)
class Count:
    """Numbers of open findings by severity, and of accepted findings; and the numbers of their groups."""

    open: Mapping[str, int] = field(default_factory=Counter)
    accepted: int = 0
    groups: Mapping[str, int] = field(default_factory=Counter)
    accepted_groups: int = 0

    @property
    def all_open(self) -> int:
        """Number of open findings of any severity."""
        return sum(self.open.values())

    @property
    def open_groups(self) -> int:
        """Number of groups of open findings of any severity."""
        return sum(self.groups.values())

    @property
    def total(self) -> int:
        """Number of all findings, open and accepted."""
        return self.all_open + self.accepted

    @property
    def total_groups(self) -> int:
        """Number of all groups, open and accepted; one with findings of both kinds counts twice."""
        return self.open_groups + self.accepted_groups


def counts(rows: Iterable[tuple[Key, str, bool, int, int]]) -> dict[Key, Count]:
    """Add up rows (key, severity, is accepted, number of findings, number of groups) to one Count per key.

    Keys are ordered as `grave` orders their counts, and then by name.
    """
    findings: defaultdict[Key, Counter[str]] = defaultdict(Counter)
    groups: defaultdict[Key, Counter[str]] = defaultdict(Counter)
    for key, level, is_accepted, number, number_of_groups in rows:
        kind = _ACCEPTED if is_accepted else level
        findings[key][kind] += number
        groups[key][kind] += number_of_groups
    counted = {
        key: Count(
            accepted=findings[key].pop(_ACCEPTED, 0),
            accepted_groups=groups[key].pop(_ACCEPTED, 0),
            open=findings[key],
            groups=groups[key],
        )
        for key in findings
    }
    return dict(sorted(counted.items(), key=lambda pair: (*grave(pair[1]), str(pair[0]))))


def count(groups: Iterable[Group]) -> Count:
    """Count groups and the findings in them."""
    rows = ((None, group.level, group.is_accepted, len(group.findings), 1) for group in groups)
    return counts(rows).get(None, Count())


def grave(count: Count) -> tuple[int, ...]:
    """Return a sort key for counts: most warnings first, then most violations, open findings, accepted findings."""
    return -count.open.get("Warning", 0), -count.open.get("Violation", 0), -count.all_open, -count.accepted


def is_witness(cause: Finding, effect: Finding) -> bool:
    """Return whether one mistake made both findings: they share a line, and figures or known effects show it.

    The effect must be about the cause's project, or about the filing as a whole.
    """
    return (
        effect.project in {cause.project, None}
        and _meet(cause.lines, effect.lines)
        and (effect.fault.name in cause.fault.effects or _same(cause, effect))
    )


def _meet(lines: Sequence[int], others: Sequence[int]) -> bool:
    """Return whether the lines of two findings have one in common, or both have no lines, as in RDF."""
    return not {*lines}.isdisjoint(others) or not (lines or others)


def _same(one: Finding, other: Finding) -> bool:
    """Return whether two findings state one difference, or have enough figures or quoted words in common.

    Two figures in common are enough. Between rules, all figures of `other` are enough if it has no further line.
    Between rules of one kind, all figures of either are enough, and so are quotations of which one contains the other.
    """
    if one.difference and one.difference == other.difference:
        return True
    mine, theirs = _figures(one), _figures(other)
    if len(mine & theirs) >= _ENOUGH or one.fault == other.fault:
        return len(mine & theirs) >= _ENOUGH
    if theirs and theirs <= mine and {*other.lines} <= {*one.lines}:
        return True
    quotes = [each for each in (one.quote, other.quote) if each and len(each) <= _LONGEST_QUOTE]
    quoted = len(quotes) == _ENOUGH and (quotes[0] in quotes[1] or quotes[1] in quotes[0])
    return one.fault.kind == other.fault.kind and (quoted or len(mine & theirs) >= min(len(mine), len(theirs)) > 0)


@lru_cache(maxsize=1024)
def _figures(finding: Finding) -> frozenset[str]:
    """Return the numbers and dates in a finding's sentence, quotation and value.

    Those that the rule's message has in every finding are left out.
    """
    quote = finding.quote if finding.quote and len(finding.quote) <= _LONGEST_QUOTE else ""
    said = frozenset(_read(f"{finding.message.zh} {quote} {finding.value or ''}"))
    return said - frozenset(_read(finding.fault.pattern.zh))


def _read(text: str) -> Iterator[str]:
    for found in _FIGURE.finditer(text):
        if found["year"]:
            yield f"{found['year']}-{found['month']:0>2}-{found['day']:0>2}"
        else:
            number = Decimal(found["number"].replace(",", "")).normalize()
            short = len(number.as_tuple().digits) <= _FEW_DIGITS and abs(number) < 10**_FEW_DIGITS
            yield f"{number:f}{found['unit'] if short else ''}"
