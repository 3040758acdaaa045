"""What exit codes mean."""

import pytest

from tradingbot_infra.operations.diagnosis.exit_codes import exit_code_in_words


@pytest.mark.parametrize(("code", "words"), [(137, "exit code 137: it was killed (SIGKILL)"), (42, "exit code 42")])
def test_a_code_is_told_in_words_where_they_are_known(code: int, words: str) -> None:
    assert exit_code_in_words(code).startswith(words)
