"""The rules by which results are judged: pure functions of numbers, each the only place of its comparison.

Equality is decided here, once: an interval that touches no change does not leave it out, and a change of just the
smallest size that matters does matter. Where an end of an interval is missing, nothing is known.
"""
