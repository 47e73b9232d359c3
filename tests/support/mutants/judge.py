"""Compare a mutant's key with its reading: the outcome is right, refused, not understood, silent or WRONG."""

from collections.abc import Iterator
from dataclasses import dataclass

from jixiao.ingest.model import RUN_TOGETHER
from jixiao.ingest.result import Reading
from jixiao.ingest.structure.funds import UNSTATED
from jixiao.ingest.values.plain import folded
from jixiao.ontology import terms
from jixiao.ontology.identity import key
from jixiao.ontology.reasons import kept
from tests.support.mutants.facts import AMOUNTS, Project, published
from tests.support.mutants.forms import PERSONS
from tests.support.mutants.prints import Expected

_WITHHELD = frozenset({RUN_TOGETHER})
_SHORTEST_HALVED = 4  # characters
# From best to worst. Silent: a fact is missing, and its line is not reported as unread.
OUTCOMES = ("right", "refused", "not understood", "silent", "WRONG")


@dataclass(frozen=True)
class Verdict:
    """The outcome, and each difference from the key as a line of text."""

    outcome: str
    differences: tuple[str, ...] = ()


def judged(expected: Expected, reading: Reading) -> Verdict:
    """Compare a reading with the facts that its file states."""
    leaks = tuple(f"person: {name}" for name in PERSONS if _shown(name, reading))
    if leaks:
        return Verdict("WRONG", leaks)
    if reading.refusal:
        return Verdict("refused", reading.refusal.reasons)
    found = {key(project.name): project for project in published(reading)}
    wanted = {key(project.name): project for project in expected.projects}
    wrong = [f"project: {project.name}" for name, project in found.items() if name not in wanted]
    missing: list[tuple[str, str]] = [
        (f"project: {project.name}", project.name) for name, project in wanted.items() if name not in found
    ]
    for name in found.keys() & wanted.keys():
        wrong += _wrong(wanted[name], found[name])
        missing += _missing(wanted[name], found[name], expected.unknown)
    if wrong:
        return Verdict("WRONG", tuple(wrong))
    if not missing:
        return Verdict("right")
    lines = reading.account.unread if reading.account else ()
    unread = folded(" ".join([*(each.text for each in lines), *_withheld(reading)]))
    explained = _explained(reading)
    unnamed = [fact for fact, text in missing if fact.split(":")[0] not in explained and not _named(text, unread)]
    facts = tuple(fact for fact, _ in missing)
    return Verdict("silent" if unnamed else "not understood", tuple(unnamed) or facts)


def _explained(reading: Reading) -> set[str]:
    """Find the amounts whose unit is not known according to the ledger."""
    facts = [
        fact
        for line in (reading.ledger or {}).get("lines", ())
        for fact in line["facts"]
        if kept(fact["why"]) == UNSTATED
    ]
    return {name for name in AMOUNTS for fact in facts if fact["property"] == terms.JX + name}


def _withheld(reading: Reading) -> Iterator[str]:
    """Yield the lines from which something was withheld, as the ledger says."""
    lines = {line["n"]: line["text"] for line in (reading.rendition or {}).get("lines", ())}
    for line in (reading.ledger or {}).get("lines", ()):
        if any(kept(fact["why"]) in _WITHHELD for fact in line["facts"]):
            yield lines[line["n"]]


def _shown(name: str, reading: Reading) -> bool:
    lines = (reading.rendition or {}).get("lines", ())
    published_text = reading.deposit.source_triples.decode() if reading.deposit else ""
    return name in published_text or any(name in line["text"] for line in lines)


def _named(text: str, unread: str) -> bool:
    """Tell if the unread text contains a text or one half of it (a line may hold only half); a short one only whole."""
    words = folded(text)
    half = (len(words) + 1) // 2 if len(words) >= _SHORTEST_HALVED else len(words)
    return words[:half] in unread or words[-half:] in unread


def _wrong(wanted: Project, found: Project) -> Iterator[str]:
    for name in ("words", "amounts", "goals"):
        have, want = getattr(found, name), getattr(wanted, name)
        for each, value in have.items():
            if _same(want.get(each), value):
                continue
            yield f"{each}: {value} instead of {want.get(each)}"
    stated = {(i.name, i.target): i for i in wanted.indicators}
    names = {i.name for i in wanted.indicators}
    for indicator in found.indicators:
        same = stated.get((indicator.name, indicator.target))
        if same is None and not (indicator.name in names and indicator.target is None):
            yield f"indicator: {indicator}"
        elif same and any(
            have is not None and have != want
            for have, want in ((indicator.level1, same.level1), (indicator.level2, same.level2))
        ):
            yield f"levels: {indicator} instead of {same}"


def _same(wanted: object, found: object) -> bool:
    return wanted == found or (isinstance(wanted, str) and isinstance(found, str) and key(wanted) == key(found))


def _missing(wanted: Project, found: Project, unknown: bool) -> Iterator[tuple[str, str]]:
    """List facts of the key that are missing, each with the text that would state it."""
    for name, value in wanted.words.items():
        if name not in found.words and name != "year":
            yield f"{name}: {value}", value
    for name, yuan in wanted.amounts.items():
        if name not in found.amounts and yuan and not unknown:
            yield f"{name}: {yuan}", f"{yuan.normalize():f}".strip("0")
    for name, value in wanted.goals.items():
        if name not in found.goals:
            yield f"{name}: {value}", value
    have = {(i.name, i.target): i for i in found.indicators}
    for indicator in wanted.indicators:
        same = have.get((indicator.name, indicator.target))
        if same is None:
            yield f"indicator: {indicator}", indicator.name
        elif (same.level1, same.level2) != (indicator.level1, indicator.level2):
            yield f"levels: {indicator}", indicator.level2 or indicator.level1 or ""
