# Where Snakemake and its jobs must run, checked before it looks for the configuration there. No rules here.
import sys
from pathlib import Path

from snakemake.exceptions import WorkflowError
from snakemake_interface_executor_plugins.settings import DeploymentMethod

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

# No rule names a container or a module, so that all jobs would silently use the Python of this process
if workflow.deployment_settings.deployment_method & {
    DeploymentMethod.APPTAINER,
    DeploymentMethod.ENV_MODULES,
}:
    raise WorkflowError(
        "--sdm apptainer and --sdm env-modules are not served: start all of Snakemake in the container, or with the "
        "modules loaded, as docs/CLUSTER.md says."
    )
