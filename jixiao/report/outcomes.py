"""Report the outcomes of reading files or sources into a store, on stderr. `ingest` and `reread` share this report."""

import sys
from collections import Counter
from collections.abc import Iterator, Mapping

from jixiao.ingest import load, originals, result
from jixiao.ontology.text import decimals
from jixiao.report import accounts, reported
from jixiao.store import Store
from jixiao.tables import table
from jixiao.terminal import say, shorten

_STATUS = {
    "added": "新增 added",
    "replaced": "替换 replaced",
    "unchanged": "未变 unchanged",
    "refused": "拒收 refused",
    "passed": "不是申报 no filing",
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
    ("表内已读\nread in forms", True),
)
_MOST_IN_TABLE = 100  # files
_MOST_UNREAD = 3  # unread lines that are listed per file unless --verbose is given
_OUTSIDE = {"refused", "kept", "superseded"}  # outcomes of files whose new reading is not stored


def say_size(store: Store) -> None:
    """Print a store's version and the numbers of what it holds, if it holds anything."""
    if generation := store.current():
        counts = generation.manifest.counts
        say(
            f"库 store {store.path}，版本 version {generation.version}：来源 sources {counts.sources:,}，"
            f"项目 projects {counts.projects:,}，指标 indicators {counts.indicators:,}，"
            f"依据 legal bases {counts.legal_bases:,}，四元组 quads {counts.quads:,}"
        )


class Report:
    """A report on the outcomes of files, each of which is added as soon as it is known.

    Up to 100 files (or an unknown number) are reported together at the end: a table, and below it the details of each
    file. Of more files, each gets a line at once, so that memory is bounded; on a terminal only if there is a problem
    or `verbose` is set.
    """

    def __init__(self, verbose: bool, files: int | None = None) -> None:
        self._verbose = verbose
        self.expect(files or 0)
        self._shown = verbose or not sys.stderr.isatty()
        self._outcomes: list[load.Outcome] = []
        self._statuses: Counter[str] = Counter()
        self._read: Counter[str] = Counter()
        self._resumed = self._located = 0
        self._passed: Counter[str] = Counter()

    def expect(self, files: int) -> None:
        """Take the number of files, which is known once archives are unpacked."""
        self._many = files > _MOST_IN_TABLE

    def passed(self, counts: Mapping[tuple[str, str], int]) -> None:
        """Take the number of documents of web archives that were passed over, by kind and host."""
        for (kind, _), count in counts.items():
            self._passed[kind] += count

    @property
    def refused(self) -> int:
        """The number of refused files so far."""
        return self._statuses["refused"]

    def add(self, outcome: load.Outcome) -> None:
        """Add the outcome of a file to the counts, and print it if there are many files."""
        self._statuses[outcome.status] += 1
        if outcome.status == "passed" and not self._verbose:
            return
        self._resumed += outcome.resumed
        self._located += outcome.located
        account = outcome.reading.account if outcome.reading else None
        if account and outcome.status not in _OUTSIDE:
            inside = len(account.unread_in_forms)
            self._read.update({how: account.counted(how) for how in ("stated", "inferred", "none")})
            self._read.update(inside=inside, elsewhere=len(account.unread) - inside)
        if not self._many:
            self._outcomes.append(outcome)
            return
        if self._shown or outcome.status in _OUTSIDE:
            name, status, *figures = _row(outcome)
            headings = (heading.replace("\n", " ") for heading, _ in _HEAD[2:])
            counted = (f"{heading} {figure}" for heading, figure in zip(headings, figures, strict=True) if figure)
            say("，".join((f"{name}：{status}", *counted)))
        _say_details(outcome, self._verbose)

    def end(self, store: Store) -> None:
        """Print outcomes not shown yet, the number of each outcome, the facts read, and the store's size."""
        if self._outcomes:
            table(_HEAD, [_row(outcome) for outcome in self._outcomes], sys.stderr)
            for outcome in self._outcomes:
                _say_details(outcome, self._verbose)
        say("，".join(f"{_STATUS[status]} {count}" for status, count in sorted(self._statuses.items())))
        if self._resumed:
            say(
                f"其中 {self._resumed} 份在上次中断前已读，没有再读。"
                f" {self._resumed} of them were read before an interruption, and not again."
            )
        if self._located:
            say(f"网址 addresses {self._located:,}")
        if self._passed:
            told = "，".join(f"{kind} {count:,}" for kind, count in sorted(self._passed.items()))
            say(f"网页存档中略过 passed over in web archives: {self._passed.total():,}（{told}）")
        if self._read:
            say(
                f"本次入库 ingested: 金额 amounts 写明 stated {self._read['stated']:,}、"
                f"单位推断 unit inferred {self._read['inferred']:,}、无 none {self._read['none']:,}；"
                f"未读的行 unread lines 表内 in forms {self._read['inside']:,}、表外 elsewhere "
                f"{self._read['elsewhere']:,}"
            )
        say_size(store)


def _say_details(outcome: load.Outcome, verbose: bool) -> None:
    path = originals.printable(str(outcome.path))
    for note in outcome.notes:
        say(f"{path}：{note}")
    if outcome.reading and outcome.reading.account:
        for line in _details(outcome.reading.account, verbose):
            say(f"{path}{line}")


def _details(account: result.Account, verbose: bool) -> Iterator[str]:
    """Yield the points to check in one document: notes, projects left out, and unread lines in forms.

    With `verbose`, every project and every unread line is listed.
    """
    if notes := "；".join(accounts.notes(account)):
        yield f"：{notes}"
    for line, reason in account.dropped:
        yield f"{f':{line}' if line else ''}: 项目未收 project left out: {reason}"
    if verbose:
        for project in account.projects:
            lacks = f"；缺 lacking: {lacking}" if (lacking := accounts.lacks(project)) else ""
            where = f":{project.line}" if project.line else ""
            told = f"{accounts.money(project.amount)}；{accounts.parts(project)}{lacks}"
            yield f"{where}: {accounts.name(project)}：{told}"
    for unread in account.unread if verbose else account.unread_in_forms[:_MOST_UNREAD]:
        place = f"（{accounts.place(unread.where)}）" if unread.where else ""
        yield f":{unread.line}{place}: 未读 unread: {shorten(unread.text)}"
    if not verbose and len(account.unread_in_forms) > _MOST_UNREAD:
        yield f": …… 共 {len(account.unread_in_forms)} 行，全部见 --verbose 或 jixiao explain · all of them: --verbose"


def _row(outcome: load.Outcome) -> tuple[str, ...]:
    reading = outcome.reading
    if reading is None or reading.account is None:
        return (originals.printable(str(outcome.path)), _STATUS[outcome.status], *[""] * (len(_HEAD) - 2))
    return (
        originals.printable(str(outcome.path)),
        _STATUS[outcome.status],
        f"{reading.projects:,}",
        f"{reading.projects - reading.account.counted('none'):,}",
        f"{reading.indicators:,}",
        f"{reading.citations:,}",
        reported.numbers(reading.warning_groups, reading.warnings),
        f"{decimals.percent(reading.share)}%",
    )
