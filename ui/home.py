"""The home that a server has open: its Wence, which is replaced when the index changes, and its conversations."""

from __future__ import annotations

import gc
import logging
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.errors import WenceError
from index.generations import find_generation
from ui.jobs import Job
from ui.records.conversations import ConversationStore

if TYPE_CHECKING:
    from index.model import Encoder
    from rag.settings import Settings
    from rag.wence import Wence

log = logging.getLogger(__name__)


class OpenHome:
    """One home, shared by every page and by the API.

    ``wence`` is read anew by whoever answers a question: a page that was opened before a
    document was added finds it at its next question. What is being answered goes on with
    the one it has. ``job`` is the work on the index that was begun last, ``previews`` the
    reading of files that were dropped, by batch, ``evaluation`` the run of a question set
    that was begun last and not yet put aside.
    """

    def __init__(self, wence: Wence) -> None:
        self.wence = wence
        self.folder: Path = wence.settings.home
        self.conversations = ConversationStore(self.folder)
        self.job: Job | None = None
        self.previews: dict[str, Job] = {}
        self.evaluation: Job | None = None
        self._generation = find_generation(self.folder)
        self._lock = threading.Lock()

    @property
    def encoder(self) -> Encoder:
        """The encoder that is loaded."""
        return self.wence.index.hybrid.encoder

    def refresh(self) -> None:
        """Open the index anew where another generation serves now; where that fails, the old one goes on."""
        generation = find_generation(self.folder)
        if generation == self._generation:
            return
        try:
            with self._lock:
                if generation == self._generation:  # another reader was here first
                    return
                self._generation = generation  # one that cannot be opened is not tried at every question
                self.wence = self.wence.reopen()
            gc.collect()
        except WenceError:
            log.warning("the index has changed and cannot be opened; the one before goes on", exc_info=True)

    def reopen(self, settings: Settings | None = None) -> None:
        """Open the home as it is on disk now, or as other settings say, and answer from it.

        Raises
        ------
        WenceError
            It cannot be opened so; what served before goes on.
        """
        with self._lock:
            generation = find_generation(self.folder)
            self.wence = self.wence.reopen(settings)
            self._generation = generation
        gc.collect()  # the one before refers to itself, and may hold a model of gigabytes

    def close(self) -> None:
        """Close what is open on disk."""
        self.conversations.close()
