"""Decide for each fact that was recognised in a picture (OCR) if it is stated, stated with a doubt, or withheld.

Terms of this folder: a *score* is the recogniser's certainty of a character, from 0 to 1; *another scale* is a second
recognition of the same line, from an enlarged picture, and the readings *agree* if their characters are equal. An
amount is *confirmed* if a calculation or another place of the file has the same figure. A project's *identity* is its
name, its body (the organisation that files it) and its fiscal year. `Printed` is a text with the lines and columns of
the file that it was read from. Each kind of facts has two *limits*: with a score below `doubted` a fact is stated with
a doubt, below `withheld` it is not stated.

kinds.py       the kind of a property, and the scores that a kind needs
scores.py      how surely the characters of a text were recognised, and where else the text is printed
confirming.py  amounts that something confirms, and amounts whose unit (yuan or 万元) is sure
identities.py  projects whose identity is not sure, and the choice among several readings of a body's name
weighing.py    the decision on each fact, by the thresholds in certainty.toml; facts of lost characters, in any format
"""
