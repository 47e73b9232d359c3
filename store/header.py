"""Read and write the header of a store's directory: the format of the directory, and the base IRI."""

from __future__ import annotations

import json

from pydantic import TypeAdapter, ValidationError

from jixiao.store import files
from jixiao.store.errors import StoreMissingError, StoreUnusableError
from jixiao.store.files import Layout
from jixiao.store.records import Header

FORMAT = 2  # of the directory; a later jixiao may use a higher number


def header_of(layout: Layout) -> Header:
    """Read the header of a store. Raises StoreMissingError and StoreUnusableError."""
    try:
        header = TypeAdapter(Header).validate_json(layout.header.read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        raise StoreMissingError(
            f"此处没有库：{layout.root}；请先用 jixiao ingest 导入。"
            f" There is no store at {layout.root}; ingest something into it first (jixiao ingest)."
        ) from None
    except (OSError, ValidationError) as cause:
        raise StoreUnusableError(
            f"无法读取 {layout.header}：{cause}。 {layout.header} cannot be read."
            " 请恢复该文件，或另建新库。 Bring the file back, or make a new store."
        ) from cause
    if header.format > FORMAT:
        raise StoreUnusableError(
            f"库 {layout.root} 由更新版本的 jixiao 创建（格式 {header.format}），请升级软件。"
            f" The store {layout.root} was made by a later jixiao (format {header.format}); upgrade the software."
        )
    if header.format < FORMAT:
        anew = f"jixiao ingest {layout.root}/sources --store NEW --base-iri {header.base_iri}"
        raise StoreUnusableError(
            f"库 {layout.root} 是旧格式（{header.format}）。请由它保存的原文件另建新库：{anew}，"
            "再把 registry.ttl 和 dataset.toml 复制到新库，运行 jixiao registry apply --store NEW。"
            f" The store {layout.root} has an earlier format ({header.format}). Make a new store of its original files:"
            f" {anew}; then copy registry.ttl and dataset.toml into it, and run jixiao registry apply --store NEW."
        )
    return header


def write_header(layout: Layout, base_iri: str) -> None:
    """Write the header of a store of the present format. May raise OSError."""
    files.write(layout.header, json.dumps({"format": FORMAT, "base_iri": base_iri}).encode("ascii"))
