"""How far a contender's array may be from the reference."""

from dataclasses import dataclass
from typing import Callable

import numpy as np


@dataclass
class Tolerance:
    bound: float
    measure: Callable
    unit: str

    def of(self, found, wanted):
        """The difference, in units of the expected values."""
        return float(self.measure(np.abs(found - wanted)) / self.measure(np.abs(wanted)))


def largest(bound):
    """The largest difference, in units of the largest expected value."""
    return Tolerance(bound, np.max, "the largest")


def mean(bound):
    """The mean difference, in units of the mean expected value: where some elements may differ altogether."""
    return Tolerance(bound, np.mean, "the mean")
