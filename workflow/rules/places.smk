# Where Snakemake must run, checked before it looks for the configuration there. No rules here.
import sys
from pathlib import Path

from snakemake.exceptions import WorkflowError

# the folder of this workflow, also where another one uses it as a module
PROJECT = Path(workflow.current_basedir.get_path_or_uri(secret_free=True)).parents[1]
# the package need not be installed; scripts/job.py does the same
sys.path.insert(0, str(PROJECT / "src"))

from feature_cascade.bookkeeping.places import check_places
from feature_cascade.bookkeeping.schema import SettingsError

try:
    check_places(PROJECT, "results", "figures")
except SettingsError as error:
    raise WorkflowError(str(error)) from None
