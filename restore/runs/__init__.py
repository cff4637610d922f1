"""What became of each article, and the only place where results touch disk."""

from restore.runs.outcome import HAVE_EDITS, Outcome, Row, Status, as_row, exit_code, tally
from restore.runs.outputs import (
    check_folder,
    check_free,
    clear_temporaries,
    encode_output,
    hold,
    keep_copy,
    plan_in_place,
    plan_outputs,
    write_bytes,
    write_parts,
)

__all__ = [
    "HAVE_EDITS",
    "Outcome",
    "Row",
    "Status",
    "as_row",
    "check_folder",
    "check_free",
    "clear_temporaries",
    "encode_output",
    "exit_code",
    "hold",
    "keep_copy",
    "plan_in_place",
    "plan_outputs",
    "tally",
    "write_bytes",
    "write_parts",
]
