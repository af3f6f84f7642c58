"""Draft a mapping from the files of a folder: what their headers and cells show, and in comments what a person should check."""

from integrations.sandbox.imports.suggest.draft import Suggestion, suggest_mapping

__all__ = ["Suggestion", "suggest_mapping"]
