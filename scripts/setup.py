"""The configuration of the run, with all defaults, and the software that made it, as a page for the report."""

import pandas as pd
import yaml
from job import start_log
from page import write_page

from feature_cascade.bookkeeping.provenance import software

start_log(snakemake.log[0])
versions = pd.DataFrame(software().items(), columns=["software", "version"])
configuration = yaml.safe_dump(snakemake.params.configuration, sort_keys=False, width=100)
write_page(snakemake.output[0], Software=versions, Configuration=configuration)
