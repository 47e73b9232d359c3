"""jixiao (绩效): a knowledge graph of Chinese budget performance-target filings."""
