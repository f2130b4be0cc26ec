"""Tutorials: scripts in cells, executed as notebooks when the site is built."""

import os
import re
from base64 import b64decode
from pathlib import Path

import jupytext
import nbformat
from nbclient import NotebookClient
from traitlets.config import Config

STYLE = re.compile(r"<style.*?</style>")  # of a data frame: the site has its own
SECONDS = 1800  # until a cell counts as hanging; the first may compile


def executed(script: Path, folder: Path) -> tuple[str, str, dict[str, bytes]]:
    """Run a tutorial.

    Parameters
    ----------
    script : Path
        Python in cells, in the percent format of Jupytext.
    folder : Path
        Where it runs.

    Returns
    -------
    markdown : str
        Texts, code and results.
    notebook : str
        The notebook with its results, as Jupyter saves it.
    images : dict of str to bytes
        Files that the Markdown shows, by name.

    Raises
    ------
    nbclient.exceptions.CellExecutionError
        If a cell fails.
    """
    notebook = jupytext.read(script)
    os.environ.setdefault("PYDEVD_DISABLE_FILE_VALIDATION", "1")  # a debugger that nobody asked for warns otherwise
    settings = Config(KernelManager={"transport": "ipc"})  # no ports, whose traffic others could read
    place = {"metadata": {"path": folder}}
    NotebookClient(notebook, timeout=SECONDS, kernel_name="python3", resources=place, config=settings).execute()
    parts, images = [], {}
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)  # times, which differ from run to run
        parts.append(cell.source if cell.cell_type == "markdown" else f"```python\n{cell.source}\n```")
        for output in cell.get("outputs", ()):
            parts.append(_shown(output, f"{script.stem}_{len(images) + 1}.png", images))
    return "\n\n".join(parts) + "\n", nbformat.writes(notebook), images


def _shown(output: nbformat.NotebookNode, name: str, images: dict[str, bytes]) -> str:
    """The Markdown of one result; an image goes to `images` under a name."""
    if output.output_type == "stream":
        return f"```text\n{output.text.rstrip()}\n```"
    if "image/png" in output.data:
        images[name] = b64decode(output.data["image/png"])
        return f"![]({name})"
    if "text/html" in output.data:
        html = "".join(output.data["text/html"].splitlines())
        return f"<div>{STYLE.sub('', html)}</div>"
    return f"```text\n{output.data['text/plain']}\n```"
