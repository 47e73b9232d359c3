"""Analysis of running text: cited documents, figures, calculations and the titles and numbers they stand with."""
