"""The parts of a paper that follow from its plan, and the tables of its annexes."""
