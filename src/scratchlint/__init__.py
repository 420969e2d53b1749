"""scratchlint finds production paths that live in scratch storage."""

__version__ = "0.1.0"
