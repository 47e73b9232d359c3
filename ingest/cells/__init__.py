"""Repair the rows of a rendition, so that each cell of a form is one cell of a row.

repair.py               the steps, in their order
run_together/           text in which several cells run together, divided
borders.py              lost borders between closed cells, restored
lines.py                cells on a line of their own each, joined into rows
broken_names.py         names of projects on two lines, joined
folded_lists.py         lists of projects with rows on several lines, joined
one_line.py             forms in one line with colons behind their labels, divided
table_heads.py          headers of indicator tables over years, and forms side by side
prose/                  indicators that a form writes in sentences or lists instead of a table
unlabelled_projects.py  projects that no label 项目名称 names

Terms used here:

- A header is the row of an indicator table that names its columns: `一级指标 | 二级指标 | 三级指标 | 指标值`.
- The meaning of a column or cell is what the table of words (`jixiao.ingest.roles`) says of its text: `level1`,
  `level2`, `name`, `target`, `unit` and so on.
- A level is a cell with the type of an indicator, such as 产出指标 (first level) or 数量指标 (second level).
- A group word labels the table itself (绩效指标) and spans all of its rows.
- A withheld row keeps its text, but no facts are read from it, because its division into cells is uncertain.
"""
