"""What is calibrated: the parts of a plan that decide how often an interval should hold the truth."""

from pydantic import BaseModel, ConfigDict

from analysis.plan.calibration import Calibration, Scenario
from analysis.plan.designs import Design, Method, Staggered, SyntheticControl
from analysis.pull.datasets.register import Register
from analysis.simulate.outcomes.world import World
from analysis.steps import Problem, canonical_json, digest, seed
from analysis.study import Study

REFERENCE = "reference-pilots"


class Calibrated(BaseModel):
    """The models and the worlds of a calibration; equal plans have equal digests."""

    model_config = ConfigDict(frozen=True)

    calibration: Calibration
    world: World
    measure: str
    bin_months: int
    designs: tuple[Design, ...]
    staggered: Staggered
    synthetic_control: SyntheticControl
    methods: tuple[Method, ...]
    confidence: float

    def digest(self) -> str:
        """The sha256 of all but the numbers of worlds; a calibration belongs to every plan with the same one."""
        # Contacts and mergers are not simulated here, so that no part of them belongs to the plan.
        counts = {"calibration": {"worlds", "worlds_slow"}, "world": {"contacts", "mergers"}}
        return digest(canonical_json(self.model_dump(mode="json", exclude=counts)))

    def effect(self, scenario: Scenario) -> float:
        """The true rate ratio of a scenario."""
        return self.world.activity[self.measure].effect if scenario.effect is None else scenario.effect

    def drawn(self, name: str, sites: int, number: int) -> World:
        """World number `number` of a scenario; its seed derives from all three, whoever draws it."""
        scenario = self.calibration.scenarios[name]
        activity = self.world.activity[self.measure].model_copy(update={"effect": self.effect(scenario)})
        return self.world.model_copy(
            update={
                "seed": seed(f"estimate.calibration.{name}.{sites}", number),
                "sites": sites,
                "activity": {self.measure: activity},
                "effect_spread": scenario.effect_spread,
                "pilot_trend": scenario.pilot_trend,
            }
        )


def calibrated(study: Study, register: Register) -> Calibrated:
    """What `make calibrate` does for a study.

    Raises
    ------
    Problem
        When the study asks for no calibration, or the reference pilots have no such measure.
    """
    if study.calibration is None:
        raise Problem(f"The study {study.name} asks for no calibration.", "give it `calibration` in the study file")
    outcome = study.activity()[study.calibration.outcome]
    world = World.model_validate(register.dataset(REFERENCE).parameters)
    if outcome.measure not in world.activity:
        raise Problem(
            f"The reference pilots have no measure {outcome.measure}, so its models cannot be calibrated.",
            f"choose an outcome with one of {', '.join(world.activity)} as `calibration.outcome`",
        )
    return Calibrated(
        calibration=study.calibration,
        # What is not simulated is left out, so that a change to it makes no calibration out of date.
        # ASSUME: a merger moves no practice's rate. It moves the mix of practices in a site, and so the site's rate, by
        # far less than areas drift apart by themselves.
        world=world.model_copy(
            update={
                "seed": 0,
                "activity": {outcome.measure: world.activity[outcome.measure]},
                "shares": {},
                "contacts": None,
                "mergers": None,
            }
        ),
        measure=outcome.measure,
        bin_months=outcome.bin_months,
        designs=outcome.designs,
        staggered=study.designs.staggered,
        synthetic_control=study.designs.synthetic_control,
        methods=study.inference.methods,
        confidence=study.inference.confidence,
    )
