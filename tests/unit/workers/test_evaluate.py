from __future__ import annotations

import pytest

from schemas.errors import InvalidRequest
from workers.evaluate import engine_names


@pytest.mark.parametrize(
    ("stated", "names"),
    [(None, ("local",)), ("none", ("none",)), (" transformers , local,transformers,", ("transformers", "local"))],
)
def test_engines_are_named_once_and_default_to_the_deployment_s(stated: str | None, names: tuple[str, ...]) -> None:
    assert engine_names(stated, "local", "--nlp") == names


@pytest.mark.parametrize("stated", ["", " , "])
def test_no_name_is_wrong_usage(stated: str) -> None:
    with pytest.raises(InvalidRequest, match="--nlp names no engine"):
        engine_names(stated, "local", "--nlp")
