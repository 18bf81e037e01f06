"""`python -m campaigns.worker.errands`: what a command asks of a model, read from stdin and answered on stdout."""

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from campaigns.errors import AlwslError, OutOfMemory
from campaigns.home.disk import system_error
from campaigns.home.errand import Errand, Failure, Outputs, Reply, read_errand, reply_line
from campaigns.home.files import keep_private

if TYPE_CHECKING:
    from campaigns.learning.trained import Prediction
    from campaigns.worker.departing import Departing

Say = Callable[[Reply], None]
GONE = 141
"""Exit code of who writes to nobody, as shells have it for SIGPIPE."""


def main() -> int:
    """Carry out the errand on stdin; return the exit code. What fails is the last reply."""
    keep_private()
    say = _speaking()
    try:
        errand = read_errand(sys.stdin.buffer.readline())
        paths = [Path(os.fsdecode(path)) for path in sys.stdin.buffer.read().split(b"\0") if path]
        for answer in answers(errand, paths, say):
            say(answer)
    except BrokenPipeError:
        return GONE
    except KeyboardInterrupt:
        return 130
    except (AlwslError, OSError, MemoryError, RuntimeError) as error:
        failure = _failure_of(error)
        if failure is None:
            raise
        say(Reply(failure=failure))
        return failure.code
    return 0


def _speaking() -> Say:
    """Return what writes an answer where the command reads it; whatever else is printed from here on goes to stderr."""
    lines = os.dup(1)
    os.dup2(2, 1)

    def say(reply: Reply) -> None:
        line = memoryview(reply_line(reply).encode())
        while line:
            line = line[os.write(lines, line) :]

    return say


def answers(errand: Errand, paths: list[Path], say: Say) -> Iterator[Reply]:
    """Yield what is to be said of an errand, as it goes on."""
    # Torch is imported only now: what is wrong with the errand itself is said without it.
    from campaigns.learning.model_files import load_model
    from campaigns.learning.trained import HALF
    from campaigns.worker.class_maps import draw_maps
    from campaigns.worker.departing import model_of

    if errand.source is None:
        assert errand.file is not None
        trained = load_model(errand.file, device=errand.device)
    else:
        departing = model_of(errand.source, errand.device, has_thresholds=errand.has_thresholds, say=say)
        trained = departing.trained
        if errand.out is not None:
            write(errand.out, departing)
    own = trained.thresholds if errand.has_thresholds else dict.fromkeys(trained.classes, HALF)
    thresholds = {} if trained.link == "softmax" else own | errand.thresholds
    yield Reply(description=trained.description, thresholds=thresholds)
    for prediction in trained.predict(paths, has_maps=errand.has_extrema or errand.maps is not None):
        if prediction.problem is not None:
            yield Reply(unread=_told(prediction.problem))
            continue
        labels = trained.labels(prediction, thresholds)
        if errand.maps is not None:
            draw_maps(errand.maps, prediction, labels, trained.description)
        yield Reply(outputs=_answer_of(prediction, labels, has_extrema=errand.has_extrema))


def write(path: Path, departing: "Departing") -> None:
    """Write a model in the form that the name of its file asks for.

    Raises:
        BadInput: what that needs is not installed.
        JobFailed: the model gives other numbers in that form.
    """
    from campaigns.learning.model_files import write_model
    from campaigns.learning.portable import write_onnx, write_pt2

    if path.suffix == ".onnx":
        write_onnx(path, departing.trained, departing.samples)
    elif path.suffix == ".pt2":
        write_pt2(path, departing.trained, departing.samples)
    else:
        write_model(path, departing.trained)


def _answer_of(prediction: "Prediction", labels: tuple[str, ...], *, has_extrema: bool) -> Outputs:
    logits = tuple(prediction.logits.tolist())
    if not has_extrema:
        return Outputs(logits, labels)
    assert prediction.maps is not None
    peaks, troughs = prediction.maps.max(axis=(1, 2)), prediction.maps.min(axis=(1, 2))
    return Outputs(logits, labels, tuple(peaks.tolist()), tuple(troughs.tolist()))


def _failure_of(error: BaseException) -> Failure | None:
    """Return what there is to be said of an error that a person can mend; None for a bug."""
    from campaigns.learning.memory import is_memory

    told = system_error(error, Path()) if isinstance(error, OSError) else error
    if isinstance(told, AlwslError):
        return _told(told)
    if is_memory(error):
        return Failure(OutOfMemory.exit_code, f"out of memory: {error}", "close what else takes memory, and try again")
    return None


def _told(error: AlwslError) -> Failure:
    return Failure(error.exit_code, error.message, error.hint, error.mistakes)


if __name__ == "__main__":
    sys.exit(main())
