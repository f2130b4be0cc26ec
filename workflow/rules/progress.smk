# Overall progress by work instead of by number of jobs, and a summary at the end. No rules here.
import logging
import re
import time
from collections import Counter

from snakemake.logging import logger
from snakemake_interface_logger_plugins.common import LogEvent

SMALL_JOB = 3.0  # core-seconds of a job without a model: it mostly starts Python
CORE_SECONDS = {
    "recover": lambda job: job.threads
    * recovery_cost(job.wildcards).seconds(Machine(), job.threads),
    "departures": lambda job: 2 * departures_cost(job.wildcards.d).seconds(Machine()),
    "smoothing": lambda job: SMALL_JOB
    + smoothing_seeds(job.wildcards.d) * smoothing_features(job.wildcards.d) ** 3 / 2e9,
    "baselines": lambda job: 10 * SMALL_JOB
    + 30 * (baselines_minutes(job.wildcards.study, job.wildcards.d) - 10),
    "perturbation": lambda job: SMALL_JOB
    + 2e-9 * config["perturbation"]["seeds"] * config["perturbation"]["d"] ** 6,
}  # of the rules whose jobs differ in size
RESULTS = {
    "figures": "figures, each as PDF, PNG and SVG",
    "results/tables": "tables, each as CSV, Markdown, LaTeX and HTML",
    "results/claims.md": "the ledger: what holds of the paper's claims",
    "results/logs": "a log for every job",
}


class Progress(logging.Handler):
    """Listens to Snakemake's messages: after each job a line with the work done and the time left."""

    def start(self, dag):
        """Begin with the jobs that a DAG is about to run."""
        self.dag, self.began = dag, time.monotonic()
        self.planned = [job for job in dag.needrun_jobs() if job.output or job.log]
        self.left = {
            dag.jobid(job): CORE_SECONDS.get(job.rule.name, lambda job: SMALL_JOB)(job)
            for job in self.planned
        }
        self.work = sum(self.left.values())
        logger.addHandler(self)

    def emit(self, record):
        event = getattr(record, "event", None)
        if event == LogEvent.JOB_FINISHED:
            self.left.pop(record.job_id, None)
        elif event == LogEvent.PROGRESS and self.left:
            logger.info(self.line())

    def line(self):
        """Share of the work that is done, and the time left if the rest goes as fast."""
        left = sum(self.left.values())
        done = self.work - left
        seconds = (
            (time.monotonic() - self.began) * left / done if done else float("nan")
        )
        return f"{done / self.work:.0%} of the work done, {span(seconds)} left"

    def summary(self):
        """What was computed, what was reused, where to look."""
        finished = [job for job in self.planned if self.dag.finished(job)]
        made = Counter(
            re.sub("^(figure|table)_.*", r"\1", job.rule.name) for job in finished
        )
        rules = ", ".join(f"{count} {name}" for name, count in made.most_common())
        reused = sum(
            1
            for job in self.dag.jobs
            if job.output and not self.dag.needrun(job) and not self.dag.finished(job)
        )
        lines = [
            f"Computed in {span(time.monotonic() - self.began)}: {len(finished)} of {len(self.planned)} jobs"
            + (f" ({rules})." if rules else "."),
            f"Reused from earlier runs: what {reused} jobs had made.",
        ]
        if len(finished) < len(self.planned):
            lines.append(
                "What is finished stays: mend the cause and give the same command again."
            )
        lines += [
            f"  {path:<18} {what}"
            for path, what in RESULTS.items()
            if Path(path).exists()
        ]
        return "\n".join(lines)


def span(seconds):
    """A duration as one says it."""
    if math.isnan(seconds):
        return "unknown time"
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"


progress = Progress()
