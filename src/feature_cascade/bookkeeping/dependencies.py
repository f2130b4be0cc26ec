"""Which files of the project a Python script is made of, found from its imports."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PACKAGE = "feature_cascade"
PLACES = (".", "src")  # where the project's packages lie, relative to its root
GUARD = "TYPE_CHECKING"


@dataclass(frozen=True)
class Import:
    """One name that a file imports.

    Attributes
    ----------
    level : int
        Dots before the module, 0 of an absolute import.
    module : str
        Dotted name of the module, empty in `from . import x`.
    name : str or None
        What is taken from it, None in `import module`.
    bound : str
        By which name the file knows it.
    guarded : bool
        Whether it stands under `if TYPE_CHECKING:`, where Python does not execute it.
    """

    level: int
    module: str
    name: str | None
    bound: str
    guarded: bool


def module_files(*entries: str, root: str | Path = ".") -> list[str]:
    """Find the project's files that Python scripts import, directly or through others.

    Parameters
    ----------
    *entries : str
        Paths of the scripts, relative to the root.
    root : str or Path
        Folder of the project.

    Returns
    -------
    list of str
        Paths relative to the root, sorted, the scripts included.

    Notes
    -----
    Every import counts, inside functions too. An `__init__.py` without code is left out, and so is that of the package
    itself unless something is imported from it: it only says where public names live, and its version would otherwise
    put every result out of date. A public name is found through the imports under `if TYPE_CHECKING:` there; elsewhere
    such imports are only for type checkers and do not count.
    """
    root = Path(root)
    found: set[Path] = set()
    queue = [root / entry for entry in entries]
    while queue:
        file = queue.pop()
        if file not in found:
            found.add(file)
            queue += _imported_files(file, root)
    return sorted(file.relative_to(root).as_posix() for file in found)


@cache  # every rule asks for its modules, and most share them
def _imported_files(file: Path, root: Path) -> tuple[Path, ...]:
    """Files of the project that one file imports."""
    found: list[Path] = []
    for item in _imports(file):
        if not item.guarded:
            for base in _bases(file, root, item):
                found += _resolved(base, root, item)
    return tuple(found)


@cache
def _imports(file: Path) -> tuple[Import, ...]:
    """What a file imports, at every level of its code."""
    return tuple(_walk(ast.parse(file.read_text(encoding="utf-8")), guarded=False))


def _walk(node: ast.AST, guarded: bool) -> Iterator[Import]:
    if isinstance(node, ast.Import):
        for alias in node.names:
            yield Import(0, alias.name, None, alias.asname or alias.name, guarded)
    elif isinstance(node, ast.ImportFrom):
        for alias in node.names:
            yield Import(node.level, node.module or "", alias.name, alias.asname or alias.name, guarded)
    elif isinstance(node, ast.If) and GUARD in ast.unparse(node.test):
        for inside in node.body:
            yield from _walk(inside, guarded=True)
        for inside in node.orelse:
            yield from _walk(inside, guarded)
    else:
        for child in ast.iter_child_nodes(node):
            if not isinstance(child, ast.expr):  # most of a file, and no import stands in an expression
                yield from _walk(child, guarded)


def _bases(file: Path, root: Path, item: Import) -> list[Path]:
    """Folders in which an imported module may lie."""
    if item.level:
        return [file.parents[item.level - 1]]
    beside = [] if (file.parent / "__init__.py").is_file() else [file.parent]  # a script sees its siblings
    return [*beside, *(root / place for place in PLACES)]


def _resolved(base: Path, root: Path, item: Import) -> list[Path]:
    """Files behind one import, if its module lies in a folder: those of its packages, and its own."""
    parts = item.module.split(".") if item.module else []
    found = []
    for depth in range(1, len(parts)):  # Python executes the packages on the way
        found += _code(base.joinpath(*parts[:depth]) / "__init__.py", root)
    place = base.joinpath(*parts)
    module, inner = _module(place), _module(place / item.name) if item.name else None
    if module:
        found += _code(module, root, named=inner is None)
    if inner:
        return found + _code(inner, root, named=True)
    return found + _public(module, root, item.name) if module else found


@cache  # most of what is looked for is no module of the project, over and over
def _module(place: Path) -> Path | None:
    """The file of a module or package."""
    candidates = (place.with_name(f"{place.name}.py"), place / "__init__.py")
    return next((path for path in candidates if path.is_file()), None)


def _code(file: Path, root: Path, named: bool = False) -> list[Path]:
    """A file that holds code; the package's own `__init__.py` only where it is named."""
    if not file.is_file() or (file.name == "__init__.py" and _is_empty(file)):
        return []
    return [] if file == root / "src" / PACKAGE / "__init__.py" and not named else [file]


@cache
def _is_empty(file: Path) -> bool:
    """Whether a file has nothing but a docstring."""
    body = ast.parse(file.read_text(encoding="utf-8")).body
    return not body or (len(body) == 1 and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant))


def _public(package: Path, root: Path, name: str | None = None) -> list[Path]:
    """Files behind the lazy names of a package, or behind one of them."""
    if package.name != "__init__.py":
        return []
    found: list[Path] = []
    for item in _imports(package):
        if item.guarded and name in (None, "*", item.bound):
            for base in _bases(package, root, item):
                found += _resolved(base, root, item)
    return found
