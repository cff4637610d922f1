import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from restore import config
from restore.errors import UsageProblem

ROOT = Path(__file__).parents[1]


def load(
    directory: Path,
    *,
    flags: Mapping[str, object] | None = None,
    environ: Mapping[str, str] | None = None,
    trust_project: bool = False,
) -> config.Config:
    home = {"HOME": str(directory / "home")}
    return config.load(
        flags or {},
        environ=home | dict(environ or {}),
        directory=directory,
        trust_project=trust_project,
    )


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_each_source_wins_over_those_below_it(tmp_path: Path) -> None:
    user = tmp_path / "home/.config/restore/config.toml"
    seen = [load(tmp_path).model]

    write(user, 'model = "user"')
    seen.append(load(tmp_path).model)
    write(tmp_path / "restore.toml", 'model = "project"')
    seen.append(load(tmp_path).model)
    write(tmp_path / ".env", "RESTORE_MODEL=dotenv")
    seen.append(load(tmp_path).model)
    environ = {"RESTORE_MODEL": "environment"}
    seen.append(load(tmp_path, environ=environ).model)
    seen.append(load(tmp_path, environ=environ, flags={"model": "flag"}).model)

    assert seen == ["gpt-5-mini", "user", "project", "dotenv", "environment", "flag"]


def test_origins_say_where_each_value_came_from(tmp_path: Path) -> None:
    write(tmp_path / "restore.toml", "concurrency = 3")
    write(tmp_path / ".env", "RESTORE_PROMPT=restore@1")

    origins = load(tmp_path, flags={"model": "m"}, environ={"RESTORE_ENGINE": "offline"}).origins

    assert origins["model"].where == "--model"
    assert origins["engine"].where == "RESTORE_ENGINE"
    assert origins["prompt"].where == "RESTORE_PROMPT in .env"
    assert origins["concurrency"].where == f"{tmp_path / 'restore.toml'}: concurrency"
    assert origins["threshold"].where == "built-in"


def test_the_project_file_is_found_upward_with_the_env_file_beside_it(tmp_path: Path) -> None:
    write(tmp_path / "restore.toml", "concurrency = 3")
    write(tmp_path / ".env", "RESTORE_MODEL=beside")
    (tmp_path / "a/b").mkdir(parents=True)

    loaded = load(tmp_path / "a/b")

    assert (loaded.concurrency, loaded.model) == (3, "beside")


def test_xdg_config_home_moves_the_users_file(tmp_path: Path) -> None:
    write(tmp_path / "xdg/restore/config.toml", "attempts = 2")

    assert load(tmp_path, environ={"XDG_CONFIG_HOME": str(tmp_path / "xdg")}).attempts == 2


def test_a_file_named_on_the_command_line_replaces_the_projects(tmp_path: Path) -> None:
    write(tmp_path / "restore.toml", 'model = "project"')
    named = write(tmp_path / "other.toml", 'prompt = "mine@1"')

    loaded = config.load({}, environ={}, directory=tmp_path, config_file=named)

    assert (loaded.model, loaded.prompt) == ("gpt-5-mini", "mine@1")


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        ({}, "offline"),
        ({"api_key": "k"}, "openai"),
        ({"base_url": "http://localhost:1/v1"}, "openai"),
        ({"api_key": "k", "engine": "offline"}, "offline"),
        ({"engine": "openai"}, "openai"),
    ],
    ids=["nothing set", "key", "base url", "offline by name", "openai by name"],
)
def test_auto_means_openai_where_a_key_or_an_address_is_set(
    tmp_path: Path, flags: Mapping[str, object], expected: str
) -> None:
    assert load(tmp_path, flags=flags).chosen_engine == expected


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("modle = 'x'", "unknown setting 'modle'"),
        ("concurrency = 0", "concurrency must be a whole number from 1 to 1000, not 0"),
        ("concurrency = 1.5", "concurrency must be a whole number from 1 to 1000, not 1.5"),
        ("concurrency = true", "concurrency must be a whole number from 1 to 1000, not True"),
        ("threshold = 2", "threshold must be a number from 0 to 1, not 2"),
        ("threshold = 'much'", "threshold must be a number from 0 to 1, not 'much'"),
        ("engine = 'magic'", "engine must be one of auto, openai, offline, not 'magic'"),
        ("base_url = 'ftp://x'", "base_url must be a URL that begins with http:// or https://"),
        ("encoding = 'klingon'", "encoding must be the name of a text encoding"),
        ("model = ''", "model must be a text that is not empty"),
        ("api_key = 'sk-1'", "does not belong into a file that gets shared"),
        ("model = ", "cannot read"),
    ],
)
def test_a_wrong_project_file_is_a_clear_error(tmp_path: Path, content: str, message: str) -> None:
    write(tmp_path / "restore.toml", content)

    with pytest.raises(UsageProblem) as caught:
        load(tmp_path)

    assert message in caught.value.message
    assert "sk-1" not in f"{caught.value.message} {caught.value.hint}"


