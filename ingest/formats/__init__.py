"""Parts of file formats that readers need: archives, signatures, encodings, styles, tables in text, rendering.

A *rendition* is a file as lines (its text, in reading order) and rows (cells that refer to the lines of their text). A
paragraph is a row with one cell. A *blank* is a space character or an empty cell. In plain text, a *bar* is a vertical
stroke (`|│┃｜`) between cells, a *ruler* a line that consists of strokes alone, such as `----+----`, and a *gap* two or
more blanks in a row.
"""
