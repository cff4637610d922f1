"""What a run can be written as, beside the terminal."""
