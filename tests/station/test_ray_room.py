"""What Ray has room for, which addresses there are, and what handles and slots come to without a cluster."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.core.execution import LOCAL, RAY, Handle, Slot, Wish, device_of, engine_of, executor_of
from campaigns.errors import BadRecipe, Damaged, NoEngine, UsageError
from campaigns.home.identity import home_id
from campaigns.home.paths import AttemptPaths
from campaigns.home.submission import Submission
from campaigns.recipe import load_recipe
from campaigns.services.campaigns.executor import chosen_executor
from campaigns.station.executors.engines import Engines
from campaigns.station.executors.local import LocalExecutor
from campaigns.station.executors.ray.address import NO_TOKEN, is_address, obstacle_at
from campaigns.station.executors.ray.executor import RayExecutor
from campaigns.station.executors.ray.room import (
    Load,
    device_for,
    lack_of_nodes,
    lack_of_room,
    load_of,
    options_for,
    workers_on,
)
from campaigns.station.executors.ray.talk import (
    AttemptNews,
    AttemptPhase,
    BridgeNews,
    BridgeOrder,
    BridgeVerb,
    ClusterNode,
    line_of,
    read_news,
    read_order,
)

NAME = "alwsl-tiny.abcdef-arm-t0-ag-1-0a1b2c3d"


def node(name: str = "n1", **facts: float) -> ClusterNode:
    known = {"cores": 8.0, "cards": 0.0} | facts
    free = {"free_cores": known["cores"], "free_cards": known["cards"]} | known
    return ClusterNode(
        name, name, True, known["cores"], free["free_cores"], known["cards"], free["free_cards"],
        labels={"gpu_kind": "H100"}, resources={"disk": 2.0},
    )  # fmt: skip


def test_a_job_goes_where_cores_and_a_card_are_free() -> None:
    wish = Wish("auto", 2, 2, "ray:auto")
    nodes = [node(cards=2)]
    assert (device_for(wish, nodes), device_for(wish, [node()])) == ("cuda", "cpu")
    load = load_of(2, options_for(wish, nodes))
    assert load == Load(2, 0.5)
    assert workers_on(nodes, load) == 4
    assert lack_of_room(nodes, load, []) == ""
    assert lack_of_room(nodes, load, [load] * 3) == ""
    assert lack_of_room(nodes, load, [load] * 4) == "2 of 2 GPUs are taken"
    assert lack_of_room([node(cards=4, free_cards=0)], load, []) == "4 of 4 GPUs are taken"
    assert lack_of_room([node(free_cores=1)], Load(2), []) == "needs 2 cores; 1 of 8 cores are free, on no node enough"


def test_what_no_node_has_is_said_as_such() -> None:
    h100 = load_of(1, ("num_gpus:1.0000", "label:gpu_kind=H100", "resource:disk=1"))
    assert h100 == Load(1, 1.0, (("gpu_kind", "H100"),), (("disk", 1.0),))
    assert lack_of_nodes([node(cards=1)], h100) == ""
    assert lack_of_nodes([node()], h100) == "no node of this cluster has 1 core, 1 GPU, disk 1, gpu_kind H100"
    assert lack_of_nodes([], h100) == "", "nobody knows yet"
    assert lack_of_nodes([node(cards=1, free_cards=0, free_cores=0)], h100) == "", "it is only taken"
    a100 = load_of(1, ("label:gpu_kind=A100",))
    assert lack_of_nodes([node()], a100) == "no node of this cluster has 1 core, gpu_kind A100"


@given(cores=st.integers(1, 64), threads=st.integers(1, 64), unplaced=st.integers(0, 64))
def test_there_is_room_for_as_many_as_a_node_runs_at_once(cores: int, threads: int, unplaced: int) -> None:
    nodes, load = [node(cores=cores)], Load(threads)
    assert (lack_of_room(nodes, load, [load] * unplaced) == "") is (unplaced < workers_on(nodes, load))


@pytest.mark.parametrize("text", ["auto", "10.0.0.1:6379", "head:1", "//head.lab:10001", "[::1]:6379", "a-b.c:65535"])
def test_addresses(text: str) -> None:
    assert is_address(text)
    assert chosen_executor(f"ray:{text}") == f"ray:{text}"
    handle = Handle(Submission(RAY, NAME, 1764421244.25, cluster=text).to_text())
    ray = Engines(LocalExecutor(), is_looking=True).of_handle(handle)
    assert isinstance(ray, RayExecutor)
    assert (ray.address, ray.name) == (text, f"ray:{text}")


@pytest.mark.parametrize(
    "text", ["head", "head:0", "head:65536", "//head", ":1", "a b:1", "-x:1", "auto:", "http://h:1"]
)
def test_what_is_no_address_is_refused(text: str) -> None:
    assert not is_address(text)
    with pytest.raises(NoEngine, match="is no address of a cluster") as refusal:
        chosen_executor(f"ray:{text}")
    assert refusal.value.exit_code == 3
    assert "ray:auto" in refusal.value.hint


def test_ray_alone_is_the_cluster_of_this_machine() -> None:
    assert chosen_executor("ray") == "ray:auto"
    for wrong in ("rai", "slurm:x", "local:1"):
        with pytest.raises(UsageError):
            chosen_executor(wrong)


def test_another_machine_is_asked_with_a_token_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("ray")
    monkeypatch.delenv("RAY_AUTH_MODE", raising=False)
    assert obstacle_at("10.0.0.1:6379") == NO_TOKEN
    assert obstacle_at("localhost:6379") == obstacle_at("127.0.0.1:6379") == obstacle_at("auto") == ""
    monkeypatch.setenv("RAY_AUTH_MODE", "token")
    assert obstacle_at("10.0.0.1:6379") == ""


def test_a_slot_says_which_cluster_it_is_of() -> None:
    slot = str(Slot("cuda", None, "ray:10.0.0.1:6379"))
    assert (slot, executor_of(slot), device_of(slot)) == ("ray:10.0.0.1:6379:cuda", "ray:10.0.0.1:6379", "cuda")
    assert engine_of(executor_of(slot)) == RAY
    assert (executor_of("cuda:1"), device_of("cuda:1"), executor_of("cpu")) == (LOCAL, "cuda", LOCAL)


def test_the_note_beside_a_task_names_the_actor_and_its_cluster(tmp_path: Path) -> None:
    paths, engines = AttemptPaths(tmp_path), Engines(LocalExecutor(), is_looking=True)
    Submission(RAY, NAME, 1.0, cluster="//head:10001").write(paths.engine)
    assert engines.recall(paths) == f"ray - //head:10001 1.000 {NAME}"
    paths.engine.write_text('{"schema": 1, "engine": "dask", "name": "a", "submitted": 1.0}')
    with pytest.raises(Damaged, match="no executor 'dask'"):
        engines.recall(paths)


def test_what_a_station_and_its_bridge_say_is_read_as_it_was_said() -> None:
    order = BridgeOrder(BridgeVerb.START, NAME, Path("/home/a"), 2, 0.5, ("label:a=b",), ("f00",))
    assert read_order(line_of(order)) == order
    news = BridgeNews(1.5, AttemptNews(NAME, AttemptPhase.RUNNING, where="n1"), (node(),), "no", "never", "hint")
    assert read_news(line_of(news)) == news
    for line in (b"", b"{}x", b'{"verb": "format", "name": "a"}', b'{"heard": "x"}', b'{"heard": -1.0}'):
        with pytest.raises(ValueError):  # noqa: PT011  # whatever is wrong with it
            read_news(line) if b"heard" in line else read_order(line)


def test_a_recipe_says_what_a_node_has_to_have() -> None:
    recipe = load_recipe("smoke", ['run.needs={gpu_kind="H100", disk=2}'])
    assert recipe.run.node_needs == ("resource:disk=2", "label:gpu_kind=H100")
    assert load_recipe("smoke").run.node_needs == ()
    for wrong in ('{"a b"="x"}', "{disk=0}", "{disk=-1}", '{gpu=""}', "{a=[1]}"):
        with pytest.raises(BadRecipe):
            load_recipe("smoke", [f"run.needs={wrong}"])


def test_a_home_keeps_its_id(tmp_path: Path) -> None:
    first = home_id(tmp_path)
    assert len(first) == 16
    assert home_id(tmp_path) == first
    assert [path.name for path in tmp_path.iterdir()] == ["home.json"]
    (tmp_path / "home.json").write_text('{"schema": 1, "id": "../../x"}')
    with pytest.raises(Damaged):
        home_id(tmp_path)
