"""How a pass over a pool is cut."""

from pathlib import Path

import numpy as np

from campaigns.learning.score_files import score_to_file
from tests.learning.toys import MadeInputs, MadeModel, some_images


def test_a_pass_reads_as_many_images_at_a_time_as_it_was_told(tmp_path: Path) -> None:
    inputs = MadeInputs(some_images(40))
    score_to_file(
        tmp_path / "scores.safetensors",
        MadeModel(3, 4),
        inputs,
        np.arange(40),
        classes=4,
        progress=lambda _done, _total: None,
        batch_size=16,
    )
    assert [len(rows) for rows in inputs.asked] == [16, 16, 8]
