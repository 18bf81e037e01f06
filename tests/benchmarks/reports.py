"""What a report of a campaign as large as COCO costs: `python -m tests.benchmarks.reports [--home P] [--images N]`.

82 000 training images, 80 classes, 10 criteria x 4 trials = 40 arms of 6 rounds. Labels and scores are drawn, the picks
are what the criteria choose from them, and journals, picks, class maps and seals are written by the worker's own
writers; only models and scores, which a report does not read, are left out. Making it takes a while: `--home` keeps it.
Printed are seconds and the largest resident memory of `alwsl-tui report` as a process of its own.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import redirect_stdout
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from campaigns.core.events import EpochDone, Evaluated, Event, RoundDone, RoundStarted, Scored, Started
from campaigns.core.ids import Job, JobKind
from campaigns.core.states import AttemptState, JobState
from campaigns.datasets.catalogue import open_dataset
from campaigns.home.journal import Recorded
from campaigns.home.maps import write_maps
from campaigns.home.picks import read_picks
from campaigns.home.scores import ScoredPool
from campaigns.home.split import FrozenSplit, LabelSource
from campaigns.home.task import Task
from campaigns.oracle.oracle import RevealedLabels
from campaigns.selection.scores import Scores
from campaigns.services.campaigns.find import recipe_of
from campaigns.services.campaigns.new import create_campaign
from campaigns.services.report.thumbnails import SHOWN
from campaigns.services.workspace import Workspace, open_workspace
from campaigns.store.attempts import add_attempt, ingest
from campaigns.store.campaigns import list_jobs
from campaigns.store.rescue import put_job_state
from campaigns.store.rows import AttemptRow, CampaignRow
from campaigns.worker.journal import Journal
from campaigns.worker.picking import Pool, pick
from campaigns.worker.rounds import Round, seal
from campaigns.worker.setting import Setting
from tests.benchmarks.measuring import machine, table

IMAGES, TEST_IMAGES, CLASSES = 82_000, 4_000, 80
CRITERIA = ("random", "unc", "ent", "mm", "sepsum", "sepmax", "sepmin", "ag", "vote", "adv")
NAME = "coco-sized"
ALLOWED_SECONDS, ALLOWED_MIB = 30, 2048

PROGRAM = """
import json, sys, time
from alwsl_tui.entry import main
main()
# Not what the system says of an ended child: that counts in the memory of the process that began it.
kib = next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM"))
print("\\n" + json.dumps({"kib": kib, "cpu": time.process_time()}), file=sys.stderr)
"""
"""The program, which says in the end what it took."""


def main() -> int:
    """Make, measure, print; 1 when it takes more than it may."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, default=None)
    parser.add_argument("--images", type=int, default=IMAGES)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        place = open_workspace(wanted.home or Path(scratch) / "home")
        if not place.home.store.exists():
            began = time.perf_counter()
            make(place, wanted.images)
            print(f"made in {time.perf_counter() - began:.0f} s")
        print(f"{machine()}; {wanted.images:,} images, {CLASSES} classes, {size_of(place):,} MiB of picks")
        rows, worst = [], (0.0, 0.0)
        for formats in (["html"], ["json"], ["csv"], ["latex"], ["png", "svg"], ["html", "json", "csv", "latex"]):
            seconds, cpu, mib = measured(place, Path(scratch), formats)
            rows.append((" ".join(formats), f"{seconds:.1f}", f"{cpu:.1f}", f"{mib:.0f}"))
            worst = max(worst[0], seconds), max(worst[1], mib)
        print(table(("report --format", "seconds", "of a processor", "peak MiB"), rows))
    return 0 if worst[0] < ALLOWED_SECONDS and worst[1] < ALLOWED_MIB else 1


def measured(place: Workspace, out: Path, formats: list[str]) -> tuple[float, float, float]:
    """Seconds of the program, those of them on a processor, and MiB of its largest resident memory."""
    words = [word for name in formats for word in ("--format", name)]
    began = time.perf_counter()
    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM, "report", NAME, *words, "--out", str(out), "--home", str(place.home.folder)],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    found = json.loads(ended.stderr.splitlines()[-1])
    return time.perf_counter() - began, found["cpu"], found["kib"] / 1024


