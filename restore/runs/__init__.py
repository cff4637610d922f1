"""What became of each article, and the only place where results touch disk."""

from restore.runs.outcome import Outcome, Row, Status, as_row, exit_code, tally
from restore.runs.outputs import check_folder, check_free, plan_outputs, write_bytes, write_output

__all__ = [
    "Outcome",
    "Row",
    "Status",
    "as_row",
    "check_folder",
    "check_free",
    "exit_code",
    "plan_outputs",
    "tally",
    "write_bytes",
    "write_output",
]
