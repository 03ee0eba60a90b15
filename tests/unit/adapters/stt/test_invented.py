"""What nobody said: loops, unsure text in silence, credits of subtitles."""

from __future__ import annotations

import pytest

from adapters.stt.invented import Doubt, Figures, compression, invented

SPOKEN = Figures(no_speech=0.1, log_probability=-0.4)
SILENT = Figures(no_speech=0.9, log_probability=-0.4)
UNSURE = Figures(no_speech=0.9, log_probability=-1.4)


@pytest.mark.parametrize(
    "text", ["My order has not arrived yet, could you look it up?", "Quisiera cancelar mi pedido.", "Thank you.", "Thanks for watching my dog."]
)
def test_speech_is_believed(text):
    assert not invented(text, SPOKEN, Doubt())


@pytest.mark.parametrize(
    "text",
    [
        "Subtitles by the Amara.org community",
        "Subtítulos realizados por la comunidad de Amara.org",
        "Untertitel der Amara.org-Community",
        "Sous-titrage ST' 501",
        "Thanks for watching!",
        "¡Gracias por ver el video!",
        "Vielen Dank fürs Zuschauen.",
    ],
)
def test_the_last_words_of_videos_are_not(text):
    assert invented(text, SPOKEN, Doubt())
    assert not invented(text, SPOKEN, Doubt(drop_known=False))


def test_loops_are_not():
    assert invented("I'm sorry. " * 20, SPOKEN, Doubt())
    assert not invented("I'm sorry. " * 20, SPOKEN, Doubt(max_compression=100))


def test_unsure_text_in_silence_is_not():
    assert invented("the weather is", UNSURE, Doubt())
    assert not invented("the weather is", SILENT, Doubt())
    assert not invented("the weather is", Figures(0.1, -1.4), Doubt())


@pytest.mark.parametrize("text", ["Thank you.", "you", "Gracias."])
def test_empty_words_are_believed_where_somebody_speaks(text):
    assert invented(text, SILENT, Doubt())
    assert not invented(text, SPOKEN, Doubt())


def test_compression_grows_with_repetition():
    assert compression("") == 0
    assert compression("we will call you tomorrow") < 1.3 < compression("so so so so so so so so so so so so so so")
