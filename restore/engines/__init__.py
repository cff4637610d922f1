"""What restores a chunk."""
