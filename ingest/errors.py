"""Errors caused by files; a defect of the program raises none of them.

IngestError
├── UnreadableError   no reader knows a text format of these bytes
├── NotAFilingError   readable, but without a performance-target form or narrative
└── UnreadFormError   a title of a form whose content is in parts that are not read
"""

from collections.abc import Mapping


class IngestError(Exception):
    """An error: a file cannot become a document; `zh` and `en` are the message in Chinese and English.

    `hidden` has the texts to mask on each line, or None if no one has searched the file for persons yet.
    """

    hidden: Mapping[int, tuple[str, ...]] | None = None

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(zh, en)  # the arguments by which pickle makes it anew, in another process
        self.zh = zh
        self.en = en

    def __str__(self) -> str:
        """Return both messages."""
        return f"{self.zh} · {self.en}"


class UnreadableError(IngestError):
    """An error: no reader can turn the file into a rendition."""


class NotAFilingError(IngestError):
    """An error: a rendition has no form or narrative that can be read; `kind` is a key of [kind] in labels.toml."""

    kind: str | None = None


class UnreadFormError(IngestError):
    """An error: little more of a form than its title was read; the rest is in parts that the reader does not read."""
