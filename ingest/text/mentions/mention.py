"""Describe one mention: a passage of a text that states something, with what it states as facts."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from jixiao.ingest import facts as f
from jixiao.ingest.facts import Term
from jixiao.ingest.text.mentions.prose import Prose, Quantity
from jixiao.ontology import terms

Stated = Term | tuple[Term, ...] | None
"""The value or values of a property; None for none."""
_SETTING = f"{terms.VOCAB}setting/"


def operator(name: str | None) -> f.Term | None:
    """Return the concept of an operator by its local name, such as `ge`."""
    return f.iri(terms.JX + name) if name else None


def settings(names: Iterable[str]) -> tuple[f.Term, ...]:
    """Return the concepts of settings by their local names."""
    return tuple(f.iri(_SETTING + name) for name in sorted(names))


@dataclass(frozen=True)
class Mention:
    """A passage of a text from `start` to `end`, of a class (the IRI `kind`).

    `values` are its further facts: a term or several for each property (IRI). `thing` is the name of what is counted,
    dated or paid for, or None; `about` are the IRIs of the indicators, items or projects that measure or name the same.
    """

    prose: Prose
    kind: str
    start: int
    end: int
    thing: str | None = None
    about: tuple[str, ...] = ()
    values: Mapping[str, Stated] = field(default_factory=dict)

    @property
    def words(self) -> str:
        """The words of the passage as printed, without white space at the ends."""
        return self.prose.flow.text[self.start : self.end].strip()

    def facts(self) -> Iterator[tuple[str, Term]]:
        """Yield property and value of each fact of the mention, without the line."""
        facts: dict[str, Stated] = {
            terms.RDF_type: (f.iri(self.kind), f.iri(terms.Mention)),
            terms.statedIn: f.iri(self.prose.holder),
            terms.targetText: f.zh(self.words),
            terms.inSentence: f.integer(self.prose.sentence(self.start)),
            terms.inClause: f.integer(self.prose.clause(self.start)),
            terms.offset: f.integer(self.start),
            terms.setting: settings(self.prose.settings(self.start)),
            terms.about: tuple(map(f.iri, self.about)),
            terms.thing: f.plain(self.thing or None),
        }
        for name, value in (facts | dict(self.values)).items():
            yield from ((name, each) for each in (value if isinstance(value, tuple) else (value,)) if each is not None)


def measured(quantity: Quantity) -> dict[str, Stated]:
    """Return the value, upper bound, unit and operator of a quantity as facts, as those of an indicator's target."""
    return {
        terms.targetValue: f.decimal(quantity.value),
        terms.targetUpper: f.decimal(quantity.upper),
        terms.targetUnit: f.plain(quantity.unit or None),
        terms.targetOperator: operator(quantity.operator),
    }
