"""Texts as every package handles them.

bilingual.py     pairs of texts in Chinese and English
wording.py       words and patterns, read from TOML files
folding.py       one form of a text for search
typos.py         what a mistyped text may stand for
marks.py         texts with marked parts
decimals.py      numbers as digits
money.py         amounts of money in words
display.py       texts without control characters, and short
spreadsheets.py  cells of CSV, read and written
yaml_text.py     YAML, read
dictionary.py    the Chinese-English dictionary
"""
