"""Every error Wence raises on purpose, in one tree; each message names the object and the next step.

WenceError
├── DocumentError            a file cannot be read as a document
│   └── UnsupportedFormat    its format is not one that Wence reads
├── IndexUnusable              the index cannot serve
│   ├── IndexMissing         the home has no index
│   ├── IndexDamaged         a file of the index is absent, altered or malformed
│   ├── IndexMismatch        the index was built with another encoder or format version
│   └── HomeBusy             another process is writing to this home
├── EncoderError             the encoder named in the settings cannot be loaded
├── RerankerError            the reranker named in the settings cannot be loaded
├── SettingsError            a setting is unknown or has a value that does not fit
├── NotFound                 a document or clause that was named is not in the index
├── QuestionError            a question is empty or too long
├── FilterError              a filter names a level or a day that is none
├── LLMError                 the LLM refused, timed out, or answered with something unreadable
└── QuestionSetError         a question set or retrieval data set has a broken line (named by number)
"""

from __future__ import annotations


class WenceError(Exception):
    """The root: one clear line for the user, saying what is wrong and what to do next."""


class DocumentError(WenceError):
    """A file cannot be read as a document."""


class UnsupportedFormat(DocumentError):
    """The file's format is not one that Wence reads."""


class IndexUnusable(WenceError):
    """The index cannot serve; the subclasses say why."""


class IndexMissing(IndexUnusable):
    """The home has no index."""


class IndexDamaged(IndexUnusable):
    """A file of the index is absent, altered or malformed."""


class IndexMismatch(IndexUnusable):
    """The index was built with another encoder or another format version."""


class HomeBusy(IndexUnusable):
    """Another process is writing to this home."""


class EncoderError(WenceError):
    """The encoder named in the settings cannot be loaded."""


class RerankerError(WenceError):
    """The reranker named in the settings cannot be loaded."""


class SettingsError(WenceError):
    """A setting is unknown or has a value that does not fit."""


class NotFound(WenceError):
    """A document or clause that was named is not in the index."""


class QuestionError(WenceError):
    """A question is empty or too long."""


class FilterError(WenceError):
    """A filter names a level or a day that is none."""


class LLMError(WenceError):
    """The LLM refused, timed out, or answered with something unreadable."""


class QuestionSetError(WenceError):
    """A question set or retrieval data set has a broken line, named by its number."""
