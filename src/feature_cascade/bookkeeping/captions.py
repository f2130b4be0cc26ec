"""Captions of figures and tables: templates in reStructuredText, with numbers from the configuration."""

from __future__ import annotations

from collections.abc import Mapping
from io import StringIO
from types import SimpleNamespace

from docutils.core import publish_parts
from jinja2 import Environment, StrictUndefined

TEMPLATES = Environment(trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined)  # with Snakemake's options


def caption_html(text: str, configuration: Mapping) -> tuple[str, str]:
    """Render a caption as Snakemake does for its report.

    Parameters
    ----------
    text : str
        The template; it reads `snakemake.config`.
    configuration : mapping
        The configuration of the run, with all defaults.

    Returns
    -------
    html : str
        The caption.
    complaints : str
        What docutils finds wrong with it, empty if nothing is.

    Raises
    ------
    jinja2.UndefinedError
        If the configuration lacks a key that the caption names.

    Examples
    --------
    >>> caption_html("At d = {{ snakemake.config['d'] }}.", {"d": 30})
    ('<p>At d = 30.</p>\\n', '')
    """
    complaints = StringIO()
    source = TEMPLATES.from_string(text).render(snakemake=SimpleNamespace(config=configuration))
    options = {"warning_stream": complaints, "report_level": 1}
    return publish_parts(source, writer="html", settings_overrides=options)["body"], complaints.getvalue()
