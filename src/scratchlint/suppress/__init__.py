"""Suppressions: what comments and policies ask to leave out, what came of it, and what is wrong with it."""
