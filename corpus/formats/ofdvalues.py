"""The values in the attributes of an OFD: numbers, matrices, boxes and the steps between characters."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element

Matrix = tuple[float, float, float, float, float, float]


def read_deltas(value: str | None, count: int) -> list[float]:
    """Return the steps between characters: numbers, or ``g N V`` for N times V."""
    steps: list[float] = []
    tokens = iter((value or "").split()[: 3 * count + 3])
    for token in tokens:
        if len(steps) >= count:
            break
        if token == "g":
            times, step = next(tokens, "0"), next(tokens, "0")
            repeat = int(times) if times.isascii() and times.isdigit() and len(times) < 9 else 0
            steps += [read_number(step, 0.0)] * min(repeat, count - len(steps))
        else:
            steps.append(read_number(token, 0.0))
    return steps


def read_number(value: str | None, default: float) -> float:
    """Return a number of a size that a page may have, the default where it is none."""
    try:
        number = float(value) if value is not None else default
    except ValueError:
        return default
    return number if abs(number) < 1e6 else default


def read_numbers(value: str | None, count: int) -> tuple[float, ...] | None:
    """Return the first ``count`` numbers of a list, None where it is shorter."""
    parts = (value or "").split()[:count]
    return tuple(read_number(part, 0.0) for part in parts) if len(parts) == count else None


def read_matrix(value: str | None) -> Matrix:
    """Return a matrix, that which changes nothing where there is none."""
    numbers = read_numbers(value, 6)
    if numbers is None:
        return (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    a, b, c, d, e, f = numbers
    return (a, b, c, d, e, f)


def read_box(element: _Element | None) -> tuple[float, float] | None:
    """Return the width and height of a box, None where it has none."""
    numbers = None if element is None else read_numbers(element.text, 4)
    return None if numbers is None or min(numbers[2:]) <= 0 else (numbers[2], numbers[3])
