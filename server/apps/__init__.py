"""Applications of the site, one folder each; they import `pages` and `views`, and never one another."""
