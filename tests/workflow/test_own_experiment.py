"""`explore/NAME` runs an experiment of any name, and `compare` says what it cannot do."""

import pandas as pd
import yaml

MINE = {
    "teacher": "paper",
    "link": {"name": "tanh"},
    "noise": 0.2,
    "readout_degree": 3,
    "gamma": [0.4],
    "seeds": 1,
    "first_layer": {"preset": "sharp"},
    "sizes": [{"d": 10, "alpha": [2.0, 3.0]}],
}


def test_a_new_name_gets_a_folder_of_its_own(copy):
    config = yaml.safe_load((copy.path / "config/smoke.yaml").read_text())
    config["experiments"]["Mine_2"] = MINE
    (copy.path / "mine.yaml").write_text(yaml.safe_dump(config))
    run = copy.snakemake("explore/Mine_2", config="mine.yaml")
    assert run.returncode == 0, run.stdout
    folder = copy.path / "explore/Mine_2"
    assert all(
        (folder / f"{name}.{kind}").stat().st_size > 5000
        for name in ("curves", "directions")
        for kind in ("pdf", "png")
    )
    assert list(pd.read_csv(folder / "table.csv")["alpha"]) == [2.0, 3.0]
    page = (folder / "README.md").read_text()
    assert "g = tanh" in page and "normal_scores" in page and "noise: 0.2" in page
    again = copy.snakemake("explore/Mine_2", config="mine.yaml")
    assert "Nothing to be done" in again.stdout


def test_compare_refuses_to_simulate_what_is_drawn_from_stored_tables(copy):
    run = copy.snakemake("compare", "--config", "source=reference", config="config/config.yaml")
    assert run.returncode != 0
    assert "Configuration key 'source': found reference, allowed is run: compare needs" in run.stdout
