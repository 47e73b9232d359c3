"""Applications of the site, a folder each: an app imports pages and views, and no app imports another."""
