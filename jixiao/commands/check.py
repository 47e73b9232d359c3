"""Define `jixiao check`, which makes anew all that follows from a store's sources and compares it with the store."""

import typer

from jixiao.ingest.writing import CorpusRules
from jixiao.ontology.identity import Iris
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.store import Store, check_store
from jixiao.store_option import StoreOption, generation_of
from jixiao.terminal import say, say_error


def check(store: StoreOption) -> None:
    """检查库是否完好 · check that a store is whole."""
    opened = Store.open(store)
    generation = generation_of(opened)
    found = 0
    for problem in check_store(opened, CorpusRules(Iris(opened.base_iri)), _tell):
        found += 1
        sentence, remedy = problem.sentence, problem.remedy
        say_error(f"{sentence.zh}；{remedy.zh} · {sentence.en}; {remedy.en}")
    if found:
        raise typer.Exit(1)
    counts = generation.manifest.counts
    say(
        f"库完好 the store is whole: {store}，版本 version {generation.version}，"
        f"四元组 quads {counts.quads:,}，来源 sources {counts.sources:,}"
    )


def _tell(step: Bilingual) -> None:
    say(f"检查 checking: {step.zh} {step.en}")
