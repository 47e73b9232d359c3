"""Parse printed values: plain text, amounts, dates, targets and spans of text."""
