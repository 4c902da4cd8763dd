"""Of what Snakemake's linter says, all counts but its wish for an environment per rule."""

from workflow.lint import findings

WISH = """Lints for rule pull_verify (line 58, rules/pull.smk):
    * Specify a conda environment or container for each rule.:
      This way, the used software for each specific step is documented.
      Also see:
      https://snakemake.readthedocs.io/en/latest/snakefiles/deployment.html
"""


def test_the_wish_for_an_environment_per_rule_is_no_finding() -> None:
    assert findings(WISH) == []


def test_everything_else_is_a_finding_with_its_place() -> None:
    told = WISH + "    * No log directive defined:\n      Without a log directive, all output goes to the terminal.\n"
    assert findings(told) == ["rule pull_verify (line 58, rules/pull.smk): No log directive defined"]
