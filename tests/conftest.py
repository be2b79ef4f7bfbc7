from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from rag import Wence

# Two busy cores make any one example slow; what is random is drawn the same in every run.
settings.register_profile("wence", deadline=None, derandomize=True)
settings.load_profile("wence")

# A test never reaches for a hub, nor reports to anyone; set before any library reads it.
os.environ.update({"HF_HUB_OFFLINE": "1", "GRADIO_ANALYTICS_ENABLED": "False", "LANGSMITH_TRACING": "false"})


NO_HOME = Path(__file__).parent / "no-home"
"""Where no home is."""


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """The settings of whoever runs the tests are not the tests' settings, nor their home the tests' home."""
    for name in list(os.environ):
        if name.upper().startswith("WENCE_"):
            monkeypatch.delenv(name)
    monkeypatch.setattr("rag.settings.default_home", lambda: NO_HOME)


@pytest.fixture(scope="session")
def shipped_wence(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Wence:
    """The shipped documents, indexed with the shipped encoder once a run; vectors are kept between runs.

    The kernel is named, not the fastest of the moment: vectors of two kernels differ by up
    to 0.004 of cosine, which at least one borderline answer notices.
    """
    from index.settings import IndexSettings
    from rag import Wence
    from rag.settings import Settings

    home = tmp_path_factory.mktemp("home")
    assert pytestconfig.cache is not None
    kept = pytestconfig.cache.mkdir("wence-vectors") / "vectors.sqlite"
    (home / "cache").mkdir()
    if kept.exists():
        shutil.copy(kept, home / "cache" / "vectors.sqlite")
    opened = Wence.open(home, settings=Settings(home=home, index=IndexSettings(backend="openvino-int8")))
    shutil.copy(home / "cache" / "vectors.sqlite", kept)
    return opened
