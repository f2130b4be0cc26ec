# Snakemake's messages for `bookkeeping.progress`: after each job a line, at the end a summary. No rules here.
import logging
import re

from snakemake.logging import logger
from snakemake_interface_logger_plugins.common import LogEvent

from feature_cascade.bookkeeping.progress import Progress


def work_of(job):
    """Core-seconds of a job."""
    name = re.sub("^(figure|table)_.*", r"\1", job.rule.name)
    return job_costs.job_cost(
        settings, name, job.threads, **(job.wildcards or {})
    ).core_seconds


class Listener(logging.Handler):
    """Follows the jobs of a run from its messages."""

    def start(self, dag):
        """Begin with the jobs that a DAG is about to run."""
        self.dag = dag
        self.planned = [job for job in dag.needrun_jobs() if job.output or job.log]
        self.progress = Progress({dag.jobid(job): work_of(job) for job in self.planned})
        logger.addHandler(self)

    def emit(self, record):
        event = getattr(record, "event", None)
        if event == LogEvent.JOB_FINISHED:
            self.progress.finish(record.job_id)
        elif event == LogEvent.PROGRESS and self.progress.unfinished:
            logger.info(self.progress.line())

    def summary(self):
        """What was computed, what was reused, where to look."""
        dag = self.dag
        finished = [job.rule.name for job in self.planned if dag.finished(job)]
        reused = [
            job
            for job in dag.jobs
            if job.output and not dag.needrun(job) and not dag.finished(job)
        ]
        return self.progress.summary(finished, len(self.planned), len(reused))


listener = Listener()
