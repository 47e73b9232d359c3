"""The store room: what ingest hands over (Deposit, Refusal) becomes generations that server and CLI read.

store.json            version of this layout, base IRI
current               names the generation to read
generations/000003/   graph/ (Oxigraph), manifest.json, sources.json; never changed once it is there
sources/ renditions/ ledgers/   by SHA-256 of the file as received
refused/              what was kept out, and why
lock                  held by the one writer
"""

from jixiao.store.batch import Batch
from jixiao.store.errors import (
    BaseIriError,
    DepositError,
    OverlapError,
    SourceMissingError,
    StoreEmptyError,
    StoreError,
    StoreLockedError,
    StoreMissingError,
    StoreUnusableError,
)
from jixiao.store.export import ExportFormat, export
from jixiao.store.generations import Generation
from jixiao.store.records import (
    Added,
    Counts,
    Deposit,
    Manifest,
    Refusal,
    Replaced,
    SourceRecord,
    Unchanged,
)
from jixiao.store.store import Store

__all__ = [
    "Added",
    "BaseIriError",
    "Batch",
    "Counts",
    "Deposit",
    "DepositError",
    "ExportFormat",
    "Generation",
    "Manifest",
    "OverlapError",
    "Refusal",
    "Replaced",
    "SourceMissingError",
    "SourceRecord",
    "Store",
    "StoreEmptyError",
    "StoreError",
    "StoreLockedError",
    "StoreMissingError",
    "StoreUnusableError",
    "Unchanged",
    "export",
]
