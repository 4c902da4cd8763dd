# The rules of the stages whose steps are in the registry, workflow/registry.py.

from workflow.registry import registry
from workflow.step import keep


def arguments(step):
    """The file that a step takes its arguments from, written when a run needs it and only where it is not so yet.

    `make status` writes nothing: there it may not be named before the first run. That it is to change is seen by its
    sha256, which is a parameter of the rule.
    """
    path = f"results/{STUDY.name}/steps/{step.name}.json"

    def given(wildcards):
        if workflow.is_main_process and workflow.executor_plugin and not workflow.dryrun:
            keep(step.text(), Path(path))
        return path if Path(path).exists() else []

    return given


def make(step):
    """The rule of a step.

    In a function: a rule's body runs long after a loop is over, and would find the loop's last step there.
    """

    rule:
        name:
            step.name
        input:
            step.inputs(),
            arguments=arguments(step),
            code=sources(step.module),
        output:
            step.outputs(),
        log:
            f"<logs>/{step.name}.log",
        benchmark:
            f"<benchmarks>/{step.name}.tsv"
        params:
            module=step.module,
            arguments=step.digest(),
        message:
            step.message
        shell:
            "python -m {params.module} --arguments {input.arguments} 2> {log}"


STEPS = told(registry, DATA)
for STEP in STEPS.values():
    make(STEP)
