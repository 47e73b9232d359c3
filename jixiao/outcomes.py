"""Report the outcomes of reading files or sources into a store, on stderr. `ingest` and `reread` share this report."""

import sys
from collections import Counter
from collections.abc import Iterator, Sequence

from jixiao import accounts
from jixiao.ingest.account import Account
from jixiao.ingest.document import Reading
from jixiao.ingest.load import Outcome, printable
from jixiao.store import Store
from jixiao.terminal import say, shorten, table

_STATUS = {
    "added": "新增 added",
    "replaced": "替换 replaced",
    "unchanged": "未变 unchanged",
    "refused": "拒收 refused",
    "reread": "重读 reread",
    "kept": "沿用原读 kept",
    "superseded": "被取代 superseded",
}
_HEAD = (
    ("文件\nfile", False),
    ("结果\noutcome", False),
    ("项目\nprojects", True),
    ("有金额\nwith amount", True),
    ("指标\nindicators", True),
    ("依据\ncitations", True),
    ("警告\nwarnings", True),
    ("已读\nread", True),
)
_MOST_UNREAD = 3  # unread lines that are listed per file unless --verbose is given
_OUTSIDE = {"refused", "kept", "superseded"}  # what was read and did not go in


def report(outcomes: Sequence[Outcome], verbose: bool) -> None:
    """Print a table with a row per file, then the details of each file."""
    table(_HEAD, [_row(outcome) for outcome in outcomes], sys.stderr)
    for outcome in outcomes:
        path = printable(str(outcome.path))
        for note in outcome.notes:
            say(f"{path}：{note}")
        if outcome.reading and outcome.reading.account:
            for line in _details(outcome.reading.account, verbose):
                say(f"{path}{line}")


def _details(account: Account, verbose: bool) -> Iterator[str]:
    """Yield points to check in one document: notes, projects left out, unread lines in forms, or all if `verbose`."""
    if notes := "；".join(accounts.notes(account)):
        yield f"：{notes}"
    for line, reason in account.dropped:
        yield f"{f':{line}' if line else ''}: 项目未收 project left out: {reason}"
    if verbose:
        for project in account.projects:
            lacks = f"；缺 lacking: {lacking}" if (lacking := accounts.lacks(project)) else ""
            where = f":{project.line}" if project.line else ""
            amount = accounts.money(project.amount)
            yield f"{where}: {accounts.name(project)}：{amount}；{accounts.parts(project)}{lacks}"
    lines = account.unread if verbose else account.unread_in_forms[:_MOST_UNREAD]
    for unread in lines:
        place = f"（{accounts.place(unread.where)}）" if unread.where else ""
        yield f":{unread.line}{place}: 未读 unread: {shorten(unread.text)}"
    if not verbose and len(account.unread_in_forms) > _MOST_UNREAD:
        yield f": …… 共 {len(account.unread_in_forms)} 行，全部见 --verbose 或 jixiao explain · all of them: --verbose"


def summarise(outcomes: Sequence[Outcome], store: Store) -> None:
    """Print how many files came to what, what was read from them, and what the store holds now."""
    counted = Counter(outcome.status for outcome in outcomes)
    say("，".join(f"{_STATUS[status]} {count}" for status, count in sorted(counted.items())))
    readings = (outcome.reading for outcome in outcomes if outcome.status not in _OUTSIDE)
    read = [reading.account for reading in readings if reading and reading.account]
    if read:
        stated, inferred, none = (sum(one.counted(how) for one in read) for how in ("stated", "inferred", "none"))
        inside = sum(len(one.unread_in_forms) for one in read)
        elsewhere = sum(len(one.unread) for one in read) - inside
        say(
            f"本次入库 ingested: 金额 amounts 写明 stated {stated:,}、单位推断 unit inferred {inferred:,}、"
            f"无 none {none:,}；"
            f"未读的行 unread lines 表内 in forms {inside:,}、表外 elsewhere {elsewhere:,}"
        )
    generation = store.current()
    if generation:
        counts = generation.manifest.counts
        say(
            f"库 store {store.path}，版本 version {generation.version}：来源 sources {counts.sources:,}，"
            f"项目 projects {counts.projects:,}，指标 indicators {counts.indicators:,}，"
            f"依据 legal bases {counts.legal_bases:,}，三元组 quads {counts.quads:,}"
        )


def _row(outcome: Outcome) -> tuple[str, ...]:
    reading = outcome.reading
    if reading is None or reading.account is None:
        return (printable(str(outcome.path)), _STATUS[outcome.status], *[""] * (len(_HEAD) - 2))
    return (
        printable(str(outcome.path)),
        _STATUS[outcome.status],
        f"{reading.projects:,}",
        f"{reading.projects - reading.account.counted('none'):,}",
        f"{reading.indicators:,}",
        f"{reading.citations:,}",
        f"{_warnings(reading):,}",
        f"{reading.share:.1%}",
    )


def _warnings(reading: Reading) -> int:
    """Count the findings of severity Warning: contradictions within the filing, or to arithmetic or the form.

    `validate` and /quality list them.
    """
    return sum(result.fault.level == "Warning" for result in reading.report.results) if reading.report else 0
