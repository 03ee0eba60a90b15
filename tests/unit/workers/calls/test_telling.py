"""What the language engine is asked about a call."""

from __future__ import annotations

from adapters.capabilities import Capabilities
from adapters.nlp.none import NoLanguage
from schemas.language import LanguageGuess, TextAnalysis
from schemas.rows.call import UtteranceRow
from workers.calls.telling import in_their_languages, remembering, told_language


class Polyglot(NoLanguage):
    """Spanish where there is an `ñ`, English else; notes what it was asked."""

    capabilities = Capabilities(provides=("language",))

    def __init__(self):
        super().__init__(NoLanguage.Options())
        self.asked = []

    def analyze(self, texts, language=None):
        self.asked.append((tuple(texts), language))
        told = [language or ("es" if "ñ" in text else "en") for text in texts]
        return tuple(TextAnalysis(language=LanguageGuess(language=one, confidence=0.99), adapter="polyglot/1/x") for one in told)


def row(number, text):
    return UtteranceRow(utterance_no=number, text=text, confidence=1, adapter="x/1/y")


def test_each_turn_is_told_by_its_words(tools):
    made = tools(nlp=Polyglot())
    found = in_their_languages([row(1, "Good morning"), row(2, "Mañana por la mañana")], "en", made)
    assert [one.language for one in found] == ["en", "es"]
    assert [step.step for step in made.steps.rows] == ["nlp"]


def test_without_an_engine_that_tells_them_all_are_in_the_call_s(tools):
    made = tools()
    assert [one.language for one in in_their_languages([row(1, "Mañana")], "en", made)] == ["en"]
    assert told_language([row(1, "Mañana")], made) is None
    assert made.steps.rows == []


def test_the_whole_call_s_language(tools):
    assert told_language([row(1, "a"), row(2, "ñ")], tools(nlp=Polyglot())) == "es"
    assert told_language([row(1, "  ")], tools(nlp=Polyglot())) is None


def test_a_text_is_analysed_once_in_its_language(tools):
    engine = Polyglot()
    nlp = remembering(tools(nlp=engine)).nlp
    nlp.analyze(["one", "año", "one"])
    assert [found.language.language for found in nlp.analyze(["one", "año"], "es-MX")] == ["es-MX", "es"]
    assert engine.asked == [(("one", "año"), None), (("one",), "es-MX")]
