"""Define `jixiao upgrade`, which brings a store of an earlier format up to date."""

from jixiao.ingest.writing import writing
from jixiao.store import Store, upgrade_store
from jixiao.store_option import StoreOption, say_if_outdated, say_if_undumped
from jixiao.terminal import say


def upgrade(store: StoreOption) -> None:
    """把旧格式的库升级到现行格式 · bring a store of an earlier format up to date."""
    upgraded = upgrade_store(store)
    opened = Store.open(store)
    with writing(opened) as batch:
        generation = batch.commit()
    words = "已升级 upgraded" if upgraded else "已是现行格式 up to date already"
    say(f"{words}: {store}，版本 version {generation.version}")
    say_if_outdated(opened)
    say_if_undumped(opened)
