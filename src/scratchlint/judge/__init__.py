"""Deciding from the evidence whether a use of scratch storage is production."""
