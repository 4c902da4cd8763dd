"""What is asked of results, and the answers to each question: the words of the table of verdicts."""

from enum import StrEnum


class About(StrEnum):
    """What is judged; `estimate` is any one row of the table of estimates that has a change and an interval."""

    OUTCOME = "outcome"
    SYNTHESIS = "synthesis"
    QUESTION = "question"
    TEST = "test"
    CHECK = "check"
    DESIGN = "design"
    EXPERIMENT = "experiment"
    CONTINUITY = "continuity"
    COSTS = "costs"
    CALIBRATION = "calibration"
    ESTIMATE = "estimate"


class Question(StrEnum):
    """What is asked of a result."""

    DIRECTION = "direction"
    BETTER = "better"
    WORSE = "worse"
    CHANCE = "chance"
    SURVIVES = "survives"
    HOLDS_FINDING = "holds_finding"
    ALL_CHECKS = "all_checks"
    ONE_SITE = "one_site"
    DESIGNS = "designs"
    METHODS = "methods"
    PRE_TREND = "pre_trend"
    POWER = "power"
    DRIFT = "drift"
    BEND = "bend"
    DOSE = "dose"
    GROUPS = "groups"
    CHOICES = "choices"
    PUBLISHED = "published"
    TRUTH = "truth"
    TOGETHER = "together"
    READING = "reading"
    NARROW = "narrow"
    SPREAD = "spread"
    CLAIM = "claim"
    STRAIGHT = "straight"
    PRICES = "prices"
    PATTERN = "pattern"
    BALANCE = "balance"
    VARIANCES = "variances"
    GAP = "gap"
    HELD = "held"
    ALARMS = "alarms"


class Reason(StrEnum):
    """Why an answer is unknown."""

    NOT_ESTIMATED = "not_estimated"
    TOO_FEW_CLUSTERS = "too_few_clusters"
    NO_INTERVAL = "no_interval"
    NO_FINDING = "no_finding"
    NOT_TRIED = "not_tried"
    TOO_FEW_STUDIES = "too_few_studies"
    NOTHING_BESIDE = "nothing_beside"


UNKNOWN = "unknown"
# The answers to each question beside `unknown`.
ANSWERS: dict[Question, tuple[str, ...]] = {
    # Does the interval leave out no change, and on which side?
    Question.DIRECTION: ("fell", "rose", "unclear"),
    # Is a change for the better, or for the worse, that is as large as the smallest that matters shown?
    Question.BETTER: ("shown", "ruled_out", "open"),
    Question.WORSE: ("shown", "ruled_out", "open"),
    # Is it more than chance alone would make, by the p-value?
    Question.CHANCE: ("more", "possible"),
    # What becomes of the finding under this check or design?
    Question.SURVIVES: ("survives", "fades", "turns", "stays_unclear", "appears"),
    # Does the interval of this check hold the finding's own estimate?
    Question.HOLDS_FINDING: ("holds", "leaves_out"),
    # How many of the checks that are another choice leave the finding as it is?
    Question.ALL_CHECKS: ("all_leave", "some_leave", "none_leaves"),
    # Does leaving out any one site change what becomes of the finding?
    Question.ONE_SITE: ("decides", "none_decides"),
    # Do the other designs say what the primary one says?
    Question.DESIGNS: ("agree", "some_agree", "none_agrees"),
    # Do all ways to tell the uncertainty agree whether there is a finding?
    Question.METHODS: ("agree", "differ"),
    # Do the months before the start speak against parallel trends, and could a test of them have noticed?
    Question.PRE_TREND: ("speaks", "silent"),
    Question.POWER: ("strong", "weak"),
    # Does the finding survive drift as large as was seen before the start, or a slope that changes?
    Question.DRIFT: ("survives", "fragile", "breaks", "survives_any"),
    Question.BEND: ("survives", "breaks", "survives_any"),
    # Did more exposure go with more of the change?
    Question.DOSE: ("more", "less", "unclear"),
    # Do groups differ, by the interaction test?
    Question.GROUPS: ("differ", "unclear"),
    # In how many combinations of the declared choices is the finding clear?
    Question.CHOICES: ("every", "most", "hangs", "none"),
    # Does the interval hold the value that was published, or planted in the simulation?
    Question.PUBLISHED: ("holds", "leaves_out", "by_construction"),
    Question.TRUTH: ("holds", "leaves_out"),
    # Admissions and continuity side by side.
    Question.TOGETHER: (
        "trade", "paid", "paid_gain_open", "gained", "gained_loss_open", "neither", "undecided",
    ),
    Question.READING: ("met", "partly_met", "not_met", "uncertain", "not_assessable"),
    # Does calibration say that intervals such as these are too narrow?
    Question.NARROW: ("too_narrow", "untried", "wide_enough"),
    # Does what published estimates vary by go beyond chance?
    Question.SPREAD: ("differ", "alike"),
    # Is the answer what somebody claimed?
    Question.CLAIM: ("agrees", "opposes", "open"),
    # Does a curve say more than a straight line?
    Question.STRAIGHT: ("bends", "unclear"),
    # Is the net cost clearly less or more at all prices of the plan, or at some of them alone?
    Question.PRICES: ("less", "more", "hangs", "unclear"),
    # Are there fewer of one kind of activity and more of another?
    Question.PATTERN: ("shown", "open", "absent"),
    # Are matched patients and their controls alike, in means and in variances?
    Question.BALANCE: ("alike", "apart"),
    Question.VARIANCES: ("alike", "apart"),
    # What did the pilots make of a gap between patients that was clear before?
    Question.GAP: ("widened", "narrowed", "turned_round"),
    # In simulated worlds: did intervals hold the truth as often as they promise, and did tests see something where
    # there is nothing; "perhaps" where chance could show it in so many worlds?
    Question.HELD: ("as_promised", "too_narrow", "perhaps_too_narrow", "too_wide", "perhaps_too_wide"),
    Question.ALARMS: ("as_promised", "too_often", "perhaps_too_often", "too_seldom", "perhaps_too_seldom"),
}  # fmt: skip
EVERY_ANSWER = frozenset(answer for answers in ANSWERS.values() for answer in answers)
