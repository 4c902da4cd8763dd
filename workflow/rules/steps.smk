# The rules of all steps that are in the registry, workflow/registry.py.


def arguments(step):
    """The file that a step takes its arguments from, written when a run needs it and only where it is not so yet.

    `make status` writes nothing: there it may not be named before the first run. That it is to change is seen by its
    sha256, which is a parameter of the rule.
    """
    path = arguments_file(step, DATA)

    def given(wildcards):
        if workflow.is_main_process and workflow.executor_plugin and not workflow.dryrun:
            keep(step.text(), path)
        return str(path) if path.exists() else []

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
            [ancient(path) for path in step.ancient],
            arguments=arguments(step),
            code=sources(step.module),
        output:
            [directory(path) if path in step.folders else path for path in step.outputs()],
        log:
            f"<logs>/{step.name}.log",
        benchmark:
            f"<benchmarks>/{step.name}.tsv"
        params:
            module=step.module,
            arguments=str(arguments_file(step, DATA)),
            sha256=step.digest(),
        message:
            step.message
        shell:
            "python -m {params.module} --arguments {params.arguments} 2> {log}"


for STEP in STEPS.values():
    make(STEP)
