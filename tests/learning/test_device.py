import subprocess
import sys

import pytest
import torch

from campaigns.errors import NoDevice
from campaigns.learning.device import choose_device, describe, load_torchvision, prepare

has_gpu = torch.cuda.device_count() > 0


def test_torchvision_loads_beside_any_torch_and_stays_loaded() -> None:
    torchvision = load_torchvision()
    assert load_torchvision() is torchvision is sys.modules["torchvision"]
    assert torchvision.models.get_model_weights("resnet18").IMAGENET1K_V1.url.endswith(".pth")


def test_the_cpu_is_always_there() -> None:
    assert choose_device("cpu") == torch.device("cpu")


def test_auto_takes_a_gpu_where_there_is_one() -> None:
    assert choose_device("auto").type == ("cuda" if has_gpu else "cpu")


@pytest.mark.skipif(has_gpu, reason="this machine has a GPU")
def test_cuda_without_a_gpu_says_what_to_do() -> None:
    with pytest.raises(NoDevice) as caught:
        choose_device("cuda")
    assert "run.device=cpu" in caught.value.hint


@pytest.mark.parametrize("count", [1, 4])
def test_a_gpu_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    monkeypatch.setattr(torch.cuda, "device_count", lambda: count)
    assert choose_device("cuda", count - 1) == torch.device("cuda", count - 1)
    assert choose_device("auto") == choose_device("cuda") == torch.device("cuda", 0)
    for index in (count, -1):
        with pytest.raises(NoDevice, match=f"cuda:{index}"):
            choose_device("cuda", index)


@pytest.mark.slow
def test_preparing_sets_the_threads_of_a_process_and_can_be_said_twice() -> None:
    code = (
        "import torch; from campaigns.learning.device import prepare;"
        "prepare(1, True); prepare(1, True); torch.ones(9) @ torch.ones(9); prepare(1, False);"
        "print(torch.get_num_threads(), torch.get_num_interop_threads())"
    )
    ran = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False)
    assert ran.stdout.split() == ["1", "1"], ran.stderr


def test_zero_threads_leave_them_alone() -> None:
    before = torch.get_num_threads()
    prepare(0, deterministic=False)
    assert torch.get_num_threads() == before


def test_a_description_is_one_line_with_the_versions() -> None:
    line = describe(torch.device("cpu"))
    assert line.startswith("cpu, ")
    assert "\n" not in line
    for name in ("Python", f"torch {torch.__version__}", "torchvision", "numpy"):
        assert name in line
