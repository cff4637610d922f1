"""Reading what a run did, edit by edit, and deciding on it."""
