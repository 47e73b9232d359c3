"""Define `jixiao gc`, which removes from a store what nobody needs."""

from jixiao.store import Store, clear_store
from jixiao.store_option import StoreOption
from jixiao.terminal import say


def gc(store: StoreOption) -> None:
    """清理库中无用的文件 · remove files that nobody needs."""
    cleared = clear_store(Store.open(store))
    for path in cleared.paths:
        say(f"已删除 removed: {path}")
    say(f"库 store {store}：腾出 freed {cleared.freed:,} 字节 bytes")
