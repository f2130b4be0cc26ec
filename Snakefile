# Entry point: configuration, its check, the rules, and what `snakemake` builds by default.
import os
import sys

from snakemake.utils import min_version

min_version("9.0")


configfile: "config/config.yaml"


# The package need not be installed: the rules and their jobs find it here.
sys.path.insert(0, f"{workflow.basedir}/src")
os.environ["PYTHONPATH"] = os.pathsep.join(sys.path[:1] + os.environ.get("PYTHONPATH", "").split(os.pathsep))


include: "workflow/rules/common.smk"


check_config(config)


include: "workflow/rules/generate.smk"
include: "workflow/rules/recover.smk"
include: "workflow/rules/theory.smk"
include: "workflow/rules/tables.smk"
include: "workflow/rules/figures.smk"


rule all:
    default_target: True
    input:
        rules.paper.input,
