"""The embedded engine: a noisy-channel decoder that needs no key and no network."""
