"""The shipped documents, indexed with the shipped encoder once a run; vectors are kept between runs."""

from __future__ import annotations

import shutil

import pytest

from rag import Wence
from rag.settings import Settings


@pytest.fixture(scope="session")
def wence(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Wence:
    home = tmp_path_factory.mktemp("home")
    assert pytestconfig.cache is not None
    kept = pytestconfig.cache.mkdir("wence-vectors") / "vectors.sqlite"
    (home / "cache").mkdir()
    if kept.exists():
        shutil.copy(kept, home / "cache" / "vectors.sqlite")
    opened = Wence.open(home, settings=Settings(home=home))
    shutil.copy(home / "cache" / "vectors.sqlite", kept)
    return opened
