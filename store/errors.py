"""Errors of the store. Every message says what to do next, in Chinese and English.

StoreError
├── StoreMissingError     no store at the path
├── StoreUnusableError    a store that cannot be read or written: the message names the path and the remedy
│   └── StoreDamagedError a file of the store is missing, damaged or not readable
├── StoreEmptyError       nothing has been committed yet
├── StoreLockedError      another process is writing
├── BaseIriError          a base IRI that is not that of the store
├── SourceMissingError    no such source, or none that is live
├── RegistryError         registry.ttl cannot be applied: the message names the line
├── DecisionMissingError  no such decision
├── PublisherError        dataset.toml cannot be used: the message names the key
├── VersionMissingError   no such version, or none of its dumps
├── VersionUnusableError  a file that is not a dump of jixiao
├── TableError            the file of a table, or what asks a table, breaks the rules
├── NoRoomError           no room on the disk for temporary files of a search or a table's answer
├── SearchTooLongError    a search for a text that almost everything contains
├── OverlapError          a file shares projects with another one that it may not replace
└── DepositError          a deposit that contradicts itself: a defect of the code that made it
"""

import os
from pathlib import Path
from typing import Self

from jixiao.ontology.errors import ReportedError


class StoreError(ReportedError):
    """Any error that the store raises."""


class TableError(StoreError):
    """An error: the file of a table, or what asks a table, breaks the rules."""


class StoreMissingError(StoreError):
    """An error: there is no store at the path."""


class StoreUnusableError(StoreError):
    """An error: the store exists but is broken, of a newer format, or not readable or writable."""


class StoreDamagedError(StoreUnusableError):
    """An error: a file of the store is missing, damaged or not readable; the message names the file and the remedy."""


REBUILD = (
    "请运行 jixiao rebuild，它由原始文件重做其余的一切；或从备份恢复该文件",
    "run jixiao rebuild, which makes all else anew from the original files, or restore the file from a backup",
)

BACKUP = "请从备份恢复该文件", "restore the file from a backup"


def damaged(path: Path, zh: str = REBUILD[0], en: str = REBUILD[1], cause: object = None) -> StoreDamagedError:
    """Return the error for a file that is missing, damaged or not readable, with the remedy in both languages.

    If the system forbids to read the file, which `cause` (an exception) may also tell, the remedy is to check
    permissions.
    """
    zh, en = remedy(path, zh, en, cause)
    return StoreDamagedError(f"{path} 缺失、已损坏或不能读；{zh}。 {path} is missing, damaged or not readable; {en}.")


def remedy(path: Path, zh: str, en: str, cause: object = None) -> tuple[str, str]:
    """Return the remedy for a file or folder in Chinese and English: `zh` and `en`, or to check permissions.

    Permissions are the remedy if the system forbids to read the file or a folder above, or if `cause` is a
    PermissionError.
    """
    for part in (*reversed(path.parents), path):  # what is below a forbidden folder cannot be seen
        needed = (os.R_OK if part == path else 0) | (os.X_OK if part.is_dir() else 0)
        if os.access(part, os.F_OK) and not os.access(part, needed):
            cause = PermissionError(str(part))
            break
    if not isinstance(cause, PermissionError):
        return zh, en
    return f"请检查其权限：{cause}", f"check its permissions: {cause}"


class StoreEmptyError(StoreError):
    """An error: the store holds no generation yet."""


class StoreLockedError(StoreError):
    """An error: another process is writing; the message names the process, its host and when it began."""


class BaseIriError(StoreError):
    """An error: the base IRI is not the store's, or the base IRI of an endpoint is malformed."""


class SourceMissingError(StoreError):
    """An error: no source has the given number, or the source is not live and the operation needs a live one."""


def no_source(sha16: str) -> SourceMissingError:
    """Return the error for a source number that the store does not know; `sha16` is the number."""
    return SourceMissingError(f"没有来源 {sha16}。 There is no source {sha16}.")


class RegistryError(StoreError):
    """An error: a steward's registry is not Turtle, or its rules forbid it; nothing was changed."""


class DecisionMissingError(StoreError):
    """An error: there is no decision with the given number."""


class PublisherError(StoreError):
    """An error: the publisher's file is not TOML, or has a wrong value; the message names file and key."""


class VersionMissingError(StoreError):
    """An error: no version has this number, or its dump is not kept; the message names the available versions."""


def no_longer_kept(version: str) -> VersionMissingError:
    """Return the error for a version whose graph and dumps were both removed; its record is still kept."""
    return VersionMissingError(
        f"版本 {version} 的数据已不在库中，只留下说明；用当时的导出文件代替。"
        f" The data of version {version} are no longer in the store, only what is said of them;"
        " name a dump of it instead."
    )


class VersionUnusableError(StoreError):
    """An error: a file is not a dump as jixiao writes it: compressed N-Quads, in order."""


class NoRoomError(StoreError):
    """An error: the disk has no room for temporary files, in which a reader sorts and keeps rows."""

    @classmethod
    def of(cls, cause: Exception) -> Self:
        """Return the error with its words, for the error of SQLite."""
        return cls(
            f"临时文件写不下（{cause}）：磁盘已满，或文件夹不能写。腾出空间，或用环境变量 SQLITE_TMPDIR 另设一处；"
            "没有设的，写在 TMPDIR 或 /var/tmp。库未受影响。"
            f" Temporary files cannot be written ({cause}): the disk is full, or the folder is not writable. Free"
            " space, or set another folder by the environment variable SQLITE_TMPDIR, without which they are in"
            " TMPDIR or /var/tmp. The store is unharmed."
        )


class SearchTooLongError(StoreError):
    """An error: a search exceeds its time, since almost everything contains the text."""


class OverlapError(StoreError):
    """An error: a file shares projects with live ones that it may not replace; the message names files and projects."""


class DepositError(StoreError):
    """An error: a deposit's hash does not fit its bytes, or its triples cannot be kept (blank nodes)."""
