from __future__ import annotations

import pytest

from rag import Wence


@pytest.fixture(scope="session")
def wence(shipped_wence: Wence) -> Wence:
    return shipped_wence
