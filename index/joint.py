"""The reranker's model: a question and a passage read apart in the lower layers, and together in the upper ones.

A BERT body whose lower layers are those of the encoder (Cao et al., "DeFormer: Decomposing
Pre-trained Transformers for Faster Question Answering", ACL 2020). What comes out is scored
as late interaction scores it (Khattab and Zaharia, "ColBERT", SIGIR 2020), so that there is
no head which a few hundred questions would have to teach: the mean, over the question's
tokens, of the best cosine among the passage's; and beside it the weighted product of both
texts' mean states.
"""

from __future__ import annotations

from typing import Any

import torch

from index.body import StoredJoint
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


def build_joint(stored: StoredJoint, *, dtype: Any) -> JointModel:
    """Build the model, in evaluation mode, from what is kept of it."""
    from transformers import BertConfig, BertModel

    weights = {name: torch.from_numpy(value) for name, value in stored.weights.items()}
    body = BertModel(BertConfig(**stored.config), add_pooling_layer=False)
    model = JointModel(body, apart=stored.apart, weight=stored.weight)
    model.product.data = weights.pop(PRODUCT)
    model.bert.load_state_dict(weights)
    return model.to(dtype).eval()


def _find_mean(states: Any, real: Any) -> Any:
    return (states * real.unsqueeze(-1)).sum(1) / real.sum(1, keepdim=True)
