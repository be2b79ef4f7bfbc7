"""Which shards of the index that serves go on serving in the next one, as they are."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from corpus.errors import IndexUnusable
from corpus.model import Document
from index.generations import find_generation, link_file
from index.manifest import MALFORMED, SHARDS, Manifest, find_damage, read_manifest
from index.model import Encoder
from index.records import Entry
from index.search import is_from
from index.settings import IndexSettings
from index.shard import Shard, hash_code, open_shard
from index.sources import Source

GROWTH = 2
"""A shard is made anew with what is new where it has at most so many times as many chunks: shards stay few."""
SMALL = 200
"""A shard of no more chunks than this is always made anew with what is new."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class KeptShard:
    """A shard that goes on serving, the documents of it that count, and the checksums of its files by name."""

    folder: Path
    shard: Shard
    living: frozenset[str]
    checksums: Mapping[str, str]

    @property
    def dead(self) -> list[str]:
        """The ids of the documents in it that no longer count."""
        return [entry.id for entry in self.shard.records.entries if entry.id not in self.living]

    @property
    def chunks(self) -> int:
        """How many of its chunks count."""
        return sum(entry.chunks for entry in self.shard.records.entries if entry.id in self.living)

    def read_documents(self) -> Iterator[Document]:
        """Yield the documents that count, without their clauses."""
        records = self.shard.records
        return (records.read_document(i) for i, entry in enumerate(records.entries) if entry.id in self.living)

    def link(self, target: Path) -> dict[str, str]:
        """Link the shard's files into the folder ``target``, and return their checksums."""
        for name in self.checksums:
            path = target / name
            path.parent.mkdir(parents=True, exist_ok=True)
            link_file(self.folder / name, path)
        return dict(self.checksums)


def choose_shards(
    home: Path, unchanged: Sequence[Source], *, added: int, encoder: Encoder, settings: IndexSettings
) -> list[KeptShard]:
    """Return the shards to keep for documents that have not changed, while ``added`` clauses are new.

    None is kept that is damaged, that another encoder or other code made, of which the
    half no longer counts, or that is small beside what is new: its documents are indexed
    again, from the caches. So shards are at most about as many as the doublings of the
    smallest that make up the whole, and each text is indexed again about as often.
    """
    try:
        folder = find_generation(home)
        manifest = read_manifest(folder) if folder else None
    except IndexUnusable:
        return []
    if folder is None or manifest is None or not _is_of(manifest, encoder, settings):
        return []
    wanted = {source.id: source for source in unchanged}
    found = [kept for name in manifest.shards if (kept := _open(folder, name, manifest, wanted)) is not None]
    if not all(_fits(kept.shard, encoder) for kept in found[:1]):
        return []
    keeping: list[KeptShard] = []
    for kept in sorted(found, key=lambda kept: kept.chunks):
        if kept.chunks <= max(GROWTH * added, SMALL) or 2 * kept.chunks < len(kept.shard.records.chunks):
            added += kept.chunks
        else:
            keeping.append(kept)
    return keeping[::-1]


def _is_of(manifest: Manifest, encoder: Encoder, settings: IndexSettings) -> bool:
    made = (manifest.encoder, manifest.code, manifest.chunk_max_characters)
    return made == (encoder.name, hash_code(), settings.chunk_max_characters)


def _open(folder: Path, name: str, manifest: Manifest, wanted: Mapping[str, Source]) -> KeptShard | None:
    prefix = f"{SHARDS}/{name}/"
    checksums = {file: sum for file, sum in manifest.files.items() if file.startswith(prefix)}
    damage = find_damage(folder, checksums)
    if damage:
        log.warning(
            "the index in %s is damaged (%s): its documents are indexed again", folder.parent.parent, min(damage)
        )
        return None
    try:
        shard = open_shard(folder / SHARDS / name)
    except MALFORMED as error:
        log.warning("the index in %s is damaged (%s): its documents are indexed again", folder.parent.parent, error)
        return None
    dead = set(manifest.shards[name])
    living = frozenset(e.id for e in shard.records.entries if e.id not in dead and _is_entry_of(e, wanted.get(e.id)))
    return KeptShard(folder, shard, living, checksums)


def _is_entry_of(entry: Entry, source: Source | None) -> bool:
    if source is None:
        return False
    return (entry.source, entry.sha256, entry.part) == (source.source, source.sha256, source.part)


def _fits(shard: Shard, encoder: Encoder) -> bool:
    """Say whether the shard's vectors are this encoder's: another may have come under the same name."""
    records = shard.records
    if not len(records.chunks):
        return True
    first = next(place for place, entry in enumerate(records.entries) if entry.chunks)
    text = records.read_chunk(0, records.read_parsed(first)).text
    return is_from(encoder, text, shard.vectors.read(np.array([0]))[0])
