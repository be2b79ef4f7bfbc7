"""The reranker's model: a question and a passage read apart in the lower layers, and together in the upper ones.

A BERT body whose lower layers are those of the encoder (Cao et al., "DeFormer: Decomposing
Pre-trained Transformers for Faster Question Answering", ACL 2020). What comes out is scored
as late interaction scores it (Khattab and Zaharia, "ColBERT", SIGIR 2020), so that there is
no head which a few hundred questions would have to teach: the mean, over the question's
tokens, of the best cosine among the passage's; and beside it the weighted product of both
texts' mean states.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from index.openvino_graph import PRODUCT


class JointModel(torch.nn.Module):
    """A transformers BertModel, of which the lower ``apart`` layers see one text alone.

    ``weight`` is what its score counts beside the fused scores of search.
    """

    def __init__(self, body: Any, *, apart: int, weight: float = 1.0) -> None:
        super().__init__()
        self.bert = body
        self.product = torch.nn.Parameter(torch.ones(body.config.hidden_size))
        self.apart = apart
        self.weight = weight

    def read_apart(self, ids: Any, mask: Any) -> Any:
        """Return the states of the lower layers, shape (texts, tokens, hidden)."""
        return self._run(self.bert.embeddings(input_ids=ids), mask, slice(self.apart))

    def read_together(self, questions: Any, question_mask: Any, passages: Any, passage_mask: Any) -> Any:
        """Return two features a pair, float32, shape (pairs, 2): late interaction, and product of the means.

        Questions and passages are states of the lower layers, a row a pair.
        """
        normalise = torch.nn.functional.normalize
        asked_tokens = questions.shape[1]
        mask = torch.cat([question_mask, passage_mask], 1)
        states = self._run(torch.cat([questions, passages], 1), mask, slice(self.apart, None)).float()
        asked, read = states[:, :asked_tokens], states[:, asked_tokens:]
        asked_real, read_real = question_mask.float(), passage_mask.float()
        cosines = normalise(asked, dim=-1) @ normalise(read, dim=-1).transpose(1, 2)
        nearest = cosines.masked_fill(read_real[:, None] == 0, -1).max(2).values
        interaction = (nearest * asked_real).sum(1) / asked_real.sum(1)
        product = normalise(_find_mean(asked, asked_real), dim=-1) * normalise(_find_mean(read, read_real), dim=-1)
        return torch.stack([interaction, (product * self.product).sum(1)], 1)

    def _run(self, states: Any, mask: Any, layers: slice) -> Any:
        hidden = (1 - mask[:, None, None, :].to(states.dtype)) * -1e4
        for layer in self.bert.encoder.layer[layers]:
            states = layer(states, hidden)
            if isinstance(states, tuple):  # before transformers 5
                states = states[0]
        return states


def load_joint(encoder: Path, folder: Path, *, dtype: Any) -> JointModel:
    """Load the reranker in ``folder``: its own weights, and for the rest those of ``encoder``.

    Raises
    ------
    ValueError
        It was made for another encoder, or is none.
    OSError, safetensors.SafetensorError
        A file is missing or damaged.
    """
    from safetensors import safe_open
    from transformers import AutoConfig, BertModel

    file = folder / "model.safetensors"
    with safe_open(file, "pt") as opened:
        facts = opened.metadata() or {}
        own = {name: opened.get_tensor(name) for name in opened.keys()}  # noqa: SIM118 (it is no mapping)
    if not {"apart", "weight", "base"} <= facts.keys() or PRODUCT not in own:
        raise ValueError("its file is not of a reranker of Wence")
    body = BertModel(AutoConfig.from_pretrained(encoder), add_pooling_layer=False)
    model = JointModel(body, apart=int(facts["apart"]), weight=float(facts["weight"]))
    product = own.pop(PRODUCT)
    with safe_open(encoder / "model.safetensors", "pt") as opened:
        names = model.bert.state_dict().keys()
        rest = {name: opened.get_tensor(name) for name in names if name not in own}
    if hash_weights(rest) != facts["base"]:
        raise ValueError("it was made for another encoder than the one that ships")
    model.bert.load_state_dict({**rest, **own})
    model.product.data = product
    return model.to(dtype).eval()


def hash_weights(weights: Mapping[str, Any]) -> str:
    """Return a hash of tensors and their names, in whatever order they come."""
    digest = hashlib.sha256()
    for name in sorted(weights):
        digest.update(name.encode() + b"\0" + weights[name].contiguous().view(torch.uint8).numpy().tobytes())
    return digest.hexdigest()


def _find_mean(states: Any, real: Any) -> Any:
    return (states * real.unsqueeze(-1)).sum(1) / real.sum(1, keepdim=True)
