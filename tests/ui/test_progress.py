import pytest

from eval.runs import count_steps
from ui.commands.progress import show_progress


def test_progress_goes_to_stderr_alone(capsys: pytest.CaptureFixture[str]) -> None:
    with show_progress() as progress:
        progress("encode", 0, 2)
        progress("encode", 2, 2)
        progress("ask", 0, 1)
        progress("ask", 1, 1)
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "encode" in captured.err
    assert "ask" in captured.err


def test_steps_are_counted_up() -> None:
    seen: list[tuple[str, int, int]] = []
    step = count_steps(lambda *told: seen.append(told), "ask", 2)
    step()
    step()
    assert seen == [("ask", 0, 2), ("ask", 1, 2), ("ask", 2, 2)]
