"""Read indicators that are written in sentences, lists or shared cells, and return them as rows of a table.

An even text is a text in NFKC, except that characters which NFKC makes longer stay as they are: positions in the even
text are positions in the printed one. A told indicator is one read from such a text: `游客满意度达到90%以上`.
"""
