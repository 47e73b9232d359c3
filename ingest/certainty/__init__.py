"""Decide what is stated of what was recognised in pictures: a fact is stated, doubted or withheld.

`scores.py` tells how surely the characters behind a fact were recognised, `confirming.py` what confirms an amount, and
`weighing.py` decides by thresholds (certainty.toml); `silence.py` leaves out findings that rest on doubtful facts, and
`bodies.py` settles by which name of its body a filing goes.
"""
