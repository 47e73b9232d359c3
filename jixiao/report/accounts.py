"""Word the account of a document for people, Chinese first.

The account (`jixiao.ingest.ledger`) lists the projects that were read, what they lack, and what was left unread. Each
function returns text without line breaks. `ingest`, `explain` and `validate` share these words.
"""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from jixiao.ingest.rendition import Where
from jixiao.ingest.result import Account, Lack, Money, ProjectAccount
from jixiao.ontology import properties, reference
from jixiao.ontology.text.decimals import digits

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
    """Format an amount in yuan: `1,720,000 元`."""
    return f"{digits(value, grouped=True)} 元"


def money(amount: Money) -> str:
    """Word a project's amount and its certainty, with the property's label unless it is the preferred one."""
    if amount.value is None:
        return "无金额 no amount"
    sure = "写明 stated" if amount.certainty == "stated" else "单位推断 unit inferred"
    which = (
        "" if amount.term == properties.amount_sources()[0] else reference.labels().get((amount.term or "", "zh"), "")
    )
    return f"{which}{' ' if which else ''}{yuan(amount.value)}（{sure}）"


def name(project: ProjectAccount) -> str:
    """Return a project's name, or `（无名称 no name）`."""
    return project.name or _UNNAMED


def parts(project: ProjectAccount) -> str:
    """Word how many indicators, goals and bases a project has."""
    bases = project.citations + project.stated_bases
    return f"指标 indicators {project.indicators}，目标 goals {project.goals}，依据 bases {bases}"


def lacks(project: ProjectAccount) -> str:
    """List what a project lacks; empty if nothing is lacking."""
    return "、".join(LACKS[lack] for lack in project.lacks)


def lacking(account: Account) -> str:
    """Word how many projects lack each part, such as `金额 amount 2`; empty if nothing is lacking."""
    return "、".join(f"{word} {count}" for lack, word in LACKS.items() if (count := account.lacking(lack)))


def declared(account: Account) -> str:
    """Word the difference between declared and read projects; empty if the cover declares none or the same number."""
    read = len(account.projects)
    if account.declared in (None, read):
        return ""
    return f"文件称 {account.declared} 个项目，读出 {read} 个 · {account.declared} projects declared, {read} read"


def unread(account: Account) -> str:
    """Word how many lines are unread, in forms and elsewhere."""
    inside = len(account.unread_in_forms)
    return f"表内 in forms {inside}，表外 elsewhere {len(account.unread) - inside}"


def notes(account: Account) -> Iterator[str]:
    """Return a phrase per point that a steward should check; none if everything was found, stated and read."""
    unsure = (project.amount for project in account.projects if project.amount.certainty != "stated")
    reasons = Counter(amount.why or _ABSENT for amount in unsure).most_common()
    phrases = (
        ("", declared(account)),
        ("部分读取 read in part ", str(len(account.partial) or "")),
        ("缺 lacking: ", lacking(account)),
        ("金额 amounts: ", "、".join(f"{reason}（{count}）" for reason, count in reasons)),
        ("未读 unread: ", unread(account) if account.unread else ""),
        ("未读取的部分 not read: ", "、".join(map(str, account.left_out))),
    )
    return (f"{about}{said}" for about, said in phrases if said)


def place(where: Where | None) -> str:
    """Word the place of a line in its file: page and top left corner, sheet and cell, or table, row and cell."""
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
