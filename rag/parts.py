"""The parts of answering that can be left out, to measure what each is worth."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Parts:
    """Which parts are there; nothing but a measurement leaves any out.

    Without ``reading`` sentences are weighed by search's measures alone; without ``known``
    they are found and read without the known questions that they answer; without
    ``abstention`` the best sentence is quoted however unlikely it answers; without
    ``verification`` every sentence of an LLM that names a passage stands, and quotes it whole.
    """

    reading: bool = True
    known: bool = True
    abstention: bool = True
    verification: bool = True


WHOLE = Parts()
