"""The remedies for departures from the asymptotics, options of `layers.FirstLayer`, and their combinations by name."""

from __future__ import annotations

import itertools

REMEDIES = {"tanh": {"label_transform": "tanh"}, "sphere": {"input_scaling": "sphere"}, "deflate": {"deflate": True}}
NONE, JOIN = "none", "+"  # the name of no remedy, and what joins the names of several


def combinations() -> dict[str, dict]:
    """Options of `FirstLayer` for each of the 2³ combinations of remedies, by name: "none", "tanh", "tanh+sphere", …"""
    found = {}
    for count in range(len(REMEDIES) + 1):
        for names in itertools.combinations(REMEDIES, count):
            found[JOIN.join(names) or NONE] = {k: v for name in names for k, v in REMEDIES[name].items()}
    return found
