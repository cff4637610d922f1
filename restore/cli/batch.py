"""`restore batch`: hand articles in to the Batch API and fetch what came of them."""

from typing import Annotated

import typer

from restore.cli import options
from restore.cli.config import show_help_without_command

app = typer.Typer(
    help="Restore through the Batch API: within a day, at half the price.", rich_markup_mode=None
)
app.callback(invoke_without_command=True)(show_help_without_command)

_Id = Annotated[
    str | None,
    typer.Argument(help="A batch's id, or its begin. [default: all that are open]", metavar="ID"),
]


@app.command()
def submit(
    paths: Annotated[
        list[str] | None,
        typer.Argument(help="Files, folders, patterns, or - for stdin.", metavar="PATH…"),
    ] = None,
    *,
    files_from: options.FilesFrom = None,
    include: options.Include = None,
    exclude: options.Exclude = None,
    limit: options.Limit = None,
    model: options.Model = None,
    base_url: options.BaseUrl = None,
    prompt: options.PromptVersion = None,
    prompts: options.PromptsFolder = None,
    glossary: options.Glossary = None,
    temperature: options.Temperature = None,
    chunk_words: options.ChunkWords = None,
    encoding: options.Encoding = None,
    max_cost: options.MaxCost = None,
    dry_run: options.DryRun = False,
    trust_project: options.TrustProject = False,
    config: options.ConfigFile = None,
) -> int:
    """Hand in what the cache does not answer. Go on with `batch fetch`, then `run`.

    The options must be those of the later run, or its requests are others.
    """
    from restore.cli import batching, session  # noqa: PLC0415  # --help needs none of it
    from restore.documents.files import Selection  # noqa: PLC0415

    return batching.submit(
        session.Sources(paths or (), files_from, Selection(include or (), exclude or (), limit)),
        dry_run=dry_run,
        flags={
            "base_url": base_url,
            "model": model,
            "prompt": prompt,
            "prompts": prompts,
            "glossary": glossary,
            "temperature": temperature,
            "chunk_words": chunk_words,
            "encoding": encoding,
            "max_cost": max_cost,
        },
        config_file=config,
        trust_project=trust_project,
    )


@app.command()
def status(
    batch: _Id = None,
    *,
    base_url: options.BaseUrl = None,
    trust_project: options.TrustProject = False,
    config: options.ConfigFile = None,
) -> int:
    """Show how far batches are; without ID, all of this project."""
    from restore.cli import batching  # noqa: PLC0415  # as above

    with batching.open_desk(base_url, config, trust_project=trust_project) as desk:
        return batching.show_status(desk, batch)


@app.command()
def fetch(
    batch: _Id = None,
    *,
    wait: Annotated[bool, typer.Option("--wait", help="Wait until the batch has ended.")] = False,
    every_s: Annotated[
        float, typer.Option("--every-s", min=0.1, help="With --wait, ask every so many seconds.")
    ] = 60.0,
    base_url: options.BaseUrl = None,
    trust_project: options.TrustProject = False,
    config: options.ConfigFile = None,
) -> int:
    """Put the replies of batches that have ended into the cache.

    Exits with 0 if every request has a valid reply, 1 if some have none, 3 if a batch goes on.
    """
    from restore.cli import batching  # noqa: PLC0415  # as above

    with batching.open_desk(base_url, config, trust_project=trust_project) as desk:
        return batching.fetch_ended(desk, batch, every_s=every_s if wait else None)


@app.command()
def cancel(
    batch: _Id = None,
    *,
    base_url: options.BaseUrl = None,
    trust_project: options.TrustProject = False,
    config: options.ConfigFile = None,
) -> int:
    """Have a batch stopped; what is done by then can be fetched and is paid."""
    from restore.cli import batching  # noqa: PLC0415  # as above

    with batching.open_desk(base_url, config, trust_project=trust_project) as desk:
        return batching.cancel_one(desk, batch)
