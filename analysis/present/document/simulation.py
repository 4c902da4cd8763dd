"""What simulated pilots can and cannot show, and to which published values their truths were set."""

from dataclasses import dataclass

from analysis.present.outcomes.benchmarks import Benchmark, benchmark, circular
from analysis.present.provenance.sources import Sources


@dataclass(frozen=True)
class SimulationPage:
    """Where the pilots are simulated.

    Attributes
    ----------
    set_to : list of str
        The outcomes whose truth was set to the value that stands beside it, in words.
    elsewhere : list of Benchmark
        The truths that were set to a published value which the study does not set beside them.
    """

    set_to: list[str]
    elsewhere: list[Benchmark]


def page(sources: Sources) -> SimulationPage | None:
    """What is said of a simulation; None where the pilots are observed."""
    if not sources.simulated:
        return None
    labels = {name: each.label for name, each in sources.plan.outcomes.items()}
    own = [name for name in labels if circular(sources.benchmarks, name)]
    truths = [benchmark(sources.benchmarks, name, labels[name], "truth") for name in labels if name not in own]
    return SimulationPage([labels[name] for name in own], [each for each in truths if each and each.detail])
