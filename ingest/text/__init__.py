"""Analyse running text: cited documents, figures, calculations, and the titles and numbers in it."""
