"""Parse printed values: plain text, amounts, dates and targets.

A *folded* text is one in Unicode form NFKC (full-width letters and figures become narrow) without mark-up and white
space; labels, numbers and targets are compared in this form.
"""
