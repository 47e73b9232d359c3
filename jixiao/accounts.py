"""Accounts of documents in words, Chinese first: what `ingest` says in a line of each, and `explain` at length.

Comes in: an `Account`; goes out: text without line breaks. Apart from the commands, which share the words.
"""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from functools import cache

from jixiao.ingest.account import Account, Lack, Money, ProjectAccount
from jixiao.ingest.rendition import Where
from jixiao.ontology import terms
from jixiao.ontology.decimals import digits
from jixiao.ontology.labels import Labels

LACKS: dict[Lack, str] = {
    "name": "名称 name",
    "body": "部门 body",
    "year": "年度 year",
    "amount": "金额 amount",
    "goals": "目标 goals",
    "indicators": "指标 indicators",
    "targets": "部分指标值 some targets",
}
_UNNAMED = "（无名称 no name）"
_ABSENT = "没有金额栏，说明中也没有 · no cell for an amount, none in the narrative"


def yuan(value: Decimal) -> str:
    """An amount as people read it: `1,720,000 元`."""
    return f"{digits(value, grouped=True)} 元"


def money(amount: Money) -> str:
    """A project's amount and how sure it is; which amount, where it is not what the form asks for the year."""
    if amount.value is None:
        return "无金额 no amount"
    sure = "写明 stated" if amount.certainty == "stated" else "单位推断 unit inferred"
    which = "" if amount.term == terms.annualRequest else _labels().zh(amount.term or "") or ""
    return f"{which}{' ' if which else ''}{yuan(amount.value)}（{sure}）"


def reasons(account: Account) -> dict[str, int]:
    """Why amounts are inferred or not given, and of how many projects."""
    whys = [project.amount.why or _ABSENT for project in account.projects if project.amount.certainty != "stated"]
    return dict(Counter(whys).most_common())


@cache
def _labels() -> Labels:
    return Labels()


def name(project: ProjectAccount) -> str:
    """What to call a project."""
    return project.name or _UNNAMED


def parts(project: ProjectAccount) -> str:
    """How many parts a project has."""
    bases = project.citations + project.stated_bases
    return f"指标 indicators {project.indicators}，目标 goals {project.goals}，依据 bases {bases}"


def lacks(project: ProjectAccount) -> str:
    """What a project lacks; empty where it is whole."""
    return "、".join(LACKS[lack] for lack in project.lacks)


def declared(account: Account) -> str:
    """How many projects were read of those that the cover declares; empty where nothing differs."""
    if account.declared in (None, len(account.projects)):
        return ""
    found = len(account.projects)
    return f"封面称 {account.declared} 个项目，读出 {found} 个 · {account.declared} projects declared, {found} read"


def unread(account: Account) -> str:
    """How many lines stayed unread, in forms and elsewhere."""
    inside = len(account.unread_in_forms)
    return f"表内 in forms {inside}，表外 elsewhere {len(account.unread) - inside}"


def notes(account: Account) -> Iterator[str]:
    """What a steward should know of a document, a phrase each; none where all was found, stated and read."""
    if said := declared(account):
        yield said
    found = [f"{word} {count}" for lack, word in LACKS.items() if (count := account.lacking(lack))]
    if found:
        yield f"缺 lacking: {'、'.join(found)}"
    if why := reasons(account):
        yield f"金额 amounts: {'、'.join(f'{reason}（{count}）' for reason, count in why.items())}"
    if account.unread:
        yield f"未读 unread: {unread(account)}"
    if account.left_out:
        yield f"未读取的部分 not looked into: {'、'.join(map(str, account.left_out))}"


def place(where: Where | None) -> str:
    """Where a line stands in its file: page and top left corner, sheet and cell, or table, row and cell."""
    if not where:
        return ""
    if "sheet" in where:
        return f"{where['sheet']}!{where['cell']}"
    if "page" in where:
        box = where.get("box")
        corner = f" {box[0]:.0f},{box[1]:.0f}" if isinstance(box, tuple | list) else ""
        return f"第{where['page']}页{corner}"
    table = f"表{where['table']}" if "table" in where else ""
    return f"{table}行{where['row']}格{where['cell']}"
