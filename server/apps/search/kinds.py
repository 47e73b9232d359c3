"""Words for the kinds of things that are searched and suggested."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from jixiao.ontology.text.bilingual import Bilingual

KINDS: Mapping[str, Bilingual] = MappingProxyType(
    {
        "org": Bilingual("单位", "Bodies"),
        "basis": Bilingual("文件", "Documents"),
        "project": Bilingual("项目", "Projects"),
        "indicator": Bilingual("绩效指标", "Indicators"),
        "goal": Bilingual("绩效目标", "Goals"),
        "section": Bilingual("项目说明", "Narratives"),
        "stated-basis": Bilingual("其他依据", "Other grounds"),
        "cost-item": Bilingual("预算明细", "Budget lines"),
    }
)
"""Kinds that are searched, in the order in which they are shown."""

SUGGESTED: Mapping[str, Bilingual] = MappingProxyType(
    {
        "org": Bilingual("单位", "body"),
        "basis": Bilingual("文件", "document"),
        "project": Bilingual("项目", "project"),
        "series": Bilingual("项目", "project"),
        "indicator-name": Bilingual("指标", "indicator"),
    }
)
"""Kinds of suggestions, one of each."""
