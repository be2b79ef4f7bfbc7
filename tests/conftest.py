import os

import pytest
from hypothesis import settings

# Two busy cores make any one example slow; what is random is drawn the same in every run.
settings.register_profile("wence", deadline=None, derandomize=True)
settings.load_profile("wence")

# A test never reaches for a hub, nor reports to anyone; set before any library reads it.
os.environ.update({"HF_HUB_OFFLINE": "1", "GRADIO_ANALYTICS_ENABLED": "False", "LANGSMITH_TRACING": "false"})


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """The settings of whoever runs the tests are not the tests' settings."""
    for name in list(os.environ):
        if name.upper().startswith("WENCE_") and name != "WENCE_SCREENSHOT":
            monkeypatch.delenv(name)
