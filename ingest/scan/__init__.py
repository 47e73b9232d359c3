"""Recognise the text of pictures: pages set upright, rulings, cells, lines and their characters.

recognising.py  the child process that recognises a file page by page, and the parent's side of it
pictures.py     the pages of a file as pictures
levelling/      pages set upright
ink.py          the types of pictures; pages cleaned, and where there is ink on them
rulings.py      the printed lines of tables, from the dark lines of the picture
lines.py        the lines of text in cells and in running text
engine.py       the models that find and read lines
recognise.py    a page: all of this, in order
corrections.py  corrections of what the models read

Terms: `scale` is the number of pixels per point (1/72 inch), and `em` the usual height of a character in pixels. A
*ruling* is a printed straight line of a table. *Flat* lines are horizontal, *upright* lines vertical; functions for
flat lines get the transposed picture to handle upright ones. A place is *along* a line in its direction, or *across*
it. A *cleaned* picture is grey on white paper, without red stamps. A *mark* is a connected group of inked pixels.

The way of a page: `recognising` sends the file to a child process, in which `pictures` opens it and
`recognise` reads a page. For that, `levelling` and `ink` clean the page and set it upright, `rulings` and `lines` find
its cells and lines, `engine` reads a line, and `corrections` mends what it read. The result is a
`jixiao.ingest.recognition.Recognition`.

No module of this folder knows what a filing is. All but `recognising`, which runs the others in a child process, load
OpenCV and ONNX Runtime.
"""
