"""Parse printed values.

plain.py    text without mark-up
amounts.py  figures, money and quantities
dates.py    dates, as ISO 8601
targets.py  targets of indicators: operator, number, unit

A *folded* text is one in Unicode form NFKC (full-width letters and figures become narrow) without mark-up and white
space; labels, numbers and targets are compared in this form.
"""
