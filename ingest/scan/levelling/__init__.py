"""Set pictures of pages upright: straighten photographs, level tilted pages, flatten slightly bent ones."""
