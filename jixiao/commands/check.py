"""Define `jixiao check`, which derives a store's data anew from its sources and compares the result with the store."""

from typing import Annotated

import typer

from jixiao.ingest.writing import CorpusRules
from jixiao.ontology.identity import Iris
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.store import Store, check_store
from jixiao.store_option import StoreOption, generation_of
from jixiao.terminal import say, say_error


def check(
    store: StoreOption,
    sample: Annotated[
        int | None,
        typer.Option(
            min=1,
            help="只检查抽出的若干个来源及其事物 · check only so many sources, drawn at random, and their things",
            show_default=False,
        ),
    ] = None,
) -> None:
    """检查库是否完好 · check that a store is whole."""
    opened = Store.open(store)
    generation = generation_of(opened)
    problems = 0
    for problem in check_store(opened, CorpusRules(Iris(opened.base_iri)), _tell, sample):
        problems += 1
        sentence, remedy = problem.sentence, problem.remedy
        say_error(f"{sentence.zh}；{remedy.zh} · {sentence.en}; {remedy.en}")
    if problems:
        raise typer.Exit(1)
    counts = generation.manifest.counts
    if sample is not None:
        drawn = f"{min(sample, counts.sources):,} / {counts.sources:,}"
        say(f"抽查的来源完好 the sampled sources are whole: {store}，来源 sources {drawn}")
        return
    say(
        f"库完好 the store is whole: {store}，版本 version {generation.version}，"
        f"四元组 quads {counts.quads:,}，来源 sources {counts.sources:,}"
    )


def _tell(step: Bilingual) -> None:
    say(f"检查 checking: {step.zh} {step.en}")
