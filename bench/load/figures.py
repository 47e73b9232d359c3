"""Compute medians and ratios from the outcomes of several rounds, compare them with the targets, and print them."""

import math
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

from bench.load.generator import Outcome

UNCACHED, CACHED = "jixiao", "jixiao cached"
RDFLIB, VIRTUOSO = "rdflib-endpoint", "Virtuoso 7"
TARGETS = ((UNCACHED, RDFLIB, 5.0), (UNCACHED, VIRTUOSO, 2.5), (CACHED, RDFLIB, 15.0))
TAIL = 10.0
"""Limit of the ratio of the 99th percentile under heavy queries to the idle one."""


@dataclass
class Figures:
    """One server's rounds of one kind of lookup: requests per second, CPU seconds per request, latencies in seconds."""

    rates: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    clients_cpu: list[float] = field(default_factory=list)
    p50: list[float] = field(default_factory=list)
    p99: list[float] = field(default_factory=list)
    faults: int = 0

    def add(self, outcome: Outcome, cpu: float) -> None:
        """Add a round in which the server used `cpu` CPU seconds."""
        served = max(outcome.served, 1)
        self.rates.append(outcome.rate)
        self.cpu.append(cpu / served)
        self.clients_cpu.append(outcome.cpu / served)
        self.p50.append(percentile(outcome.latencies, 50))
        self.p99.append(percentile(outcome.latencies, 99))
        self.faults += outcome.wrong + outcome.statuses.total() + outcome.unanswered

    @property
    def rate(self) -> float:
        """Median of correct answers per second."""
        return median(self.rates)


def percentile(values: Sequence[float], which: int) -> float:
    """Return the smallest value that `which` per cent of the values do not exceed; infinity without values."""
    return sorted(values)[math.ceil(len(values) * which / 100) - 1] if values else math.inf


def table(figures: Mapping[str, Figures]) -> Iterator[str]:
    """Write a line per server, fastest first: rate, its ratios to the peers, milliseconds of CPU and of latency."""
    peers = [peer for peer in (RDFLIB, VIRTUOSO) if peer in figures]
    head = "".join(f"{'÷ ' + peer:>19}" for peer in peers)
    yield f"{wide('服务 server', 36)}{'req/s':>9}{head}{'CPU ms':>9}{'p50 ms':>9}{'p99 ms':>9}{'faults':>8}"
    for name, each in sorted(figures.items(), key=lambda item: -item[1].rate):
        ratios = "".join(f"{each.rate / figures[peer].rate:>19.2f}" for peer in peers)
        times = "".join(f"{median(values) * 1000:>9.2f}" for values in (each.cpu, each.p50, each.p99))
        yield f"{wide(name, 36)}{each.rate:>9.0f}{ratios}{times}{each.faults:>8}"


def verdicts(figures: Mapping[str, Figures]) -> Iterator[tuple[bool, str]]:
    """Compare with every target whose servers were measured; return (reached, line to print) for each."""
    for name, peer, least in TARGETS:
        if name in figures and peer in figures:
            ratio = figures[name].rate / figures[peer].rate
            yield ratio >= least, f"{name} ÷ {peer} = {ratio:.2f}（目标 target ≥ {least:g}）{said(ratio >= least)}"


def tail(name: str, idle: Figures, busy: Figures) -> tuple[bool, str]:
    """Compare with the target of the 99th percentile; return (reached, line to print)."""
    before, after = median(idle.p99), median(busy.p99)
    line = (
        f"{wide(name, 36)} p50 {median(idle.p50) * 1000:.2f} → {median(busy.p50) * 1000:.2f} ms，"
        f"p99 {before * 1000:.2f} → {after * 1000:.2f} ms = {after / before:.1f}（目标 target < {TAIL:g}）"
    )
    return after < TAIL * before, line + said(after < TAIL * before) + (
        f"，faults {busy.faults}" if busy.faults else ""
    )


def said(reached: bool) -> str:
    """State in both languages if a target is reached."""
    return "达到 reached" if reached else "未达到 MISSED"


def wide(text: str, columns: int) -> str:
    """Pad a text to a width in columns, of which a Chinese character takes two."""
    return text + " " * (columns - sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in text))