def test_an_unknown_setting_is_answered_with_the_nearest_name(tmp_path: Path) -> None:
    write(tmp_path / "restore.toml", "modle = 'x'")

    with pytest.raises(UsageProblem) as caught:
        load(tmp_path)

    assert caught.value.hint == "did you mean 'model'?"


def test_an_unknown_setting_like_no_other_is_answered_with_all_names(tmp_path: Path) -> None:
    write(tmp_path / "restore.toml", "zzz = 'x'")

    with pytest.raises(UsageProblem) as caught:
        load(tmp_path)

    assert "model" in str(caught.value.hint)


def test_a_missing_file_named_on_the_command_line_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UsageProblem, match="no such file"):
        config.load({}, environ={}, directory=tmp_path, config_file=tmp_path / "gone.toml")


@pytest.mark.parametrize("where", ["restore.toml", ".env"])
def test_a_projects_address_is_never_sent_a_key_from_outside(tmp_path: Path, where: str) -> None:
    url = "http://collector.example/v1"
    content = f'base_url = "{url}"' if where == "restore.toml" else f"OPENAI_BASE_URL={url}"
    write(tmp_path / where, content)

    with pytest.raises(UsageProblem) as caught:
        load(tmp_path, environ={"OPENAI_API_KEY": "sk-secret"})

    assert "--trust-project" in str(caught.value.hint)
    assert "sk-secret" not in f"{caught.value.message} {caught.value.hint}"


@pytest.mark.parametrize(
    ("dotenv", "environ", "trust"),
    [
        ("", {}, False),
        ("OPENAI_API_KEY=local", {}, False),
        ("", {"OPENAI_API_KEY": "k"}, True),
        ("", {"OPENAI_API_KEY": "k", "OPENAI_BASE_URL": "http://mine/v1"}, False),
        ("", {"OPENAI_API_KEY": "k", "RESTORE_ENGINE": "offline"}, False),
    ],
    ids=["no key", "the projects own key", "trusted", "my own address", "offline"],
)
def test_a_projects_address_is_used_where_no_foreign_key_goes_there(
    tmp_path: Path, dotenv: str, environ: Mapping[str, str], trust: bool
) -> None:
    write(tmp_path / "restore.toml", 'base_url = "http://project.example/v1"')
    write(tmp_path / ".env", dotenv)

    assert load(tmp_path, environ=environ, trust_project=trust).base_url


def test_show_hides_keys(tmp_path: Path) -> None:
    rows = config.show(load(tmp_path, environ={"OPENAI_API_KEY": "sk-secret"}))

    assert ("api_key", "(set, hidden)", "OPENAI_API_KEY") in rows
    assert "sk-secret" not in str(rows)


def test_the_example_environment_names_exactly_what_is_read() -> None:
    example = (ROOT / ".env.example").read_text(encoding="utf-8")

    named = re.findall(r"^([A-Z_]+)=", example, flags=re.MULTILINE)

    assert sorted(named) == sorted(s.env for s in config.SETTINGS if s.env)
