"""Readers: bytes of a file in, articles out."""
