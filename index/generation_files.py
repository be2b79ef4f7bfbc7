"""The files of a generation: the documents as ingested, the shards that go on serving, a new one, and the manifest."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from corpus.model import ParsedDocument
from index.library import hash_corpus
from index.manifest import FORMAT, SHARDS, Manifest, write_manifest
from index.model import Encoder, Progress
from index.reuse import KeptShard
from index.settings import IndexSettings
from index.shard import hash_code, write_shard
from index.sources import Source, write_sources


def write_generation(
    folder: Path,
    sources: Sequence[Source],
    kept: Sequence[KeptShard],
    new: Sequence[tuple[Source, ParsedDocument]],
    encoder: Encoder,
    settings: IndexSettings,
    *,
    cache: Path,
    progress: Progress | None = None,
) -> Manifest:
    """Write a generation of all ``sources`` into ``folder``: those of ``kept`` linked, ``new`` ones indexed.

    The manifest comes last. ``cache`` is the folder of what is dear to make again.
    """
    name = datetime.now(UTC).strftime("s-%Y%m%dT%H%M%S%f")
    entries = [e for shard in kept for e in shard.shard.records.entries if e.id in shard.living]
    if new:
        entries += write_shard(folder / SHARDS / name, new, encoder, settings, cache=cache, progress=progress)
    checksums = write_sources(folder, sources)
    for shard in kept:
        checksums |= shard.link(folder)
    shards: dict[str, list[str]] = {shard.shard.name: shard.dead for shard in kept}
    if new:
        shards[name] = []
    manifest = Manifest(
        format=FORMAT,
        code=hash_code(),
        encoder=encoder.name,
        dimension=encoder.encode(["空"], kind="passage").shape[1],
        chunk_max_characters=settings.chunk_max_characters,
        corpus_hash=hash_corpus({entry.id: entry.text_sha256 for entry in entries}),
        built=datetime.now(UTC).isoformat(timespec="seconds"),
        documents=len(entries),
        clauses=sum(entry.clauses for entry in entries),
        chunks=sum(entry.chunks for entry in entries),
        sentences=sum(entry.sentences for entry in entries),
        shards=shards,
        files={},
    )
    write_manifest(folder, manifest, checksums)
    return manifest
