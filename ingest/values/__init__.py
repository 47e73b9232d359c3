"""Parse printed values: plain text, amounts, dates, targets and spans of text.

A folded text is one in NFKC without mark-up and white space, in which labels, numbers and targets are compared.
"""
