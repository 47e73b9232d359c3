"""What a publisher says of the dataset comes in as a TOML file, a Publisher goes out, whole also without a file.

Everything in descriptions, headers and citations that the filings cannot know stands here and nowhere else.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

FILE = "dataset.toml"
"""Its name in a store's directory."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Words(_Part):
    """A text in both languages."""

    zh: str
    en: str


class Agent(_Part):
    """Who publishes: a name and, where there is one, an IRI."""

    name: Words = Words(zh="绩效数据发布者", en="The publisher of this jixiao dataset")
    iri: str | None = None


class Publisher(_Part):
    """What is said of the dataset."""

    title: Words = Words(zh="预算绩效目标申报数据集", en="Budget performance-target filings")
    publisher: Agent = Agent()
    license: str = "https://creativecommons.org/licenses/by/4.0/"
    rights: Words = Words(
        zh="许可协议只涵盖本数据集的图；来源文件的权利仍归其发布机关。",
        en="The licence covers the graph of this dataset; source documents keep their issuers' rights.",
    )
