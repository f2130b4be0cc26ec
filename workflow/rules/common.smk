# What all rules share: the checked configuration and its settings, resources, names of wildcards. No rules here.
from pathlib import Path

import yaml
from snakemake.exceptions import WorkflowError

from feature_cascade.bookkeeping import job_costs, paths, products
from feature_cascade.bookkeeping.dependencies import module_files
from feature_cascade.bookkeeping.settings import KINDS_OF_FEATURES, LINKS, checked
from feature_cascade.bookkeeping.schema import SettingsError
from feature_cascade.bookkeeping.stored import check_stored

LOCK = paths.LOCK


wildcard_constraints:
    teacher=r"[a-z][a-z0-9_]*",
    experiment=r"[a-z][a-z_]*",
    d=r"\d+",
    gamma=paths.NUMBER,
    seed=r"\d+",
    alpha=paths.NUMBER,


def checked_settings(config):
    """The settings; a configuration that cannot be used ends here, before any work, with one sentence."""
    schema = Path(workflow.source_path("../schemas/config.schema.yaml"))
    try:
        configuration, settings = checked(
            config, yaml.safe_load(schema.read_text("utf-8"))
        )
        check_stored(settings, configuration)
        paths.check_writable("results", "figures")
    except SettingsError as error:
        raise WorkflowError(str(error)) from None
    config.update(configuration)
    return settings


def resources_of(name):
    """Memory and time that the jobs of a rule ask for."""
    if name in job_costs.FIXED:
        cost = job_costs.FIXED[name]
        return {"mem_mb": cost.memory_mb, "runtime": cost.minutes}

    def cost_of(wildcards, threads):
        return job_costs.job_cost(settings, name, threads, **wildcards)

    return {
        "mem_mb": lambda wildcards, threads: cost_of(wildcards, threads).memory_mb,
        "runtime": lambda wildcards, threads: cost_of(wildcards, threads).minutes,
    }


def drawn_from(tables):
    """What a table, a figure or the ledger reads: from this run, or stored with `source: reference`."""
    return products.drawn_from(settings, tables)


settings = checked_settings(config)
