"""Word the account of a document for people, Chinese first, and list its lines with the facts read from them.

The account (`jixiao.ingest.ledger`) lists the projects that were read, what they lack, and what was left unread. Each
function that words a part of the account returns text without line breaks. `ingest`, `explain` and `validate` share
these words. `explain` shows the lines, each with its use and its place in the file, as text, as a page or as JSON.
Names of persons are already masked in the rendition.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from jixiao.ingest.rendition import Where
from jixiao.ingest.result import Account, EvaluationAccount, Money, ProjectAccount, Reading
from jixiao.ontology import properties, reasons, reference, terms
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.ontology.text.decimals import counted
from jixiao.ontology.text.money import money
from jixiao.shapes.findings import data, documents

USES = {
    "fact": ("事实", "fact"),
    "boilerplate": ("套语", "boilerplate"),
    "person": ("人员", "person"),
    "blank": ("空白", "blank"),
    "unread": ("未读", "unread"),
    "elsewhere": ("表外", "elsewhere"),
}
"""The uses of a line; an `unread` line stands in or near a form, a line `elsewhere` in another part of the file."""

_LONGEST = 40  # characters of a value that are shown: a longer value is the text of the line itself


def worth(amount: Money) -> str:
    """Word a project's amount, with its property's label unless it is the preferred one, and what of it was inferred.

    Without an amount, the property whose value decides and was not read is named.
    """
    preferred, labels = properties.amount_sources()[0], reference.labels()
    missing = amount.term or preferred
    if amount.value is None:
        return f"没有读到{labels[missing, 'zh']} {labels[missing, 'en']} not read"
    sure = f"推断 inferred：{amount.why.zh} {amount.why.en}" if amount.why else "写明 stated"
    which = "" if missing == preferred else f"{labels[missing, 'zh']} "
    return f"{which}{money(amount.value, in_yuan=True).zh}（{sure}）"


def name(project: ProjectAccount | EvaluationAccount) -> str:
    """Return the name of a project or evaluation, or `（无名称 no name）`."""
    return project.name or "（无名称 no name）"


def parts(project: ProjectAccount) -> str:
    """Word the numbers of a project's indicators, goals and legal bases."""
    bases = project.citations + project.stated_bases
    return f"指标 indicators {project.indicators}，目标 goals {project.goals}，依据 bases {bases}"


def results(of: EvaluationAccount) -> str:
    """Word the money that a self-evaluation states as spent, and how many of its results have values and scores."""
    spent = "" if of.spent is None else f"执行 spent {money(of.spent).zh}；"
    return f"{spent}指标 results {of.results}，实际值 reached {of.reached}，得分 scores {of.scored}"


def lacks(project: ProjectAccount) -> str:
    """List the parts that a project lacks, as text; empty if nothing is lacking."""
    return listed(documents.PARTS[lack] for lack in project.lacks)


def listed(words: Iterable[Bilingual]) -> str:
    """List words in both languages: `金额 amount、目标 goals`."""
    return "、".join(f"{each.zh} {each.en}" for each in words)


def not_read(account: Account) -> tuple[documents.NotRead, ...]:
    """Return the projects that were not completely read, in order of lines, each with its unread parts and lines."""
    ordered = sorted(account.projects, key=lambda project: project.line or 0)
    return documents.not_read(
        [(name(project), project.line or 0, project.lacks, project.left_blank) for project in ordered],
        [each.line for each in account.unread_in_forms],
    )


def lacking(account: Account) -> str:
    """Word how many projects lack each part, such as `金额 amount 2`; empty if nothing is lacking."""
    return "、".join(
        f"{word.zh} {word.en} {count}" for lack, word in documents.PARTS.items() if (count := account.lacking(lack))
    )


def declared(account: Account) -> str:
    """Word the difference between declared and read projects; empty if the cover declares none or the same number."""
    read = len(account.projects)
    if account.declared in (None, read):
        return ""
    in_words = counted(account.declared, "project")
    return f"文件称 {account.declared} 个项目，读出 {read} 个 · {in_words} declared, {read} read"


def unread(account: Account) -> str:
    """Return as text how many lines are unread, in forms and elsewhere."""
    inside = len(account.unread_in_forms)
    return f"表内 in forms {inside}，表外 elsewhere {len(account.unread) - inside}"


