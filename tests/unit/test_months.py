"""Months as whole numbers."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.months import month_count, month_number, month_numbers, month_text


def test_numbers_differ_by_months() -> None:
    numbers = month_numbers(pd.Series(["2009-12", "2010-01", "2011-01", None, ""]))
    assert list(numbers.diff()[1:3]) == [1, 12]
    assert np.isnan(numbers[3:]).all()


@given(st.dates())
def test_a_month_is_read_as_it_was_written(day: object) -> None:
    assert month_text(month_number(str(day)[:7])) == str(day)[:7]


@pytest.mark.parametrize(("first", "last"), [("2009-04", "2009-04"), ("2007-04", "2011-03"), ("2009-12", "2010-01")])
def test_as_many_months_as_pandas_counts(first: str, last: str) -> None:
    assert month_count(first, last) == len(pd.period_range(first, last, freq="M"))
