"""Printed values and their typed forms: plain text, amounts, dates, targets and spans of text."""
