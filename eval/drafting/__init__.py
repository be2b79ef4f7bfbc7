"""Question sets proposed from any corpus, for a person to edit: by templates, or in an LLM's words."""

from eval.drafting.draft import draft_questions
from eval.drafting.read import read_corpus

__all__ = ["draft_questions", "read_corpus"]
