"""Word what a report on checked documents says: numbers, names, lines and what was not read.

The templates of pages and of texts (templates.py) share these words. A `Wording` gives them in one language, or in
both, Chinese first.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from jixiao.ontology.text.bilingual import Bilingual
from jixiao.shapes import catalogue
from jixiao.shapes.findings import briefs
from jixiao.shapes.findings.documents import UNKNOWN_DEPARTMENT, Document, Section, refused
from jixiao.shapes.findings.groups import Count, Folded, Group, Occurrence, count, runs
from jixiao.terminal import Words

LEVELS = {level: (name.zh, name.en.lower()) for level, name in catalogue.LEVELS.items()}
"""Severities in Chinese and English, most severe first."""

STYLES = {"Violation": "bold red", "Warning": "bold yellow", "Info": "cyan"}
"""Styles of rich for severities."""

_MOST_LINES = 8  # runs of lines of a rule that the summary names
_MOST_NAMED = 3  # projects that one line names, and runs of lines of each in a summary


@dataclass(frozen=True)
class Wording(Words):
    """A writer of the sentences and phrases of a report in one language, or in both."""

    def sentences(self, words: Bilingual) -> tuple[str, ...]:
        """Return the sentence in the language, or in each of both."""
        return {"zh": (words.zh,), "en": (words.en,), "both": (words.zh, words.en)}[self.language]

    def _mark(self, zh: str, en: str) -> str:
        """Return the punctuation mark of the language; a report in both languages has Chinese marks."""
        return en if self.language == "en" else zh

    @property
    def colon(self) -> str:
        """The mark between the subject of a sentence and the sentence."""
        return self._mark("：", ": ")

    @property
    def comma(self) -> str:
        """The mark between the items that a line lists."""
        return self._mark("，", ", ")

    @property
    def semicolon(self) -> str:
        """The mark between parts of a line."""
        return self._mark("；", "; ")

    def counted(self, counts: Count) -> str:
        """Return in words how many groups of findings there are, by severity; empty if nothing was found.

        The number of findings follows in brackets if it is larger:
        `警告 warning 3，提示 info 5（涉及 36 处 places）`.
        """
        by_level = (
            f"{self.t(zh, en)} {self.numbers(counts.groups[level], counts.open[level])}"
            for level, (zh, en) in LEVELS.items()
            if counts.open.get(level)
        )
        return self._listed(*by_level)

    def all_of(self, counts: Count) -> str:
        """Word the number of groups of findings, whatever their severity."""
        return self.numbers(counts.total_groups, counts.total)

    def tally(self, groups: Sequence[Group], sheet_cells: Mapping[int, str]) -> str:
        """Word the numbers of a rule's groups and findings, their lines or cells, and the projects concerned."""
        counts = count(groups)
        projects = dict.fromkeys(name for group in groups for name in group.projects)
        lines = sorted({line for group in groups for line in group.lines})
        numbered = self._at(lines, sheet_cells, self._mark(" 等", " …")) if lines else ""
        return self._listed(self.all_of(counts), numbered, self._named(list(projects)))

    def severity(self, fault: catalogue.Fault) -> str:
        """Word the severity of a fault, or that its findings say what was not read for sure."""
        return self.t(*LEVELS["Violation" if fault.is_note else fault.level])

    def style(self, fault: catalogue.Fault) -> str:
        """Return the style of a fault's severity."""
        return STYLES["Info" if fault.is_note else fault.level]

    def _listed(self, *texts: str) -> str:
        """Join the texts that are not empty."""
        return self.comma.join(filter(None, texts))

    def numbers(self, groups: int, findings: int) -> str:
        """Return the number of groups as text, followed by the number of findings in brackets if it differs."""
        if groups == findings:
            return f"{groups:,}"
        places = self._numeral(findings, "处", "places")
        return f"{groups:,}{self._mark(f'（涉及 {places}）', f' ({places})')}"

    def where(self, findings: Group | Occurrence) -> str:
        """Return as text the line numbers of findings, and their places in the file if its format has places."""
        if not findings.lines:
            return ""
        shown = findings.excerpt if isinstance(findings, Occurrence) else ()
        places = dict.fromkeys(line.place for line in shown if line.at_fault and line.place)
        told = self.semicolon.join(places)
        return self._numbered([*_runs(findings.lines)]) + (self._mark(f"（{told}）", f" ({told})") if places else "")

    def _numbered(self, lines: Sequence[str], more: str = "") -> str:
        """Word the numbers of lines, given as texts; `more` is a text for further lines, after the last number."""
        if self.language == "en":
            return f"line{'s' if len(lines) > 1 or '–' in lines[0] else ''} {', '.join(lines)}{more}"
        return f"第 {'、'.join(lines)}{more} 行"

    def _at(self, lines: Sequence[int], sheet_cells: Mapping[int, str], more: str, most: int = _MOST_LINES) -> str:
        """Word the first `most` line numbers or, if a spreadsheet has the lines, cells; `more` stands for the rest."""
        placed = [line for line in lines if line in sheet_cells]
        shown = [sheet_cells[line] for line in placed] if placed else [*_runs(lines)]
        others = more if len(shown) > most else ""
        if not placed:
            return self._numbered(shown[:most], others)
        return f"{self.t('单元格', 'cells')} {self._mark('、', ', ').join(shown[:most])}{others}"

    def further(self, brief: briefs.Brief) -> str:
        """Return the note, in brackets, on how many more sentences a fault has than are shown; empty if all are."""
        more = self.t(f"另有 {brief.more:,} 种情形", f"{brief.more:,} more like it")
        return self._mark(f"（{more}）", f" ({more})") if brief.more else ""

    def located(self, brief: briefs.Brief, sheet_cells: Mapping[int, str], most: int = _MOST_NAMED) -> str:
        """Word the first `most` projects that a fault concerns, each with its first lines: `「甲」第 64 行：`."""
        places = [
            (f"「{name}」{self._mark('', ' ')}" if name else "")
            + (self._at(lines, sheet_cells, self._mark(" 等", " …"), _MOST_NAMED) if lines else "")
            for name, lines in brief.where[:most]
        ]
        more = self._of_many(len(brief.where), most)
        return f"{self._mark('、', ', ').join(filter(None, places))}{more}{self.colon}" if any(places) else ""

    def in_all(self, documents: Sequence[Document]) -> str:
        """Word how many documents were checked and refused, and how many findings there are."""
        out = len(refused(documents))
        files = f"{self.t('文件', 'documents')} {len(documents):,}"
        kept_out = self._listed(files, f"{self.t('拒收', 'refused')} {out:,}" if out else "")
        of_all = [document.folded for document in documents]
        findings = self.found(of_all) if any(each.all for each in of_all) or not out else ""
        return "  " + self.semicolon.join(filter(None, (kept_out, findings)))

    def title(self, section: Section) -> str:
        """Word the filing body and the year of a section; the year is left out if it is unknown."""
        year = f" · {section.filed.year}{self._mark(' 年', '')}" if section.filed.year else ""
        unknown = {"zh": "（部门不明）", "en": "(unknown body)", "both": UNKNOWN_DEPARTMENT}[self.language]
        return f"{section.filed.department or unknown}{year}"

    def found(self, filings: Sequence[Folded]) -> str:
        """Word the numbers of findings by severity, then of those that follow from others, and of what was not read."""
        own = self.counted(count(group for each in filings for group in each.own))
        others = (
            f"{self.said(said)} {self.numbers(each.total_groups, each.total)}"
            for said, each in besides(filings)
            if each.total
        )
        nothing = self.t("没有发现", "nothing found")
        return self.semicolon.join(filter(None, (own, self._listed(*others)))) or nothing

    def lacking(self, document: Document) -> str:
        """Return as one line which parts were not read of which projects; empty if each project has all parts."""
        lacks = [f"「{each.project}」{self._words(each.lacks)}" for each in document.not_read if each.lacks]
        if not lacks:
            return ""
        told = self.semicolon.join(lacks[:_MOST_NAMED]) + self._of_many(len(lacks))
        return f"{self.t('没有读到', 'not read')}{self.colon}{told}"

    def _of_many(self, projects: int, most: int = _MOST_NAMED) -> str:
        """Word the number of projects if there are more than the `most` that are named; empty otherwise."""
        if projects <= most:
            return ""
        return self._mark(" 等 ", " … of ") + self._numeral(projects, "个项目", "projects")

    def left_out(self, document: Document) -> tuple[str, ...]:
        """Word the parts of a file that were not read."""
        return tuple(map(self.said, document.left_out))

    def not_read(self, document: Document) -> Iterator[str]:
        """Word, project by project, the parts that were not read and the checks not made on its unread lines.

        Lines outside of forms come last.
        """
        lacks = {each.project: each for each in document.not_read if each.lacks or each.blank}
        lines: dict[str, list[str]] = {project: [] for project in lacks}
        for passage in document.unchecked:
            at = self._at(passage.lines, document.sheet_cells, self._mark(" 等 ", " … of ") + f"{len(passage.lines)}")
            checks = self._words([catalogue.KINDS[kind] for kind in passage.checks])
            said = (
                ("没有与申报表核对", "not checked against the form for")
                if passage.alone
                else ("没有查", "not checked for")
            )
            lines.setdefault(passage.project, []).append(f"{at}{self._mark('，', ' ')}{self.t(*said)} {checks}")
        for project, unchecked in lines.items():
            parts = [
                f"{said}{self.colon}{self._words(words)}"
                for each in filter(None, [lacks.get(project)])
                for said, words in (
                    (self.t("表中空着的", "left blank in the form"), each.blank),
                    (self.t("没有读到", "not read"), each.lacks),
                )
                if words
            ]
            if unchecked:
                rest = self.semicolon.join(unchecked)
                parts.append(f"{self.t('没有读全的行', 'lines not read in full')}{self.colon}{rest}")
            about = f"「{project}」" if project else f"{self.t('表外', 'outside of forms')} "
            yield about + self.semicolon.join(parts)

    def _words(self, words: Sequence[Bilingual]) -> str:
        """List words: `金额 amount、目标 goals`."""
        return self._mark("、", ", ").join(map(self.said, words))

    def head(self, group: Group) -> str:
        """Word the subject of a group: its only place, or its projects and the number of its findings."""
        if len(group.places) == 1:
            return self.placed(group.places[0])
        return self._listed(self._named(group.projects), self._numeral(len(group.findings), "处", "places"))

    def _numeral(self, number: int, zh: str, en: str) -> str:
        """Return a number with its noun: `3 处 places`."""
        return f"{number:,} {self.t(zh, en)}"

    def placed(self, place: Occurrence) -> str:
        """Word the projects of the findings at a place, followed by the numbers of their lines."""
        return self._listed(self.subject(place), self.where(place))

    def _named(self, projects: Sequence[str]) -> str:
        """Return the names of up to three projects in brackets 「」; for more, return only their number."""
        if len(projects) > _MOST_NAMED:
            return self._numeral(len(projects), "个项目", "projects")
        return "".join(f"「{name}」" for name in projects)

    def subject(self, place: Occurrence) -> str:
        """Return the names of the project and parts that findings are about, and their number if there are several."""
        parts = "".join(
            f"「{name}」" for name in filter(None, (place.first.project_name, *dict.fromkeys(place.parts.values())))
        )
        number = self._numeral(len(place.findings), "处", "places")
        return f"{parts}{self._mark(f'（{number}）', f' ({number})')}" if len(place.findings) > 1 else parts


def besides(filings: Sequence[Folded]) -> tuple[tuple[Bilingual, Count], ...]:
    """Return the words and counts of two kinds of findings: those that follow from others, and what was not read.

    What follows from what was not read counts with it.
    """
    effects = count(effect for each in filings for group in each.own for effect in group.effects)
    notes = count(one for each in filings for group in each.notes for one in (group, *group.effects))
    return (
        (Bilingual("另有由此引起的", "following from these"), effects),
        (Bilingual(*LEVELS["Violation"]), notes),
    )


def _runs(lines: Sequence[int]) -> Iterator[str]:
    return (str(first) if first == last else f"{first}–{last}" for first, last in runs(lines))


BOTH = Wording("both")
