"""Train the reader: to tell the sentence that answers from those that search proposes beside it, or that none does.

One step takes sixteen lists. Their sentences, at most seven of each, compete with nothing at
all for the answer (softmax cross-entropy over the list and one more place, as SQuAD 2.0 is
learned; Rajpurkar et al., ACL 2018). For a question that the documents do not answer, and
for one whose clauses are left out of its list, nothing is right. The match of search is
added to the model's score, so that it learns what search does not know.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch

from index.body import read_joint
from index.joint import build_joint
from index.offline import choose_dtype
from index.training.train_reranker import read_choices, weigh
from index.training.tuning import DROPOUT, Log, MasterAdamW, freeze_lower, save_run

TEMPERATURE = 0.02
CENTRE = 60.0
"""About where scores over the temperature lie before training."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence as the reader is shown it, its match in search, and whether it answers (None: it may)."""

    shown: str
    match: float
    clause: str
    answers: bool | None


@dataclass(frozen=True, slots=True)
class ReadingList:
    """A question with the sentences that search proposes, best first."""

    query: str
    answerable: bool
    candidates: tuple[Candidate, ...]

    @property
    def answers(self) -> tuple[Candidate, ...]:
        """The sentences that answer."""
        return tuple(one for one in self.candidates if one.answers)


@dataclass(frozen=True, slots=True)
class ReaderRecipe:
    """How the reader is trained; the defaults were the last leg of the one that ships (its card has the others)."""

    lists: int = 16
    sentences: int = 7
    answers: int = 2
    unanswerable_share: float = 0.2
    left_out_share: float = 0.1
    untitled_share: float = 0.2
    steps: int = 480
    learning_rate: float = 8e-5
    nothing_rate: float = 5e-3
    nothing: float = 9.4
    seed: int = 23


def train_reader(lists: Sequence[ReadingList], encoder: Path, start: Path, out: Path, recipe: ReaderRecipe) -> Path:
    """Train from the weights in ``start``, the reranker's or a reader's; return the file of those trained."""
    from transformers import AutoTokenizer

    torch.manual_seed(recipe.seed)
    rng = random.Random(recipe.seed)
    log = Log()
    model = build_joint(read_joint(encoder, start), dtype=choose_dtype())
    tokenizer = AutoTokenizer.from_pretrained(encoder)
    for module in model.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = DROPOUT
    freeze_lower(model.bert, model.apart)
    model.train()
    answered = [one for one in lists if one.answers]
    unanswerable = [one for one in lists if not one.answerable and one.candidates]
    optimiser = MasterAdamW(dict(model.named_parameters()), learning_rate=recipe.learning_rate, steps=recipe.steps)
    nothing = torch.nn.Parameter(torch.tensor(recipe.nothing))
    slope = torch.nn.Parameter(torch.tensor(1.0))
    bars = torch.optim.AdamW([nothing, slope], lr=recipe.nothing_rate, weight_decay=0.0)
    mean = 0.0
    for step in range(1, recipe.steps + 1):
        drawn = draw_lists(answered, unanswerable, recipe, rng)
        features = read_choices(model, tokenizer, [(query, [one.shown for one in some]) for query, some in drawn])
        scores = weigh(features) / TEMPERATURE - CENTRE
        losses, begin = [], 0
        for _, some in drawn:
            own = scores[begin : begin + len(some)] + slope * torch.tensor([one.match for one in some])
            begin += len(some)
            right = torch.tensor([one.answers is True for one in some])
            chosen = torch.logsumexp(own[right], 0) if right.any() else nothing
            losses.append(torch.logsumexp(torch.cat([own, nothing[None]]), 0) - chosen)
        loss = torch.stack(losses).mean()
        loss.backward()
        optimiser.step()
        bars.step()
        bars.zero_grad()
        mean += (float(loss.detach()) - mean) / min(step, 25)
        if step % 10 == 0:
            log.say(f"reader: step {step}/{recipe.steps}, loss {mean:.4f}")
    return save_run(optimiser.trained(), out, recipe)


def draw_lists(
    answered: Sequence[ReadingList], unanswerable: Sequence[ReadingList], recipe: ReaderRecipe, rng: random.Random
) -> list[tuple[str, list[Candidate]]]:
    """Draw the lists of one step, with the sentences of each that are shown; better ones are drawn more often."""
    drawn: list[tuple[str, list[Candidate]]] = []
    while len(drawn) < recipe.lists:
        chance = rng.random()
        if chance < recipe.unanswerable_share:
            given = rng.choice(unanswerable)
            right, wrong = [], list(given.candidates)
        else:
            given = rng.choice(answered)
            right = rng.sample(given.answers, min(len(given.answers), recipe.answers))
            wrong = [one for one in given.candidates if not one.answers]
            if chance < recipe.unanswerable_share + recipe.left_out_share:
                gold = {one.clause for one in given.candidates if one.answers is not False}
                right, wrong = [], [one for one in given.candidates if one.clause not in gold]
        shown = right + draw_wrong(wrong, recipe.sentences - len(right), rng)
        if shown:
            drawn.append((given.query, [_hide_title(one, recipe, rng) for one in shown]))
    return drawn


def draw_wrong(candidates: Sequence[Candidate], count: int, rng: random.Random) -> list[Candidate]:
    """Draw ``count`` of the candidates, best first, each once: better ones more often."""
    weights = [1 / (3 + rank) for rank in range(len(candidates))]
    drawn: dict[int, None] = {}
    while len(drawn) < min(count, len(candidates)):
        drawn[rng.choices(range(len(candidates)), weights)[0]] = None
    return [candidates[place] for place in drawn]


def _hide_title(one: Candidate, recipe: ReaderRecipe, rng: random.Random) -> Candidate:
    if rng.random() >= recipe.untitled_share:
        return one
    return Candidate(one.shown.partition("\n")[2], one.match, one.clause, one.answers)
