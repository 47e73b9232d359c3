"""Read indicators that are written in sentences, lists or shared cells, and return them as rows of a table.

listing.py    the rows, out of the cells of a form
sentences.py  levels at the beginning of a text, line or sentence, and the name and the target in a sentence

An even text is a text in NFKC, except that characters which NFKC makes longer stay as they are: positions in the even
text are positions in the printed one. A level is a type of indicator, such as 产出指标 (first level) or 数量指标
(second level).
"""
