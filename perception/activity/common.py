"""The eight activities that every home has, and what homes call them."""

import numpy as np
from numpy.typing import NDArray

COMMON = (
    "sleeping",
    "toileting",
    "bathing",
    "grooming",
    "meals",
    "away",
    "relaxing",
    "other",
)

_CALLED: tuple[tuple[str, str], ...] = (
    ("bed_toilet", "toileting"),
    ("toilet", "toileting"),
    ("bath", "bathing"),
    ("shower", "bathing"),
    ("groom", "grooming"),
    ("hygiene", "grooming"),
    ("washing hands", "grooming"),
    ("dress", "grooming"),
    ("wash_", "meals"),
    ("washing dishes", "meals"),
    ("putting away dishes", "meals"),
    ("cook", "meals"),
    ("eat_", "meals"),
    ("prep", "meals"),
    ("drink", "meals"),
    ("beverage", "meals"),
    ("breakfast", "meals"),
    ("lunch", "meals"),
    ("dinner", "meals"),
    ("snack", "meals"),
    ("sleep", "sleeping"),
    ("go-to-bed", "sleeping"),
    ("leav", "away"),
    ("leave", "away"),
    ("going out", "away"),
    ("step_out", "away"),
    ("tv", "relaxing"),
    ("relax", "relaxing"),
    ("read", "relaxing"),
    ("spare_time", "relaxing"),
)


def common(label: str) -> str:
    """Return the common activity that a home's own label means; "other" for what has none."""
    lower = label.lower()
    return next((name for part, name in _CALLED if part in lower), "other")


def commons(labels: NDArray[np.str_]) -> NDArray[np.str_]:
    """Return the common activities of many labels."""
    names, places = np.unique(labels, return_inverse=True)
    return np.array([common(str(name)) for name in names])[places]
