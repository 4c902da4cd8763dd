"""The parts of a study file, typed: :mod:`analysis.study` puts them together."""
