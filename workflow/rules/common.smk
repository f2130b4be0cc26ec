# What all rules share: the checked configuration and its settings, resources, names of wildcards. No rules here.
from pathlib import Path

import yaml

from feature_cascade.bookkeeping import job_costs, paths, products
from feature_cascade.bookkeeping.dependencies import module_files
from feature_cascade.bookkeeping.settings import KINDS_OF_FEATURES, LINKS, checked
from feature_cascade.bookkeeping.stored import check_stored

LOCK = paths.LOCK


def checked_settings(config):
    """The settings; a configuration that cannot be used ends here, before any work, with one sentence."""
    schema = Path(workflow.source_path("../schemas/config.schema.yaml"))
    try:
        configuration, settings = checked(
            config, yaml.safe_load(schema.read_text("utf-8"))
        )
        check_stored(settings, configuration)
    except SettingsError as error:
        raise WorkflowError(str(error)) from None
    config.update(configuration)
    return settings


def drawn_from(tables):
    """What a table, a figure or the ledger reads: from this run, or stored with `source: reference`."""
    return products.drawn_from(settings, tables)


settings = checked_settings(config)


wildcard_constraints:
    teacher=r"[a-z][a-z0-9_]*",
    experiment="|".join(settings.experiments),
    d=r"\d+",
    gamma=paths.NUMBER,
    seed=r"\d+",
    alpha=paths.NUMBER,


def resources_of(name):
    """Memory and time that the jobs of a rule ask for."""
    return job_costs.resources(settings, name)


def fresh_tables(wildcards):
    """Tables of this run; with `source: reference` nothing is simulated, and there is no run to compare."""
    if settings.source == "reference":
        raise WorkflowError(
            "Configuration key 'source': found reference, allowed is run: compare needs the tables of a fresh run."
        )
    return products.computed(settings)
