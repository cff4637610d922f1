"""Restore turns machine-spun articles back into idiomatic English."""

__version__ = "0.1.0"
