"""A simulated evening: thousands of players for hours, and books of all that Steam says to them.

``python -P -m evening`` runs it; ``make evening`` is its long form.
"""
