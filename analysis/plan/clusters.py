"""How many clusters clustered errors need; no study changes it."""

# ASSUME: with fewer clusters than these on a side a clustered standard error is not told. Of one or two treated
# clusters it is far too small, whatever their number (Conley & Taber 2011, Rev Econ Stat 93:113-125; MacKinnon & Webb
# 2018, Econometrics J 21:114-135). Nobody has published a line for the other side, which varies over fewer still.
FEWEST_TREATED, FEWEST_COMPARISON = 3, 6


def too_few(treated: int, comparison: int) -> bool:
    """Whether clusters are too few for clustered errors; 0 stands for a side that the estimate does not have."""
    return 0 < treated < FEWEST_TREATED or 0 < comparison < FEWEST_COMPARISON
