"""Texts as every room handles them: folding for search, words in TOML files, figures, bilingual pairs, cells of CSV."""
