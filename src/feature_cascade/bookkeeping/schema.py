"""The configuration against its JSON schema: what is wrong, in one sentence that names key, found and allowed."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from jsonschema import Draft202012Validator, ValidationError
from jsonschema.exceptions import best_match
from jsonschema.validators import extend

KINDS = {
    "integer": "an integer",
    "number": "a finite number",
    "boolean": "true or false",
    "string": "a text",
    "array": "a list",
    "object": "keys with values",
}  # what a schema's types are called in a sentence
COUNTS = {"minItems": "at least", "maxItems": "at most"}
TRUTH = {"true": True, "false": False}


class SettingsError(ValueError):
    """A configuration that cannot be used; the message is one sentence for the user."""

    @classmethod
    def at(cls, key: str, problem: str) -> SettingsError:
        """Return the error of one key.

        Parameters
        ----------
        key : str
            Dotted name of the key.
        problem : str
            What was found and what is allowed, without a full stop.

        Returns
        -------
        SettingsError
            The error, to be raised.
        """
        return cls(f"Configuration key '{key}': {problem}.")


def read_texts(value: Any, schema: Mapping, root: Mapping | None = None) -> Any:
    """Read the texts of a configuration that stand where its schema wants a number or a truth value.

    Parameters
    ----------
    value : Any
        A configuration, or a part of it.
    schema : mapping
        The schema of that part.
    root : mapping, optional
        The whole schema, where `$ref` leads; `schema` itself if it is left out.

    Returns
    -------
    Any
        The same, with numbers and truth values in place of such texts. Other texts are left for `check` to refuse.

    Notes
    -----
    YAML takes `1e-2` for a text, and Snakemake leaves every value inside `--config 'first_layer={tolerance: 0.02}'` a
    text. The schema knows what is meant, so that nobody has to remember either.

    Examples
    --------
    >>> read_texts({"gamma": ["0.4", "1e-2"]}, {"properties": {"gamma": {"items": {"type": "number"}}}})
    {'gamma': [0.4, 0.01]}
    """
    root = schema if root is None else root
    while "$ref" in schema:
        schema = root["$defs"][schema["$ref"].rsplit("/", 1)[-1]]
    if isinstance(value, Mapping):
        parts, others = schema.get("properties", {}), schema.get("additionalProperties")
        others = others if isinstance(others, Mapping) else {}
        return {key: read_texts(part, parts.get(key, others), root) for key, part in value.items()}
    if isinstance(value, list):
        return [read_texts(part, schema.get("items", {}), root) for part in value]
    return _from_text(value, schema.get("type")) if isinstance(value, str) else value


def _from_text(text: str, kind: str | None) -> Any:
    """The value of a text as the kind that is wanted; the text itself if it is none."""
    if kind == "boolean":
        return TRUTH.get(text.lower(), text)
    for read in {"integer": (int,), "number": (int, float)}.get(kind or "", ()):
        try:
            return read(text)
        except ValueError:
            continue
    return text


def check(configuration: Mapping, schema: Mapping) -> None:
    """Refuse a configuration that its schema does not allow.

    Parameters
    ----------
    configuration : mapping
        The whole configuration.
    schema : mapping
        Its JSON schema.

    Raises
    ------
    SettingsError
        If a key is missing, unknown, or has a value of the wrong kind or outside its range. A whole number with a
        decimal point is no integer, since it would get another path; NaN and infinity are no numbers.
    """
    if error := best_match(_Validator(schema).iter_errors(configuration)):
        key = error.json_path.removeprefix("$.").replace("$", "top level")
        raise SettingsError.at(key, _problem(error))


def _problem(error: ValidationError) -> str:
    """What was found and what is allowed, in the words of a user rather than of JSON."""
    found, wanted = error.instance, error.validator_value
    if error.validator == "type":
        hint = f"; write {found:.0f}" if wanted == "integer" and _is_number(found) and found == round(found) else ""
        return f"found {_shown(found)}, allowed is {KINDS[wanted]}{hint}"
    if error.validator == "enum":
        return f"found {_shown(found)}, allowed are {', '.join(map(_shown, wanted))}"
    if error.validator in COUNTS:
        return f"found {_shown(found)}, allowed are {COUNTS[error.validator]} {wanted} values"
    if error.validator == "uniqueItems":
        return f"found {_shown(found)}, allowed is every value once"
    if error.validator == "additionalProperties" and "properties" in error.schema:
        return f"{error.message} (allowed: {', '.join(error.schema['properties'])})"
    return error.message


def _shown(value: Any) -> str:
    """A value as one writes it in YAML."""
    return {"None": "null", "True": "true", "False": "false"}.get(repr(value), repr(value))


def _is_number(value: Any) -> bool:
    """Whether a value is a finite number, truth values apart."""
    return _is_integer(value) or (isinstance(value, float) and math.isfinite(value))


def _is_integer(value: Any) -> bool:
    """Whether a value is an integer, truth values apart."""
    return isinstance(value, int) and not isinstance(value, bool)


_TYPES = Draft202012Validator.TYPE_CHECKER.redefine_many(
    {"number": lambda _, value: _is_number(value), "integer": lambda _, value: _is_integer(value)}
)
_Validator = extend(Draft202012Validator, type_checker=_TYPES)
