"""Findings of validation: counts, lists, a page per rule, the report on each filing, and stewards' corrections."""
