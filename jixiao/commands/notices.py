"""Say on stderr what is not set in a store, outdated or without effect, for commands that use the store."""

from collections.abc import Iterable

from jixiao.ingest.version import READING
from jixiao.ontology.identity import DEFAULT_BASE
from jixiao.store import Check, Objection, Registry, Store, ineffective, objections
from jixiao.store.description.publisher import Agent
from jixiao.terminal import say


def say_lapsed(store: Store, check: Check) -> None:
    """Print the decisions in a store's registry that have no effect, each with file and line.

    A decision has none if the store lacks the thing that it is about, as `check` finds, or the value or finding is
    gone.
    """
    generation, registry = store.current(), store.registry()
    if generation is not None:
        graph = generation.graph
        say_objections(registry, (*objections(registry, check, graph), *ineffective(registry, graph)))


def say_objections(registry: Registry, made: Iterable[Objection]) -> None:
    """Print objections to decisions, each with the file and line of its decision."""
    for each in made:
        say(f"{registry.place(each.decision)}: {each.sentence}")


def say_what_is_not_set(store: Store) -> None:
    """Print what a store leaves at the demonstration's values, and how it is set: base IRI and publisher."""
    if store.base_iri == DEFAULT_BASE:
        say(
            f"没有设基准 IRI，数据和引用里的地址是示例的 {DEFAULT_BASE}，以后不能改；"
            "公开的库用 jixiao ingest --base-iri 新建。"
            f" No base IRI is set: IRIs and citations are the demonstration's {DEFAULT_BASE}, for good; make a store"
            " that you publish with jixiao ingest --base-iri"
        )
    if store.publisher().publisher == Agent():
        say(
            f"没有写发布者，引用里没有作者；写在 {store.path / 'dataset.toml'} 的 [publisher.name]。"
            f" No publisher is set and citations have no author; name one in {store.path / 'dataset.toml'},"
            " [publisher.name]"
        )


def say_if_outdated(store: Store) -> None:
    """Print how many of a store's sources were read by older rules, and the remedy, if there are any."""
    generation = store.current()
    count = 0 if generation is None else generation.sources.read_otherwise(READING)
    if count:
        say(
            f"有 {count:,} 个来源是按旧规则读的；请运行 jixiao reread --store {store.path}。"
            f" {count:,} {'sources were' if count > 1 else 'source was'} read by older rules;"
            f" run jixiao reread --store {store.path}"
        )
