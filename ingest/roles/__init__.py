"""Find the role of a cell in a form from its text: label, level, header of a column, heading, value.

The words and patterns of forms are in the TOML files of this folder. Its modules look at one cell or one row, or at a
header with the row below it.

labels.py      the meanings of words of forms
role.py        the role of a cell
headings.py    headings of narratives, names of projects, titles of documents of other kinds
naming.py      evidence for and against a text as the name of a project
columns.py     the columns of a table of indicators, by its header
executions.py  the columns of the money of a self-evaluation
aligning.py    cells of a row, assigned to the columns of a header

Terms used here and in other modules that read forms:

- A header is the row of an indicator table that names its columns: `一级指标 | 二级指标 | 三级指标 | 指标值`.
- The meaning of a column is its key in [column] of labels.toml: `level1`, `level2`, `name`, `target`, `unit` and so on;
  `longTerm` is a column for several years, `further` one that is not kept, such as a remark.
- A level is a cell with the type of an indicator, such as 产出指标 (first level) or 数量指标 (second level).
- A bare text is one without numbering, unit and other additions, as labels.toml writes words.
"""
