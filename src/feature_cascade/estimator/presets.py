"""Named settings of the first layer: presets, and the remedies that tell which part of a preset does what.

Nothing else is imported here, so that the Snakefile can read them at no cost.
"""

from __future__ import annotations

import itertools

PRESETS: dict[str, dict] = {
    "paper": {"label_transform": "identity", "input_scaling": "none", "deflate": False},
    "sharp": {"label_transform": "normal_scores", "input_scaling": "sphere", "deflate": True},
}
REMEDIES: dict[str, dict] = {
    "tanh": {"label_transform": "tanh"},
    "sphere": {"input_scaling": "sphere"},
    "deflate": {"deflate": True},
}
NONE, JOIN = "none", "+"  # the name of no remedy, and what joins the names of several


def first_layer_options(preset: str = "paper", **options) -> dict:
    """Options of `estimator.layers.FirstLayer`: those of a preset, except where `options` has a value other than None.

    Parameters
    ----------
    preset : {"paper", "sharp"}
        "paper" is the paper's algorithm, "sharp" needs fewer samples.
    **options : object
        Options of `FirstLayer`.

    Returns
    -------
    dict
        The options by name.

    Raises
    ------
    ValueError
        If there is no such preset.

    Notes
    -----
    "sharp" removes what keeps the paper's algorithm from the asymptotics at finite d and needs no knowledge of the
    target: heavy-tailed labels, the radius of the inputs, the part of the labels that has degree q.
    """
    if preset not in PRESETS:
        raise ValueError(f"preset must be one of {tuple(PRESETS)}, got {preset!r}")
    return PRESETS[preset] | {name: value for name, value in options.items() if value is not None}


def combinations() -> dict[str, dict]:
    """Options of `FirstLayer` for each of the 2³ combinations of remedies.

    Returns
    -------
    dict of dict
        Options by name of the combination: "none", "tanh", "tanh+sphere", ….
    """
    found = {}
    for count in range(len(REMEDIES) + 1):
        for names in itertools.combinations(REMEDIES, count):
            found[JOIN.join(names) or NONE] = {k: v for name in names for k, v in REMEDIES[name].items()}
    return found
