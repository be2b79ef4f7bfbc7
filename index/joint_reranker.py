"""The reranker that ships: its model run by OpenVINO, where the processor has it in eight bits, or by torch."""

from __future__ import annotations

import hashlib
import logging
import math
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import numpy.typing as npt

from corpus.errors import RerankerError
from index.body import WEIGHTS, StoredJoint, Tokenise, open_tokeniser, read_joint
from index.kernels import TOKENS_STEP, count_threads, open_queue, pad_ids, plan_batches, replace_surrogates
from index.model import RerankScores
from index.offline import choose_dtype, computes_bfloat16, refuse_unloadable
from index.openvino_graph import PRODUCT, build_apart_graph, build_together_graph, import_openvino
from index.settings import Backend

if TYPE_CHECKING:
    from index.joint import JointModel

QUESTION_TOKENS = 48
PASSAGE_TOKENS = 128
PRODUCT_SHARE = 0.5
"""What the product of both texts' means counts beside the late interaction."""
BATCH_TOKENS = 1_024
"""A batch of pairs holds as many tokens, padding included."""
BATCH_PAIRS = 5
"""And so many pairs at most, so that the few that a question has are shared evenly among threads: of 2, 3, 4, 8 and
10, all within a tenth of this one, none was faster."""

UNLOADABLE = (
    "the reranker {source} cannot be loaded from this machine ({reason}); put the model's folder on this machine and "
    "set WENCE_INDEX__RERANKER to it, or to none to search without one"
)
DAMAGED = "the reader {source} cannot be loaded ({reason}); install Wence again"
"""Of the model that reads sentences, which no setting names."""
NO_NUMBERS = "the reranker {name} gives scores that are no numbers: set another, or none"

TOKENS_KEPT = 40_000
"""Tokens whose states of the lower half are kept, some 800 sentences; 768 bytes each, 30 MB."""

Tokens = tuple[int, ...]
States = npt.NDArray[np.float16]
Features = npt.NDArray[np.float32]

log = logging.getLogger(__name__)


class Kernel(Protocol):
    """Runs the model in one way."""

    def read(self, question: Sequence[int], passages: Sequence[Sequence[int]]) -> Features:
        """Return the features of token ids, shape (passages, 2)."""
        ...


class JointReranker:
    """A ``JointModel`` behind the ``Reranker`` seam, loaded when it is first needed.

    ``folder`` has its own weights, and ``encoder`` those that it shares; ``unloadable`` says
    what to do where they cannot be loaded.
    """

    calibrated = True

    def __init__(self, encoder: Path, folder: Path, *, backend: Backend, unloadable: str = UNLOADABLE) -> None:
        self._unloadable = unloadable
        self._encoder = encoder
        self._folder = folder
        self._backend = backend
        self._lock = threading.Lock()
        self._loaded: _Loaded | None = None

    @cached_property
    def name(self) -> str:
        """What identifies its weights."""
        self.load()  # one that is not whole is told of as such
        weights = (self._folder / WEIGHTS).read_bytes()
        return f"wence-{hashlib.sha256(weights).hexdigest()[:12]}"

    def load(self) -> _Loaded:
        """Load the model, once.

        Raises
        ------
        RerankerError
            It is not whole, or was made for another encoder.
        """

        def refuse(reason: str) -> RerankerError:
            return RerankerError(self._unloadable.format(source=self._folder, reason=reason))

        if self._loaded is None:
            with refuse_unloadable(refuse):
                model = read_joint(self._encoder, self._folder)
                self._loaded = _Loaded(open_tokeniser(self._encoder), open_kernel(model, self._backend), model.weight)
        return self._loaded

    def score(self, query: str, passages: Sequence[str]) -> RerankScores:
        """Return float32 scores, shape (len(passages),): the higher, the better a passage answers the query.

        Raises
        ------
        RerankerError
            A score is no number: the model is damaged.
        """
        if not passages:
            return np.zeros(0, dtype=np.float32)
        with self._lock:
            model = self.load()
            [question] = model.tokenise(["query: " + replace_surrogates(query)], QUESTION_TOKENS)
            read = model.tokenise(["passage: " + replace_surrogates(one) for one in passages], PASSAGE_TOKENS)
            features = model.kernel.read(question, read)
        scores: RerankScores = np.float32(model.weight) * (features[:, 0] + np.float32(PRODUCT_SHARE) * features[:, 1])
        if not np.isfinite(scores).all():
            raise RerankerError(NO_NUMBERS.format(name=self.name))
        return scores


@dataclass(frozen=True, slots=True)
class _Loaded:
    tokenise: Tokenise
    kernel: Kernel
    weight: float


