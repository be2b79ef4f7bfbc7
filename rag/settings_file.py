"""The settings files: read as they are, and the one in a home written whole, for its owner's eyes alone."""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from corpus.errors import SettingsError

HOME_FILE = "settings.toml"
"""The file of a home in which the page keeps what is set there."""

Scalar = str | int | float | bool


def read_settings_file(path: Path) -> dict[str, Any]:
    """Return what a settings file says, nothing where there is none.

    Raises
    ------
    SettingsError
        It cannot be read, or is not TOML.
    """
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise SettingsError(f"{path} is not valid TOML: {error}; mend or remove it") from error
    except OSError as error:
        raise SettingsError(f"{path} cannot be read ({error.strerror}): mend or remove it") from error


def keep_settings(home: Path, changes: Mapping[str, str]) -> None:
    """Write other values for these keys (``llm.model``) into a home's file; "" takes a key out.

    What else stands in the file stays, comments do not. The new file replaces the old in one
    step, readable by its owner alone from the first byte on: it may hold a key.

    Raises
    ------
    SettingsError
        The file there cannot be read, or the new one cannot be written.
    """
    path = home / HOME_FILE
    values = read_settings_file(path)
    for key, value in changes.items():
        section, _, name = key.partition(".")
        inner = values.setdefault(section, {})
        inner.pop(name, None)
        if value:
            inner[name] = value
    text = format_toml(values)
    new = home / f"{HOME_FILE}.new"
    try:
        home.mkdir(parents=True, exist_ok=True)
        new.unlink(missing_ok=True)  # one that a dying process left may be open to others
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(text.encode("utf-8"))
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    except (OSError, UnicodeEncodeError) as error:
        with suppress(OSError):
            new.unlink(missing_ok=True)
        raise SettingsError(
            f"{path} could not be written ({error}): free some space and check who may write there"
        ) from error


def format_toml(values: Mapping[str, Mapping[str, Scalar]]) -> str:
    """Return sections of scalars as TOML; empty sections are left out."""
    parts = [
        f"[{section}]\n" + "".join(f"{name} = {format_scalar(value)}\n" for name, value in inner.items())
        for section, inner in values.items()
        if inner
    ]
    return "\n".join(parts)


def format_scalar(value: Scalar) -> str:
    """Return a scalar as TOML.

    A TOML basic string escapes what a JSON string does, and DEL besides; JSON's escapes of
    characters beyond \\uffff, as two halves, TOML has not, so those are written as they are.
    """
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(value)
