"""What can go wrong in the store room, as one small tree. Every message says what to do next, in Chinese and English.

StoreError
├── StoreMissingError     no store at the path
├── StoreUnusableError    a store that cannot be read or written: the path and the remedy are in the message
├── StoreEmptyError       nothing has been committed yet
├── StoreLockedError      another process is writing
├── BaseIriError          not a base IRI, or not the one the store was made with
├── SourceMissingError    no such source, or no live one
├── RegistryError         registry.ttl cannot be applied: the message names the line
├── DecisionMissingError  no such decision
├── PublisherError        dataset.toml cannot be used: the message names key and line
├── VersionMissingError   no such version, or none of its dumps
├── VersionUnusableError  a dump that is none
├── OverlapError          a file shares some, not all, projects with another one
└── DepositError          a deposit that contradicts itself: a defect of whoever made it
"""

from __future__ import annotations


class StoreError(Exception):
    """Anything the store room refuses."""


class StoreMissingError(StoreError):
    """There is no store at the path."""


class StoreUnusableError(StoreError):
    """The store is there but broken, of a newer format, or not readable or writable."""


class StoreEmptyError(StoreError):
    """The store holds no generation yet."""


class StoreLockedError(StoreError):
    """Another process is writing; the message says which, where and since when."""


class BaseIriError(StoreError):
    """The base IRI is malformed, or differs from the one the store was made with."""


class SourceMissingError(StoreError):
    """No source has this number, or the operation needs a live one."""


class RegistryError(StoreError):
    """A steward's registry that is no Turtle, or that its rules forbid; nothing was changed."""


class DecisionMissingError(StoreError):
    """No decision has this number."""


class PublisherError(StoreError):
    """What a publisher says of the dataset is no TOML, or not what it must be; the message names file, key and line."""


class VersionMissingError(StoreError):
    """No version has this number, or its dump is not kept; the message names those that are there."""


class VersionUnusableError(StoreError):
    """A dump is not what jixiao writes: packed N-Quads, in order."""


class OverlapError(StoreError):
    """A file shares some but not all projects with live ones; the message names the files and the shared projects."""


class DepositError(StoreError):
    """A deposit whose hash does not fit its bytes, or whose triples cannot be kept (blank nodes)."""
