"""`jixiao validate`: what a store would say to these files, without one. The report is the result: on stdout."""

import typer

from jixiao.commands import Paths
from jixiao.ingest.document import Reading
from jixiao.ingest.load import NoFilesError, files, printable, read_files, unpacked
from jixiao.ontology.identity import DEFAULT_BASE
from jixiao.shapes.report import text
from jixiao.terminal import fail, shorten, visible, write


def validate(paths: Paths) -> None:
    """检查申报表，不入库 · check filings without a store."""
    try:
        found = files(paths)
    except NoFilesError as error:
        fail(str(error))
    refused = False
    with unpacked(found) as (shown, broken):
        for outcome in broken:
            write("".join(f"{printable(str(outcome.path))}: {note}\n" for note in outcome.notes))
        for path, reading in read_files(tuple(shown), DEFAULT_BASE):
            write(_report(printable(str(shown[path])), reading))
            refused = refused or reading.refusal is not None
        refused = refused or bool(broken)
    if refused:
        raise typer.Exit(1)


def _report(path: str, reading: Reading) -> str:
    lines = []
    if reading.report is None and reading.refusal:
        lines += [f"{path}: {reason}" for reason in reading.refusal.reasons]
    elif reading.report and reading.report.results:
        lines.append(text(reading.report, path))
    lines += [f"{path}:{line}: 未读 unread: {shorten(visible(words))}" for line, words in reading.unread]
    verdict = "拒收 refused" if reading.refusal else "可入库 acceptable"
    counts = f"项目 projects {reading.projects}，指标 indicators {reading.indicators}，已读 read {reading.share:.1%}"
    return "\n".join([*lines, f"{path}: {verdict}；{counts}"]) + "\n"
