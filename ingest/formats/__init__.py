"""Parts of file formats that several readers need.

content.py      what the bytes of a file are: a format by its signature, or text in an encoding
archives.py     zips, bounded before they are opened
colours.py      colours, and whether text in one is seen on another
html_looks.py   the elements of HTML that a browser shows
word_xml.py     the elements of a Word document; word_styles.py has its styles and lists
grids.py        tables by their printed rules
text_tables.py  tables in plain text
rendering.py    paragraphs and rows as a rendition, and text as a file shows it, from runs with properties

A *rendition* is a file as lines (its text, in reading order) and rows (cells that refer to the lines of their text). A
paragraph is a row with one cell. A *blank* cell is an empty one. In plain text, a *bar* is a vertical stroke (`|│┃｜`)
between cells, a *ruler* a line that consists of strokes alone, such as `----+----`, and a *gap* two or more spaces in a
row.
"""
