"""Read indicators that are written in sentences, lists or shared cells, and return them as rows of a table.

An even text is a text in NFKC, except that characters which NFKC makes longer stay as they are: positions in the even
text are positions in the printed one.
"""
