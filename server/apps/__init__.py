"""Applications of the site, a module or a folder each; they import `pages` and `views`, and never one another."""
