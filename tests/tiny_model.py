"""A llama model of random weights, small enough to be made when it is needed.

Its tokens are the 256 bytes; its words are noise. It runs in `.venv-llama`, which has gguf:
`.venv-llama/bin/python tests/tiny_model.py FILE brief|endless`.
"""

import sys
from typing import Any

import numpy as np

WIDTH, HEADS, INNER, CONTEXT = 32, 2, 64, 16_384
END = 2
"""The token that ends a reply."""
ENDING = {"brief": 3.0, "endless": 0.0}
"""Weight of the token that ends a reply, by what replies shall be; the others' is 1."""


def write(file: str, replies: str) -> None:
    """Write the model in llama.cpp's format; the same one every time."""
    import gguf  # type: ignore[import-not-found]  # noqa: PLC0415  # in .venv-llama alone

    model = gguf.GGUFWriter(file, "llama")
    _describe(model)
    _add_tokens(model, gguf.TokenType)
    _add_weights(model, ending=ENDING[replies])
    model.write_header_to_file()
    model.write_kv_data_to_file()
    model.write_tensors_to_file()
    model.close()


def _describe(model: Any) -> None:
    model.add_context_length(CONTEXT)
    model.add_embedding_length(WIDTH)
    model.add_block_count(1)
    model.add_feed_forward_length(INNER)
    model.add_head_count(HEADS)
    model.add_head_count_kv(HEADS)
    model.add_layer_norm_rms_eps(1e-5)
    model.add_rope_dimension_count(WIDTH // HEADS)


def _add_tokens(model: Any, kinds: Any) -> None:
    special = ["<unk>", "<s>", "</s>"]
    names = special + [f"<0x{byte:02X}>" for byte in range(256)]
    model.add_vocab_size(len(names))
    model.add_tokenizer_model("llama")
    model.add_token_list(names)
    model.add_token_scores([0.0] * len(names))
    model.add_token_types([kinds.UNKNOWN, kinds.CONTROL, kinds.CONTROL, *[kinds.BYTE] * 256])
    model.add_unk_token_id(0)
    model.add_bos_token_id(1)
    model.add_eos_token_id(END)


def _add_weights(model: Any, *, ending: float) -> None:
    drawn = np.random.default_rng(0)

    def random(*shape: int) -> Any:
        return drawn.normal(size=shape).astype(np.float32)

    output = random(259, WIDTH)
    output[END] *= ending
    model.add_tensor("token_embd.weight", random(259, WIDTH))
    model.add_tensor("output.weight", output)
    for name in ("output_norm", "blk.0.attn_norm", "blk.0.ffn_norm"):
        model.add_tensor(f"{name}.weight", np.ones(WIDTH, dtype=np.float32))
    for name in ("attn_q", "attn_k", "attn_v", "attn_output"):
        model.add_tensor(f"blk.0.{name}.weight", random(WIDTH, WIDTH))
    for name, shape in (("gate", (INNER, WIDTH)), ("up", (INNER, WIDTH)), ("down", (WIDTH, INNER))):
        model.add_tensor(f"blk.0.ffn_{name}.weight", random(*shape))


if __name__ == "__main__":
    write(*sys.argv[1:])
