import asyncio
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from restore.engines.interface import Allowance, Reply, Request
from restore.engines.openai import OpenAIEngine
from restore.errors import (
    CallFailed,
    EndpointRefused,
    InvalidReply,
    NoCompletion,
    RestoreError,
    TransientFailure,
)
from tests.server import (
    INVALID,
    Fault,
    ModelServer,
    body,
    completion,
    cut,
    drip,
    endless,
    hang,
    not_http,
    reply,
    reset,
    status,
    with_headers,
)

KEY = "sk-secret"
PIECE = "<piece-1-ab>\nThe law implementation office.\n</piece-1-ab>"
REQUEST = Request(({"role": "user", "content": PIECE},), "m", {"temperature": 0.5}, 100)


def ask(server: ModelServer, *, timeout_s: float = 5, times: int = 1) -> Reply:
    async def run() -> Reply:
        engine = OpenAIEngine(api_key=KEY, base_url=server.base_url, timeout_s=timeout_s)
        try:
            for _ in range(times - 1):
                await engine.answer(REQUEST)
            return await engine.answer(REQUEST)
        finally:
            await engine.close()

    return asyncio.run(run())


def failure(server: ModelServer, fault: Fault, *, timeout_s: float = 5) -> RestoreError:
    server.always = fault
    with pytest.raises(RestoreError) as caught:
        ask(server, timeout_s=timeout_s)
    assert KEY not in f"{caught.value.message} {caught.value.hint}"
    return caught.value


def test_a_reply_brings_text_usage_and_the_model_as_served(server: ModelServer) -> None:
    server.served = "served-model"

    answer = ask(server)

    assert answer.text == "<piece-1-ab>\nThe law enforcement office.\n</piece-1-ab>"
    assert (answer.usage.input_tokens, answer.usage.output_tokens) == (100, 20)
    assert (answer.model, answer.finish) == ("served-model", "stop")


def test_a_reply_says_what_the_endpoint_will_still_take_and_how_long_it_took(
    server: ModelServer,
) -> None:
    server.delay_s = 0.05
    server.always = with_headers(
        x_ratelimit_remaining_requests="59", x_ratelimit_reset_requests="1m1s"
    )

    answer = ask(server)

    assert answer.allowance == Allowance(59, 61, None, None)
    assert (answer.seconds or 0) >= 0.05


def test_the_request_carries_model_messages_parameters_and_the_key(server: ModelServer) -> None:
    ask(server)

    sent = server.requests[0]
    assert sent["messages"] == [{"role": "user", "content": PIECE}]
    assert (sent["model"], sent["temperature"], sent["max_tokens"]) == ("m", 0.5, 100)
    assert server.headers[0]["authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize(
    "name",
    [
        "html with 200",
        "invalid json",
        "choices null",
        "no choices",
        "error body with 200",
        "a list",
        "message null",
        "nested without end",
        "not UTF-8",
    ],
)
def test_what_is_no_completion_is_told_from_a_reply(server: ModelServer, name: str) -> None:
    assert isinstance(failure(server, INVALID[name]), NoCompletion)


def test_an_error_in_the_body_of_a_200_is_passed_on(server: ModelServer) -> None:
    assert "overloaded" in failure(server, INVALID["error body with 200"]).message


@pytest.mark.parametrize(
    ("name", "finish"),
    [("content null", "stop"), ("empty content", "stop"), ("refusal field", "refusal")],
)
def test_a_reply_without_text_was_paid_for_too(server: ModelServer, name: str, finish: str) -> None:
    server.always = INVALID[name]

    answer = ask(server)

    assert (answer.text.strip(), answer.finish, answer.usage.input_tokens) == ("", finish, 100)


def test_an_endless_reply_is_invalid_and_not_read_to_its_end(server: ModelServer) -> None:
    sent: list[int] = []

    error = failure(server, endless(200, sent))

    assert isinstance(error, InvalidReply)
    assert error.problem == "length"
    assert sum(sent) < 1 << 25


def test_an_endless_error_is_still_its_status_and_not_read_to_its_end(server: ModelServer) -> None:
    sent: list[int] = []

    error = failure(server, endless(503, sent))

    assert isinstance(error, TransientFailure)
    assert error.busy
    assert sum(sent) < 1 << 25


@pytest.mark.parametrize(
    ("reason", "finish"),
    [("length", "length"), ("content_filter", "filter"), (None, "stop"), (["stop"], "stop")],
)
def test_the_finish_reason_is_passed_on(server: ModelServer, reason: object, finish: str) -> None:
    server.always = reply(lambda text: completion(text, finish_reason=reason))

    assert ask(server).finish == finish


def test_a_refusal_beside_text_is_a_refusal(server: ModelServer) -> None:
    server.always = reply(lambda text: completion(None, message={"content": text, "refusal": "no"}))

    assert ask(server).finish == "refusal"


@pytest.mark.parametrize(
    "usage",
    [
        b"null",
        b"{}",
        b'{"prompt_tokens": null, "prompt_tokens_details": null}',
        b'{"prompt_tokens": "many"}',
        b'{"prompt_tokens": [9]}',
        b'{"prompt_tokens": Infinity}',
        b'{"prompt_tokens": NaN}',
        b'{"prompt_tokens": -9}',
    ],
    ids=["null", "empty", "null counts", "a word", "a list", "infinite", "no number", "negative"],
)
def test_missing_or_senseless_usage_counts_as_nothing(server: ModelServer, usage: bytes) -> None:
    server.always = body(b'{"choices": [{"message": {"content": "x"}}], "usage": %s}' % usage)

    assert ask(server).usage.input_tokens == 0


