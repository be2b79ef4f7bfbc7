import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import index

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="kills forked processes")


def kill_again_and_again(way: str, home: Path) -> dict[str, int]:
    root = Path(index.__file__).parent.parent
    done = subprocess.run(
        [sys.executable, "-m", "tests.index.crash", way, str(home)],
        cwd=root,
        # A forked child that inherits another thread's lock on a thread pool waits for ever.
        env=os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr
    outcome: dict[str, int] = json.loads(done.stdout)
    return outcome


def test_death_before_any_change_to_the_disk_leaves_the_old_index_or_the_new_one(home: Path) -> None:
    outcome = kill_again_and_again("operations", home)
    assert outcome["old"] > 50
    assert outcome["new"] > 10  # from the switch on, while the old index is swept
    assert outcome["leftovers"] == 2  # the last run ended well, and swept what the dead had left: `current`, one index


def test_death_at_a_random_instant_leaves_an_index_that_loads_and_finds(home: Path) -> None:
    outcome = kill_again_and_again("instants", home)
    assert outcome["deaths"] == 20
