"""Comparisons side by side of bodies, years and projects, and the indicators of all bodies by name."""
