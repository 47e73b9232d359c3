"""Set pictures of pages upright: straighten photographs, level tilted pages, flatten slightly bent ones.

upright.py   the steps: the sheet found in a photograph, pages straightened, turned by quarters and levelled
pencils.py   the lines of a photographed page, by which it is straightened
flatness.py  how far a page is from level, and slight bends flattened

How *abruptly* rows and columns of pixels change from one to the next measures how level a page is: they change most
when lines of text run along them. A *piece* is a short straight piece of a line. A *pencil* is a set of lines that are
parallel on paper, and in a photograph taken at an angle meet in one point. A *seen* edge of the paper is visible in the
picture.
"""
