"""Define `jixiao registry …`, which makes, lists, undoes and applies a steward's decisions (docs/registry.md)."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer
from pyoxigraph import Literal, NamedNode

from jixiao.commands.notices import say_objections
from jixiao.ingest.writing import check as check_decisions, unfit, writing
from jixiao.ontology import identity, terms
from jixiao.stewarding import (
    KINDS,
    decide,
    find_fault,
    find_group,
    find_property,
    find_thing,
    grounds,
    parse_right,
    parse_value,
    printed_value,
    summary,
)
from jixiao.store import (
    Decision,
    Generation,
    LogEntry,
    Store,
    Term,
    Transcription,
    ineffective,
    number_of,
    objections,
    read_statement,
    unapplied,
)
from jixiao.tables import table
from jixiao.terminal import StoreOption, fail, say, write
from jixiao.transcriptions import find_scan, parse_region, parse_text, transcribe as read_again

registry = typer.Typer(no_args_is_help=True, help="管理者的决定：合并、更名、更正、认可、转录 · a steward's decisions")

ReasonOption = Annotated[str, typer.Option(help="理由 · reason")]
DateOption = Annotated[str | None, typer.Option(help="决定的日期 · date of the decision [今天 today]")]
ByOption = Annotated[str | None, typer.Option(help="岗位或部门 · the post or office that decides")]

_EVENTS = {
    "decided": "决定 decided",
    "changed": "改写 changed",
    "undone": "撤销 undone",
    "withdrawn": "撤回 withdrawn",
    "replaced": "取代 replaced",
    "restored": "恢复 restored",
}


@registry.command()
def same(  # noqa: PLR0913, PLR0917 - the options of a command
    keep: Annotated[str, typer.Argument(help="保留的部门或文件：名称、文号或地址 · the one to keep")],
    merge: Annotated[str, typer.Argument(help="并入的部门或文件 · the one to merge into it")],
    store: StoreOption,
    reason: ReasonOption,
    date: DateOption = None,
    by: ByOption = None,
) -> None:
    """两个部门或两份文件是同一个 · merge two bodies or two documents."""
    opened, generation = _opened(store)
    kept, merged = (find_thing(generation, text, (terms.Department, terms.LegalBasis)) for text in (keep, merge))
    says: dict[str, Term] = {terms.keeps: NamedNode(kept.iri), terms.merges: NamedNode(merged.iri)}
    _decide(opened, generation, terms.Identification, says | grounds(reason, date or None, by))


@registry.command()
def rename(  # noqa: PLR0913, PLR0917
    old: Annotated[str, typer.Argument(help="原部门 · the body's former name")],
    new: Annotated[str, typer.Argument(help="更名后部门 · its later name")],
    store: StoreOption,
    since: Annotated[str, typer.Option("--from", help="启用新名称的第一天 · the first day of the new name")],
    reason: ReasonOption,
    date: DateOption = None,
    by: ByOption = None,
) -> None:
    """一个部门更了名 · record that a body was renamed; both are kept and linked."""
    opened, generation = _opened(store)
    former, later = (find_thing(generation, text, (terms.Department,)) for text in (old, new))
    says: dict[str, Term] = {
        terms.formerBody: NamedNode(former.iri),
        terms.laterBody: NamedNode(later.iri),
        terms.effectiveFrom: parse_value(since, terms.XSD_date),
    }
    _decide(opened, generation, terms.Renaming, says | grounds(reason, date or None, by))


@registry.command()
def correct(  # noqa: PLR0913, PLR0917
    node: Annotated[str, typer.Argument(help="对象：地址或名称 · the thing")],
    name: Annotated[str, typer.Argument(metavar="PROPERTY", help="属性，如 年度资金申请总额 · the property")],
    right: Annotated[
        str,
        typer.Argument(
            metavar="VALUE",
            help="正确的值：金额以元计，单位写名称或地址 · the right value; a body by its name or address",
        ),
    ],
    store: StoreOption,
    reason: ReasonOption,
    wrong: Annotated[
        str | None, typer.Option("--printed", help="所印的值，有几个时 · the printed value, if there are several")
    ] = None,
    date: DateOption = None,
    by: ByOption = None,
) -> None:
    """所印的一个值有误 · correct a printed value."""
    opened, generation = _opened(store)
    concerned, wanted = find_thing(generation, node), find_property(name)
    printed = printed_value(generation, concerned, wanted, wrong)
    says: dict[str, Term] = {
        terms.concerns: NamedNode(concerned.iri),
        terms.correctedProperty: NamedNode(wanted.iri),
        **({} if printed is None else {terms.printedValue: printed}),
        terms.correctedValue: parse_right(generation, right, wanted),
    }
    _decide(opened, generation, terms.Correction, says | grounds(reason, date or None, by))


@registry.command()
def accept(  # noqa: PLR0913, PLR0917
    fault: Annotated[str, typer.Argument(help="规则的名称，或者组 g-… · the rule's name, or a group g-…")],
    store: StoreOption,
    reason: ReasonOption,
    node: Annotated[
        str | None, typer.Argument(help="发现所在的对象 · the thing that the finding is about", show_default=False)
    ] = None,
    date: DateOption = None,
    by: ByOption = None,
) -> None:
    """一项或一组发现经核对不必处理 · accept a finding, or a group of findings, that needs no work."""
    opened, generation = _opened(store)
    says: dict[str, Term] = {}
    if node is None:
        rule, about = find_group(generation, fault.strip())
        says[terms.acceptedGroup] = Literal(fault.strip())
    else:
        rule, concerned = find_fault(fault), find_thing(generation, node)
        about = concerned.iri
        if not generation.decisions.findings(generation.graph, NamedNode(about), NamedNode(rule)):
            fail(f"没有这样的发现 · there is no such finding: {fault}，{concerned.label}")
    says |= {terms.acceptedFault: NamedNode(rule), terms.concerns: NamedNode(about)}
    _decide(opened, generation, terms.Acceptance, says | grounds(reason, date or None, by))


@registry.command()
def transcribe(  # noqa: PLR0913, PLR0917
    source: Annotated[
        str, typer.Argument(help="扫描件：来源号、地址或文件名 · the scan: number, address or file name")
    ],
    page: Annotated[int, typer.Argument(min=1, help="页 · the page")],
    region: Annotated[str, typer.Argument(help="位置：左,上,右,下，以点计 · left,top,right,bottom in points")],
    text: Annotated[str, typer.Argument(help="图像上的文字，没有的写 '' · what the picture says; '' if nothing")],
    store: StoreOption,
    reason: ReasonOption,
    date: DateOption = None,
    by: ByOption = None,
) -> None:
    """扫描件的一处写着什么 · state what one place of a scan says, and read the scan again."""
    opened = Store.open(store)
    scan = find_scan(opened, source)
    why = grounds(reason, date or None, by)
    read = Transcription("", page, parse_region(region), "", parse_text(text))
    decision, generation = read_again(opened, scan, read, why)
    _say_decided(decision, generation)
    if still := next((each for each in opened.refusals() if each.sha256 == scan.sha256), None):
        say(f"{scan.file_name} 仍被拒收 is still refused: {'；'.join(still.reasons)}")


@registry.command()
def undo(
    number: Annotated[int, typer.Argument(min=1, help="决定的编号 · the decision's number")],
    store: StoreOption,
    reason: Annotated[str | None, typer.Option(help="撤销的理由，记入日志 · reason, for the log")] = None,
    by: ByOption = None,
) -> None:
    """撤销一项决定 · undo a decision."""
    with writing(Store.open(store)) as batch:
        batch.undo(number, reason, by)
        generation = batch.commit()
    say(f"已撤销决定 undone: {number}，版本 version {generation.version}")


@registry.command()
def apply(store: StoreOption) -> None:
    """应用手工修改过的 registry.ttl · apply the registry after editing it by hand."""
    opened = Store.open(store)
    before = opened.current()
    with writing(opened) as batch:
        generation = batch.commit(strict=True)
    if before is not None and before.number == generation.number:
        say(f"没有变化 nothing has changed，版本 version {generation.version}")
    else:
        say(f"已应用 applied: 决定 decisions {len(generation.decisions.all)}，版本 version {generation.version}")


@registry.command(name="list")
def list_(store: StoreOption) -> None:
    """列出各项决定 · list the decisions."""
    opened = Store.open(store)
    generation, found = opened.current(), opened.registry()
    applied = set() if generation is None else generation.decisions.triples
    missing = {triple.subject for triple in found.decisions.triples - applied}
    lapsed = [] if generation is None else ineffective(found, generation.graph)
    states = {each.decision: "已不适用 lapsed" for each in lapsed}
    rows = [
        (
            str(number_of(decision.iri)),
            KINDS.get(decision.kind, decision.kind),
            summary(generation, decision),
            decision.text(terms.DCTERMS_description),
            decision.text(terms.DCTERMS_date),
            decision.text(terms.decidedBy),
            "否 no" if NamedNode(decision.iri) in missing else states.get(decision.iri, "是 yes"),
        )
        for decision in found.decisions.all
    ]
    heads = ("编号\nnumber", "种类\nkind", "内容\nwhat", "理由\nreason", "日期\ndate", "决定者\nby", "已应用\napplied")
    table([(head, not index) for index, head in enumerate(heads)], rows, sys.stdout)
    if generation is not None:
        say_objections(
            found,
            (*objections(found, check_decisions, generation.graph), *lapsed, *unapplied(found, generation.decisions)),
        )


@registry.command()
def log(store: StoreOption) -> None:
    """列出决定、撤销、撤回、取代与恢复 · list decisions, and what was undone, withdrawn, replaced or restored."""
    opened = Store.open(store)
    rows = [
        (
            entry.at,
            f"{entry.generation:06}",
            _EVENTS[entry.event],
            _entry(opened, entry),
            entry.reason or (f"→ {entry.replaced_by}" if entry.replaced_by else ""),
            entry.by or "",
        )
        for entry in opened.log()
    ]
    heads = ("时间\nwhen", "版本\nversion", "事项\nevent", "内容\nwhat", "理由\nreason", "决定者\nby")
    table([(head, False) for head in heads], rows, sys.stdout)


def _entry(store: Store, entry: LogEntry) -> str:
    """Return the content of an entry of the log: a source's file name and number, or a decision's summary."""
    if entry.statement is None:
        return f"{entry.name}（{entry.subject.rpartition('/')[2]}）"
    decision = read_statement(entry.statement, identity.Iris(store.base_iri))
    return f"{number_of(decision.iri)} {KINDS.get(decision.kind, '')}：{summary(store.current(), decision)}"


@registry.command()
def check(store: StoreOption) -> None:
    """检查 registry.ttl，不改动库 · check the registry without changing the store."""
    opened = Store.open(store)
    generation, found = opened.current(), opened.registry()
    complaints = objections(found, check_decisions, None if generation is None else generation.graph)
    if generation is not None:
        complaints += [*ineffective(found, generation.graph), *unfit(opened)]
        say_objections(found, unapplied(found, generation.decisions))
    for each in complaints:
        write(f"{found.place(each.decision)}: {each.sentence}\n")
    say(f"决定 decisions {len(found.decisions.all)}，问题 problems {len(complaints)}")
    if complaints:
        raise typer.Exit(1)


def _opened(path: Path) -> tuple[Store, Generation]:
    """Open a store, and return the store with its current generation."""
    store = Store.open(path)
    return store, store.present()


def _decide(store: Store, last: Generation, kind: str, says: Mapping[str, Term]) -> None:
    """Write a decision into the registry, and publish a generation with it.

    `last` is the current generation, `kind` the IRI of the decision's class, and `says` maps properties to values.
    Raises RegistryError for a decision that is not allowed.
    """
    with writing(store) as batch:
        decision = decide(batch, last, kind, says)
        generation = batch.commit(strict=True)
    _say_decided(decision, generation, last)


def _say_decided(decision: Decision, generation: Generation, last: Generation | None = None) -> None:
    """Say which decision was made, by the names of things in the generation `last`, or else in the new one."""
    say(
        f"决定 decision {number_of(decision.iri)}：{summary(last or generation, decision)}，"
        f"版本 version {generation.version}"
    )
