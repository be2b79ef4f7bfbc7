"""A question to a verified answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rag.wence import Wence

__all__ = ["Wence"]


def __getattr__(name: str) -> Any:
    # Wence pulls in numpy, torch and LangChain; importing the package alone must stay instant.
    if name == "Wence":
        from rag.wence import Wence

        return Wence
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
