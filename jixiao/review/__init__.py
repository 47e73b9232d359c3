"""Review what a store withholds or doubts: pages on this machine alone, on which a steward confirms or corrects."""