def notes(account: Account) -> Iterator[str]:
    """Yield a phrase per point that a steward should check; none if everything was found, stated and read."""
    unsure = (project.amount for project in account.projects if project.amount.certainty != "stated")
    grounds = Counter(amount.why or reasons.reason("no-amount") for amount in unsure).most_common()
    phrases = (
        ("", declared(account)),
        ("自评 self-evaluations ", str(len(account.evaluations) or "")),
        ("部分读取 read in part ", str(len(account.partial) or "")),
        ("缺 lacking: ", lacking(account)),
        ("金额 amounts: ", "、".join(f"{ground}（{count}）" for ground, count in grounds)),
        ("未读 unread: ", unread(account) if account.unread else ""),
        ("未读取的部分 not read: ", "、".join(map(str, account.left_out))),
    )
    return (f"{about}{said}" for about, said in phrases if said)


def place(where: Where | None) -> str:
    """Word the place of a line in its file: page and edges of its box, sheet and cell, or table, row and cell."""
    if not where:
        return ""
    if "sheet" in where:
        return f"{where['sheet']}!{where['cell']}"
    if "page" in where:
        box = where.get("box")
        region = f" {','.join(f'{edge:.0f}' for edge in box)}" if isinstance(box, tuple | list) else ""
        return f"第{where['page']}页{region}"
    table = f"表{where['table']}" if "table" in where else ""
    return f"{table}行{where['row']}格{where['cell']}"


@dataclass(frozen=True)
class ReadFact:
    """One fact of a line: node, property, the property's label in Chinese, and the value if it is short.

    `why` gives the reason for which the value is inferred or missing; it is None if the value is stated. `published` is
    true if the value is in the graph, and None if the file was refused. `printed` has the cells of the line from which
    the fact was read.

    If the fact was recognised in a picture, `score` is the least score of its characters (0 to 1), and `confirmed`
    names the ground that confirms it. `decision` is the steward's decision by which its text was read, if there is one.
    """

    node: str
    property: str
    label: str
    value: str
    published: bool | None
    why: reasons.Reason | None
    printed: str
    score: float | None = None
    confirmed: reasons.Reason | None = None
    decision: str = ""

    def __str__(self) -> str:
        mark = "（无值 none）" if self.published is False else "（推断 inferred）"
        return f"{self.label} {self.value}".strip() + (mark if self.why and self.published is not None else "")


@dataclass(frozen=True)
class ExplainedLine:
    """One line: number, text (empty for the blank cell of a field), use, place as data and in words, facts."""

    number: int
    text: str
    use: str
    where: dict[str, Any]
    place: str
    facts: tuple[ReadFact, ...]

    @property
    def shown(self) -> str:
        """The text with a bar between its cells."""
        return " │ ".join(filter(None, map(str.strip, self.text.split("\t")))) or "（空白 blank）"

    @property
    def is_withheld(self) -> bool:
        """Return whether something printed on the line is in no fact that is published."""
        return any(fact.published is False and fact.why and fact.why not in reasons.BLANK for fact in self.facts)

    @property
    def read(self) -> tuple[str, ...]:
        """The distinct facts of the line, such as `项目资金总额 400,000 元`, and a note if the rest is unread."""
        rest = ("其余未读 the rest is unread",) if self.facts and self.use in {"unread", "elsewhere"} else ()
        return (*dict.fromkeys(map(str, self.facts)), *rest)

    @property
    def reasons(self) -> tuple[str, ...]:
        """The distinct reasons why facts are inferred, confirmed or not given, in Chinese.

        Of facts recognised in a picture, the least certainty comes first.
        """
        whys = (fact.why or fact.confirmed for fact in self.facts)
        grounds = dict.fromkeys(why.zh for why in whys if why)
        scores = [fact.score for fact in self.facts if fact.score is not None]
        return (*([f"把握 certainty {min(scores):.2f}"] if scores else []), *grounds)


def lines(reading: Reading) -> tuple[ExplainedLine, ...]:
    """Return the lines that have text, or that are the blank cell of a form's field.

    All lines of a file that was not understood are unread.
    """
    values = _values(reading)
    uses = {entry["n"]: entry for entry in (reading.ledger or {"lines": []})["lines"]}
    in_forms = {each.line for each in reading.account.unread_in_forms} if reading.account else None
    rows = []
    for line in (reading.rendition or {"lines": []})["lines"]:
        entry = uses.get(line["n"], {"use": "unread", "facts": []})
        outside = entry["use"] == "unread" and in_forms is not None and line["n"] not in in_forms
        if line["text"].strip() or entry["facts"]:
            where = line.get("where") or {}
            facts = tuple(_read(fact, values, line["text"]) for fact in entry["facts"])
            use = "elsewhere" if outside else entry["use"]
            rows.append(ExplainedLine(line["n"], line["text"].strip(), use, where, place(where), facts))
    return tuple(rows)


