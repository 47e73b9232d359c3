"""The store room: what ingest hands over (Deposit, Refusal) becomes generations that server and CLI read.

store.json            version of this layout, base IRI
current               names the generation to read
registry.ttl          a steward's decisions, applied to each generation
generations/000003/   graph/ (Oxigraph), manifest.json, sources.json, log.jsonl; never changed once it is there
sources/ renditions/ ledgers/   by SHA-256 of the file as received
refused/              what was kept out, and why
lock                  held by the one writer
"""

from jixiao.store.batch import Batch
from jixiao.store.checking import Check, Objection, idle, objections
from jixiao.store.corpus import Judge
from jixiao.store.decisions import Decision, Decisions
from jixiao.store.errors import (
    BaseIriError,
    DecisionMissingError,
    DepositError,
    OverlapError,
    RegistryError,
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
    LogEntry,
    Manifest,
    Refusal,
    Replaced,
    SourceRecord,
    Unchanged,
)
from jixiao.store.registry import Registry
from jixiao.store.store import Store

__all__ = [
    "Added",
    "BaseIriError",
    "Batch",
    "Check",
    "Counts",
    "Decision",
    "DecisionMissingError",
    "Decisions",
    "Deposit",
    "DepositError",
    "ExportFormat",
    "Generation",
    "Judge",
    "LogEntry",
    "Manifest",
    "Objection",
    "OverlapError",
    "Refusal",
    "Registry",
    "RegistryError",
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
    "idle",
    "objections",
]