def size_of(place: Workspace) -> int:
    """MiB of all picks."""
    return sum(path.stat().st_size for path in place.home.campaigns.rglob("picks.json")) >> 20


def make(place: Workspace, images: int) -> CampaignRow:
    """Data set, campaign, run folders, store."""
    root = place.home.folder / "data"
    annotate(root, images)
    names = json.dumps(CRITERIA)
    part = images / IMAGES
    add = [max(4, round(part * n)) for n in (1640, 1640, 1640, 1640, 8200)]
    row = create_campaign(
        place, "coco-wildcat", name=NAME,
        overrides=[
            f"data.root={root}", "data.on_unreadable=skip", "model.backbone=efficientnet_lite0", "run.device=cpu",
            f"criteria.names={names}", "protocol.trials=4",
            f"protocol.initial={add[0]}", f"protocol.add={json.dumps(add)}",
            f"protocol.report_at=[{add[0] * 5}, {add[0] * 5 + add[4]}]",
        ],
    ).campaign  # fmt: skip
    with ProcessPoolExecutor() as several:
        told = dict(several.map(partial(perform, place, row), row.plan.jobs))
    with place.store() as store:
        for job_row in list_jobs(store, row.id):
            attempt = an_attempt(row, job_row.job)
            add_attempt(store, attempt)
            ingest(store, attempt, told[job_row.job.id], offset=0)
            put_job_state(store, job_row, JobState.DONE)
    draw_pictures(place, row, root)
    return row


def annotate(root: Path, images: int) -> None:
    """COCO's JSON files, with labels as unevenly spread as there."""
    rng = np.random.default_rng(0)
    (root / "annotations").mkdir(parents=True)
    share = np.clip(0.5 / np.arange(1, CLASSES + 1) ** 0.9, 0.0005, 0.5)
    for split, count in (("train", images), ("val", TEST_IMAGES)):
        first = 1 if split == "train" else 1_000_000
        there = rng.random((count, CLASSES)) < share
        there[np.arange(count), rng.integers(0, CLASSES, count)] = True
        marks = np.argwhere(there)
        said = {
            "images": [{"id": first + at, "file_name": f"{split}_{at:06d}.jpg"} for at in range(count)],
            "categories": [{"id": at + 1, "name": f"class {at}"} for at in range(CLASSES)],
            "annotations": [
                {"id": n, "image_id": first + int(at), "category_id": int(c) + 1, "iscrowd": 0}
                for n, (at, c) in enumerate(marks)
            ],
        }
        (root / "annotations" / f"instances_{split}2014.json").write_text(json.dumps(said))
        (root / f"{split}2014").mkdir()


def perform(place: Workspace, row: CampaignRow, job: Job) -> tuple[str, list[Recorded]]:
    """All that a job leaves in its folder, and what it says."""
    recipe, paths = recipe_of(place, row.id), place.home.campaign(row.id).job(job.id)
    attempt = paths.attempt(1)
    attempt.folder.mkdir(parents=True)
    Task(place.home.folder, row.id, job, 1, device="cpu", threads=1, slot="cpu", started=row.created).write(
        attempt.task
    )
    dataset = open_dataset(recipe.data, indexes=place.home.indexes)
    at = {image: place_ for place_, image in enumerate(dataset.train.ids)}
    split = FrozenSplit.read(place.home.campaign(row.id).split)
    setting = cast(Setting, SimpleNamespace(recipe=recipe, dataset=dataset))
    labelled = np.array([at[image] for image in split.initial[job.trial or 0]], np.int64)
    plan, journal, said = row.plan, Journal(attempt.journal), list[Recorded]()
    say = partial(tell, journal, said)
    with redirect_stdout(open(os.devnull, "w")):  # noqa: PTH123  the log of a worker
        say(Started("cpu", 1, "cpu, 1 threads; Python 3.11, torch 2.13, numpy 2"))
        numbers = range(plan.schedule.last + 1) if job.kind is JobKind.ARM else range(1)
        for number in numbers:
            rng = np.random.default_rng((hash(job.trial) & 7, number, len(job.id)))
            told = RevealedLabels(labelled, dataset.train.labels[labelled], dataset.classes, np.empty(0, np.int64))
            round_ = Round(number, told, plan.schedule.epochs[number], (number, 1), paths.round(number))
            round_.paths.folder.mkdir(parents=True)
            if job.kind is not JobKind.ARM or number:
                measure(round_, job, rng, say)
            n = plan.schedule.picks(number) if job.kind is not JobKind.FULL else 0
            if n:
                labelled = np.concatenate([labelled, choose(setting, round_, n, job, rng, journal, say)])
            seal(round_, LabelSource.DATASET)
            say(RoundDone(number, len(round_.labelled)))
    return job.id, said