class TorchKernel:
    """The model as torch runs it."""

    def __init__(self, model: JointModel) -> None:
        self._model = model

    def read(self, question: Sequence[int], passages: Sequence[Sequence[int]]) -> Features:
        """Return the features of token ids, shape (passages, 2)."""
        import torch

        found = np.zeros((len(passages), 2), dtype=np.float32)
        with torch.inference_mode():
            ids = torch.tensor([question])
            seen = torch.ones_like(ids)
            states = self._model.read_apart(ids, seen)
            for rows in _plan_pairs(question, passages):
                padded, mask = map(torch.from_numpy, pad_ids([passages[row] for row in rows], 0))
                read = self._model.read_apart(padded, mask)
                found[rows] = self._model.read_together(
                    states.expand(len(rows), -1, -1), seen.expand(len(rows), -1), read, mask
                ).numpy()
        return found


class OpenVinoKernel:
    """The model as two OpenVINO graphs, its lower half and its upper one, a batch on each thread.

    What the lower half makes of a passage depends on no question, and the same passages are
    read again: with the turns before a question and without, for what follows from it, and
    by others who ask of the same. So the states of those read of late are kept.
    """

    def __init__(self, model: StoredJoint, *, int8: bool) -> None:
        parts: dict[str, Any] = {"apart": model.apart, "int8": int8}
        options: dict[str, Any] = {
            "bfloat16": computes_bfloat16(),
            "group": model.weights[PRODUCT].size if int8 else 0,
            "threads": count_threads(),
        }
        self._apart: Any = open_queue(build_apart_graph(model.shape, model.weights, **parts), **options)
        self._together: Any = open_queue(build_together_graph(model.shape, model.weights, **parts), **options)
        self._kept: OrderedDict[Tokens, States] = OrderedDict()
        self._tokens_kept = 0

    def read(self, question: Sequence[int], passages: Sequence[Sequence[int]]) -> Features:
        """Return the features of token ids, shape (passages, 2)."""
        asked, *read = self._find_states([tuple(question), *map(tuple, passages)])
        found = np.zeros((len(passages), 2), dtype=np.float32)

        def keep(request: Any, rows: list[int]) -> None:
            found[rows] = request.get_output_tensor(0).data

        self._together.set_callback(keep)
        for rows in _plan_pairs(question, passages):
            states, mask = _pad_states([read[row] for row in rows])
            self._together.start_async({0: asked[None].astype(np.float32), 1: states, 2: mask}, rows)
        self._together.wait_all()
        return found

    def _find_states(self, texts: Sequence[Tokens]) -> list[States]:
        """Return the states of the lower half, float16, shape (tokens, hidden) each."""
        found = {text: self._kept[text] for text in texts if text in self._kept}
        missing = [text for text in dict.fromkeys(texts) if text not in found]

        def keep(request: Any, rows: list[int]) -> None:
            states = request.get_output_tensor(0).data
            for place, row in enumerate(rows):
                found[missing[row]] = states[place, : len(missing[row])].astype(np.float16)

        self._apart.set_callback(keep)
        for rows in plan_batches([len(text) for text in missing], tokens=BATCH_TOKENS, texts=BATCH_PAIRS):
            ids, mask = pad_ids([missing[row] for row in rows], 0, step=TOKENS_STEP)
            self._apart.start_async({0: ids, 1: mask}, rows)
        self._apart.wait_all()
        for text in found:
            if text not in self._kept:
                self._tokens_kept += len(text)
            self._kept[text] = found[text]
            self._kept.move_to_end(text)
        while self._tokens_kept > TOKENS_KEPT:
            self._tokens_kept -= len(self._kept.popitem(last=False)[0])
        return [found[text] for text in texts]


def open_kernel(model: StoredJoint, backend: Backend) -> Kernel:
    """Open what runs the model: as ``backend`` says, or for auto eight bits where the processor has VNNI."""
    if backend != "torch":
        try:
            import_openvino()
        except ImportError as error:
            log.info("OpenVINO is not installed (%s): torch reranks", error)
        else:
            return OpenVinoKernel(model, int8=backend == "openvino-int8" or (backend == "auto" and multiplies_int8()))
    from index.joint import build_joint

    return TorchKernel(build_joint(model, dtype=choose_dtype()))


def multiplies_int8() -> bool:
    """Say whether this processor multiplies matrices of eight bits natively."""
    flags = Path("/proc/cpuinfo")
    return flags.is_file() and "vnni" in flags.read_text(errors="replace")


def _pad_states(states: Sequence[States]) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int64]]:
    """Return states, float32 (texts, tokens, hidden), and what of them is no padding, int64 (texts, tokens)."""
    tokens = math.ceil(max(map(len, states)) / TOKENS_STEP) * TOKENS_STEP
    padded = np.zeros((len(states), tokens, states[0].shape[1]), dtype=np.float32)
    mask = np.zeros(padded.shape[:2], dtype=np.int64)
    for row, one in enumerate(states):
        padded[row, : len(one)] = one
        mask[row, : len(one)] = 1
    return padded, mask


def _plan_pairs(question: Sequence[int], passages: Sequence[Sequence[int]]) -> list[list[int]]:
    lengths = [len(question) + len(passage) for passage in passages]
    return list(plan_batches(lengths, tokens=BATCH_TOKENS, texts=BATCH_PAIRS))
