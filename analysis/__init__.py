"""Integrated Care Paper: from pilot evaluation data to a versioned policy paper.

Six stages, in order: pull, prepare, estimate, assess, present, release. A stage imports from earlier
stages and from the foundations (study, estimates, tables, disclosure, steps), never from a later one.
"""
