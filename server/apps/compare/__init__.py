"""Comparisons of bodies, years or projects side by side (/compare), and the library of indicators (/indicators).

A *side* is one of the things compared. A *verdict* says if the figures of the sides can be compared: it has the reasons
against, or else the difference. A *spread* summarises the numeric targets of all indicators with the same name.
"""
