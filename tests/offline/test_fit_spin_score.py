import numpy as np
from fit_spin_score import area, cut, fit


def test_a_sign_that_tells_the_sides_apart_gets_the_weight() -> None:
    signs = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    is_spun = np.array([False, False, True, True])

    strong, weak, bias = fit(signs, is_spun)

    assert strong > 10 * abs(weak)
    assert area(signs @ [strong, weak] + bias, is_spun) == 1


def test_clean_text_is_cut_into_whole_paragraphs() -> None:
    paragraph = "word " * 150

    pieces = list(cut("\n".join([paragraph] * 7)))

    assert [piece.count("\n") for piece in pieces] == [2, 2]