def tell(journal: Journal, said: list[Recorded], event: Event) -> None:
    """To the journal, and to the store later."""
    journal.say(event)
    said.append(Recorded(journal.number, time.time(), event))


def measure(round_: Round, job: Job, rng: np.random.Generator, say: Any) -> None:
    """A model that was never trained; a little better with every round, and differently so by criterion."""
    gain = 0.004 * (CRITERIA.index(job.criterion) if job.criterion else 0)
    easy = np.linspace(0.9, 0.15, CLASSES)
    ap = np.clip(easy * (0.6 + 0.07 * round_.number + gain) + 0.01 * rng.standard_normal(CLASSES), 0.01, 0.99)
    if job.kind is JobKind.FULL:
        ap = np.clip(easy * 1.08, 0.01, 0.99)
    say(RoundStarted(round_.number, len(round_.labelled), 1))
    say(EpochDone(round_.number, 1, 0.1, 60.0))
    say(Evaluated(round_.number, float(ap.mean()), tuple(map(float, ap)), 20.0))
    round_.seconds.update(train=60.0, evaluate=20.0)


def choose(
    setting: Setting, round_: Round, n: int, job: Job, rng: np.random.Generator, journal: Journal, say: Any
) -> NDArray[np.int64]:
    """What the job's criterion picks from drawn scores."""
    pool = np.setdiff1d(np.arange(len(setting.dataset.train)), round_.labelled)
    truth = setting.dataset.train.labels[pool] == 1
    logits = (3 * truth - 3 + rng.standard_normal(truth.shape)).astype(np.float32)
    peak = logits + rng.random(truth.shape, np.float32)
    trough = logits - 2 * rng.random(truth.shape, np.float32)
    seen = Pool.ranked_by_all(ScoredPool(Scores(logits, peak, trough), pool), n)
    say(Scored(round_.number, len(pool), 40.0))
    picked = pick(setting, round_, seen, criterion=job.criterion, journal=journal)
    if len(picked):
        write_maps(round_.paths.maps, rng.random((2 * SHOWN, CLASSES, 7, 7)).astype(np.float16))
    return picked


def an_attempt(row: CampaignRow, job: Job) -> AttemptRow:
    """The only one."""
    return AttemptRow(
        row.id, job.id, 1, AttemptState.DONE, "cpu", 1, None, row.created, row.created + 1, 0, "", "", None, None,
        None, None, 0,
    )  # fmt: skip


def draw_pictures(place: Workspace, row: CampaignRow, root: Path) -> None:
    """Those that a report may show."""
    rng = np.random.default_rng(0)
    dataset = open_dataset(recipe_of(place, row.id).data, indexes=place.home.indexes)
    at = {image: row_ for row_, image in enumerate(dataset.train.ids)}
    for path in place.home.campaign(row.id).jobs.glob("arm-t0-*/rounds/*/picks.json"):
        found = read_picks(path)
        for image in found.images[:SHOWN] if found else ():
            target = dataset.train.path(at[image])
            assert target is not None and target.is_relative_to(root)  # noqa: PT018
            pixels = rng.integers(0, 255, (12, 16, 3), np.uint8)
            Image.fromarray(pixels).resize((640, 480), Image.Resampling.BICUBIC).save(target)


if __name__ == "__main__":
    sys.exit(main())
