"""Run the command line as `python -m restore`."""

from restore.cli import run_as_script

if __name__ == "__main__":
    run_as_script()
