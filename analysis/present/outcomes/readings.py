"""What the results mean, in sentences that the results choose."""

from analysis.wording import Change, Direction, gain, listed, sentence


def emergency(told: Change, smallest: float, *, simulated: bool = False) -> str:
    """What the change in emergency admissions says about the promise of integrated care."""
    low, high = gain(told, "down")
    these = "The results of these simulated pilots" if simulated else "These results"
    promise = "the promise that integrated care keeps people out of hospital in a crisis"
    if low >= smallest:
        return f"{these} support {promise}."
    if high < smallest and told.low > 0:
        return f"{these} contradict {promise}: emergency admissions went up, and a fall that would matter is ruled out."
    if high < smallest and told.high < 0:
        return (
            f"{these} give little support to {promise}: emergency admissions fell, but a fall that would matter is "
            "ruled out."
        )
    if high < smallest:
        return f"{these} do not support {promise}: a fall that would matter is ruled out, and a rise is not."
    open_promise = promise.replace("promise that", "promise open that")
    return f"{these} leave {open_promise}: a fall that would matter is neither shown nor ruled out."


def unknown(what: str) -> str:
    """What is said of something that could not be estimated."""
    return f"Of {what} these results say nothing, because the change could not be estimated."


def planned(changes: dict[str, Change], *, simulated: bool = False) -> str:
    """What the changes in planned care say together."""
    told = _planned(changes)
    return f"In the simulated pilots, {told[:1].lower()}{told[1:]}" if simulated and changes else told


def _planned(changes: dict[str, Change]) -> str:
    if changes and not any(told.known for told in changes.values()):
        return "Whether planned care changed cannot be told from so few clusters."
    fell = [label for label, told in changes.items() if told.high < 0]
    rose = [label for label, told in changes.items() if told.low > 0]
    if not changes:
        return "Planned care is no part of this study."
    if len(fell) == len(changes):
        both = "both " if len(fell) == 2 else ""
        return (
            f"{sentence(listed(fell))} {both}fell. Whether that is care better placed or care withheld, activity data "
            "cannot say; it takes the patients' own account."
        )
    if rose:
        return f"{sentence(listed(rose))} rose, which speaks against the hope that care would move out of hospital."
    if fell:
        return f"Of planned care, only {listed(fell)} clearly fell, so a general move out of hospital is not shown."
    return "Planned care did not clearly change, so a move of care out of hospital is not shown."


def continuity(told: Change, smallest: float, *, simulated: bool = False) -> str:
    """What the change in continuity says."""
    low, high = gain(told, "up")
    if high < -smallest:
        who = "In the simulation, patients" if simulated else "Patients"
        return (
            f"{who} lost something that many patients and GPs value. Teams that work across organisations can put more "
            "people between a patient and the doctor who knows them, unless a model guards against it."
        )
    if low > -smallest:
        where = "In the simulation, a" if simulated else "A"
        return (
            f"{where} loss of continuity large enough to matter is ruled out, which is the least that any model should "
            "show."
        )
    where = "In the simulation, continuity" if simulated else "Continuity"
    return f"{where} may have suffered: a loss large enough to matter is neither shown nor ruled out."


def together(emergency: Change, continuity: Change, *, simulated: bool = False) -> str:
    """Admissions and continuity side by side."""
    pilots = "Seen together, the simulated pilots" if simulated else "Seen together, the pilots"
    if not emergency.high < 0 and continuity.high < 0:
        model = "If real pilots did so, a model" if simulated else "A model"
        return (
            f"{pilots} paid in continuity without a clear gain in emergency admissions. {model} that adds teams "
            "without protecting the relationship between patient and GP may give up something that many patients and "
            "GPs value, and that in published studies goes with fewer admissions, though they do not show that it "
            "causes fewer."
        )
    if emergency.high < 0 and continuity.high < 0:
        return f"{pilots} gained in emergency admissions and paid in continuity: a trade to be weighed openly."
    if emergency.high < 0:
        return f"{pilots} gained in emergency admissions without a clear loss of continuity."
    where = " in the simulated pilots" * simulated
    return f"Seen together, neither a gain in emergency admissions nor a loss of continuity is clear{where}."


def matters(told: Change, good: Direction, smallest: float) -> str:
    """Whether a gain or a loss as large as the plan thinks worth while is shown or ruled out."""
    low, high = gain(told, good)
    margin = f"{smallest:g}{'%' if told.unit == '%' else ' percentage points'}"
    better, worse = _shown(low, high, smallest), _shown(-high, -low, smallest)
    return (
        f"The plan sets {margin} as the smallest change that matters: a change for the better of that size is "
        f"{better}, one for the worse is {worse}."
    )


def _shown(low: float, high: float, smallest: float) -> str:
    return "shown" if low >= smallest else "ruled out" if high < smallest else "neither shown nor ruled out"