def _read(fact: dict[str, Any], values: dict[tuple[str, str], str] | None, text: str) -> ReadFact:
    """Return a fact of a line, given by its entry in the ledger (`fact`); `text` is the line's text.

    `values` is the result of `_values`.
    """
    node, property_ = fact["node"], fact["property"]
    value = (values or {}).get((node, property_), "")
    published = None if values is None else (node, property_) in values
    cells = text.split("\t")
    columns = [column for column in fact["columns"] if column is not None and column < len(cells)]
    printed = " ".join(cells[column].strip() for column in columns) if columns else text.strip()
    shown = "" if value == text.strip() else value
    why, confirmed = reasons.kept(fact["why"]), reasons.kept(fact.get("confirmed"))
    called = reference.labels().get((property_, "zh"), property_)
    score, decision = fact.get("score"), fact.get("decision", "")
    return ReadFact(node, property_, called, shown, published, why, printed, score, confirmed, decision)


def _values(reading: Reading) -> dict[tuple[str, str], str] | None:
    """Map node and property to the published value, or to the label of the thing that is the value.

    The text is empty if there are several values or the value is long. None if the file was refused.
    """
    if reading.deposit is None:
        return None
    triples = [quad.triple for quad in parse(reading.deposit.source_triples, RdfFormat.N_TRIPLES)]
    names = {
        triple.subject: triple.object.value
        for triple in triples
        if triple.predicate.value == terms.RDFS_label and isinstance(triple.object, Literal)
    }
    shown: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for triple in triples:
        subject, property_, thing = triple.subject, triple.predicate.value, triple.object
        if isinstance(subject, NamedNode) and isinstance(thing, Literal):
            value = money(Decimal(thing.value), in_yuan=True).zh if property_ in properties.amounts() else thing.value
            shown[subject.value, property_].append(value)
        elif isinstance(subject, NamedNode) and isinstance(thing, NamedNode):
            shown[subject.value, property_].append(names.get(thing) or reference.labels().get((thing.value, "zh"), ""))
    # The ledger does not say which of several values stands on which line.
    return {
        key: found[0] if len(found) == 1 and len(found[0]) <= _LONGEST and "\n" not in found[0] else ""
        for key, found in shown.items()
    }


def as_json(
    reading: Reading, explained: Sequence[ExplainedLine], commands: Mapping[int, Sequence[str]]
) -> dict[str, Any]:
    """Return the account and the lines as plain data; amounts are decimals in yuan, written as text.

    `commands` has those that settle what is open in a line, by the line's number.
    """
    return {
        "file": reading.file_name,
        "sha256": reading.sha256,
        "refused": list(reading.refusal.reasons) if reading.refusal else None,
        "share": round(reading.share, 4),
        "account": _account(reading.account) if reading.account else None,
        "findings": data.results_as_json(reading.report) if reading.report else [],
        "lines": [
            {
                "n": line.number,
                "text": line.text,
                "use": line.use,
                "where": line.where or None,
                "facts": [_fact(fact) for fact in line.facts],
                **({"commands": commands[line.number]} if line.number in commands else {}),
            }
            for line in explained
        ],
    }


def _fact(fact: ReadFact) -> dict[str, Any]:
    written = asdict(fact) | {"why": str(fact.why or ""), "codes": fact.why.codes if fact.why else ()}
    if fact.confirmed:
        written |= {"confirmed": str(fact.confirmed), "confirmedCodes": fact.confirmed.codes}
    return {
        member: value
        for member, value in written.items()
        if member not in {"score", "confirmed", "decision"} or value not in (None, "")
    }


def _account(account: Account) -> dict[str, Any]:
    return {
        "projects": [
            asdict(project)
            | {
                "amount": {
                    "property": project.amount.term,
                    "yuan": None if project.amount.value is None else f"{project.amount.value:f}",
                    "certainty": project.amount.certainty,
                    "why": project.amount.why and str(project.amount.why),
                    "codes": project.amount.why.codes if project.amount.why else (),
                }
            }
            for project in account.projects
        ],
        "evaluations": [
            asdict(each) | {"spent": None if each.spent is None else f"{each.spent:f}"} for each in account.evaluations
        ],
        "declared": account.declared,
        "facts": {
            "stated": account.stated,
            "inferred": {str(why): count for why, count in account.inferred},
            "withheld": {str(why): count for why, count in account.withheld},
            "codes": {str(why): why.codes for why, _ in (*account.inferred, *account.withheld)},
        },
        "unread": {
            "inForms": [one.line for one in account.unread_in_forms],
            "all": [one.line for one in account.unread],
        },
        "leftOut": [asdict(part) for part in account.left_out],
    }