def test_cached_input_tokens_are_counted(server: ModelServer) -> None:
    usage = b'{"prompt_tokens": 9, "prompt_tokens_details": {"cached_tokens": 4}}'
    server.always = body(b'{"choices": [{"message": {"content": "x"}}], "usage": %s}' % usage)

    assert ask(server).usage.cached_input_tokens == 4


@pytest.mark.parametrize("code", [408, 409, 429, 500, 502, 503, 529])
def test_a_status_that_may_pass_is_transient(server: ModelServer, code: int) -> None:
    error = failure(server, status(code))

    assert isinstance(error, TransientFailure)
    assert error.busy == (code in {429, 503, 529})


def test_retry_after_is_read_as_seconds(server: ModelServer) -> None:
    error = failure(server, status(429, retry_after="7"))

    assert isinstance(error, TransientFailure)
    assert error.retry_after_s == 7


def test_retry_after_is_read_as_a_date(server: ModelServer) -> None:
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)

    error = failure(server, status(429, retry_after=date))

    assert isinstance(error, TransientFailure)
    assert error.retry_after_s == pytest.approx(30, abs=3)


@pytest.mark.parametrize("value", ["soon", "nan", "inf"])
def test_a_retry_after_that_is_neither_is_ignored(server: ModelServer, value: str) -> None:
    error = failure(server, status(429, retry_after=value))

    assert isinstance(error, TransientFailure)
    assert error.retry_after_s is None


def test_an_endpoint_that_asks_to_wait_long_is_asked_no_more(server: ModelServer) -> None:
    error = failure(server, status(429, retry_after="3600"))

    assert isinstance(error, EndpointRefused)
    assert "3,600 s" in error.message


@pytest.mark.parametrize(
    ("fault", "hint"),
    [
        (status(401), "OPENAI_API_KEY"),
        (status(403), "OPENAI_API_KEY"),
        (status(404, code="model_not_found"), "--model"),
        (status(429, code="insufficient_quota"), "credit"),
        (status(402), "credit"),
    ],
    ids=["bad key", "forbidden", "unknown model", "no quota", "payment required"],
)
def test_a_refusal_for_good_says_what_to_do(server: ModelServer, fault: Fault, hint: str) -> None:
    error = failure(server, fault)

    assert isinstance(error, EndpointRefused)
    assert hint in str(error.hint)


@pytest.mark.parametrize(
    ("message", "hint"),
    [
        ("temperature is not supported with this model", "unset it"),
        ("maximum context length exceeded", "--chunk-words"),
        ("something else", None),
    ],
)
def test_a_bad_request_is_not_retried_and_hints_at_the_setting(
    server: ModelServer, message: str, hint: str | None
) -> None:
    error = failure(server, status(400, message=message))

    assert type(error) is CallFailed
    assert (error.hint is None) == (hint is None)
    assert hint is None or hint in str(error.hint)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b'{"error": {"message": "no, sir", "code": 7}}', "no, sir"),
        (b'{"error": "no, sir"}', "no, sir"),
        (b'{"detail": "no, sir"}', "{'detail': 'no, sir'}"),
        (b"no, sir", "no, sir"),
        (b"<html>no, sir</html>", "Error code: 400"),
        (b"", "Error code: 400"),
    ],
    ids=["as OpenAI's", "a text", "another shape", "no JSON", "a web page", "nothing"],
)
def test_an_error_is_told_in_the_endpoints_own_words(
    server: ModelServer, content: bytes, words: str
) -> None:
    error = failure(server, lambda handler, text: handler.send(400, content, "text/plain"))

    assert error.message == f"'{server.base_url}' answered 400: {words}"


@pytest.mark.parametrize("fault", [hang, drip], ids=["hangs", "drips"])
def test_a_call_never_outlasts_its_total_time(server: ModelServer, fault: Fault) -> None:
    begin = time.monotonic()

    error = failure(server, fault, timeout_s=0.5)

    assert isinstance(error, TransientFailure)
    assert time.monotonic() - begin < 3


def test_a_cut_reply_is_transient_once_the_endpoint_was_reached(server: ModelServer) -> None:
    server.script = [lambda handler, text: handler.send_json(200, completion(text)), cut]

    with pytest.raises(TransientFailure):
        ask(server, times=2)


@pytest.mark.parametrize("fault", [cut, reset, not_http], ids=["cut", "reset", "not HTTP"])
def test_a_connection_that_was_made_and_lost_is_worth_a_retry(
    server: ModelServer, fault: Fault
) -> None:
    assert isinstance(failure(server, fault), TransientFailure)


def test_a_server_that_was_never_reached_is_refused_with_a_hint() -> None:
    nowhere = ModelServer(base_url="http://127.0.0.1:9/v1")

    with pytest.raises(EndpointRefused) as caught:
        ask(nowhere)

    assert "http://127.0.0.1:9/v1" in caught.value.message
    assert "--base-url" in str(caught.value.hint)
