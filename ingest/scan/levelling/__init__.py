"""Set pictures of pages upright: straighten photographs, level tilted pages, flatten slightly bent ones.

Rows and columns of pixels change most *abruptly* from one to the next when lines of text run along them; this tells how
well a page is level. A *piece* is a short straight piece of a line. A *pencil* is a set of lines that are parallel on
paper, and in a photograph taken at an angle meet in one point.
"""
