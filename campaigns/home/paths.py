"""Every path of a home, with `label_paths`. Nothing else in the program joins path names of its own."""

from dataclasses import dataclass
from pathlib import Path

import platformdirs

from campaigns.home.label_paths import LabelPaths
from campaigns.home.store_place import PROGRAM, placed_store
from campaigns.home.typed_paths import path_in


def default_home() -> Path:
    """`ALWSL_HOME`, else the platform's data folder for this user."""
    return path_in("ALWSL_HOME") or platformdirs.user_data_path(PROGRAM)


@dataclass(frozen=True, slots=True)
class RoundPaths:
    """One round of one job: what it learnt, what it scored, what it picked."""

    folder: Path

    @property
    def model(self) -> Path:
        """The trained weights."""
        return self.folder / "model.safetensors"

    @property
    def scores(self) -> Path:
        """Logits and map extrema of the pool, in pool order, with the pool itself."""
        return self.folder / "scores.safetensors"

    @property
    def picks(self) -> Path:
        """What the round sends for labelling, with provenance."""
        return self.folder / "picks.json"

    @property
    def maps(self) -> Path:
        """Class maps of the picked images, in the order of the picks."""
        return self.folder / "maps.safetensors"

    @property
    def labels(self) -> Path:
        """What people had said when the round began, which it trains on; only where people label."""
        return self.folder / "labels.safetensors"

    @property
    def tested(self) -> Path:
        """Logits of every test image, labelled or not; only where people label."""
        return self.folder / "tested.safetensors"

    @property
    def evaluation(self) -> Path:
        """Average precision by class on the test set."""
        return self.folder / "evaluation.json"

    @property
    def checkpoint(self) -> Path:
        """The epoch to continue from; gone once the round is done."""
        return self.folder / "checkpoint.pt"

    @property
    def done(self) -> Path:
        """Written last: says that the round is complete, with hashes and timings."""
        return self.folder / "round.json"

    @property
    def choice(self) -> Path:
        """Likewise, of what it chose later: it was its arm's last round until the campaign was extended."""
        return self.folder / "choice.json"


@dataclass(frozen=True, slots=True)
class AttemptPaths:
    """One attempt at a job: the whole conversation between worker and station."""

    folder: Path

    @property
    def task(self) -> Path:
        """What the station asks for."""
        return self.folder / "task.json"

    @property
    def process(self) -> Path:
        """Who the worker is (pid and start time); written by the worker once it holds the job's lock."""
        return self.folder / "process.json"

    @property
    def journal(self) -> Path:
        """What the worker says, one event a line."""
        return self.folder / "journal.jsonl"

    @property
    def log(self) -> Path:
        """What the worker prints."""
        return self.folder / "worker.log"

    @property
    def engine(self) -> Path:
        """What the engine that has it calls it, written by the station; not there where none has."""
        return self.folder / "engine.json"

    @property
    def asked(self) -> Path:
        """How the station asks it to stop, beside the signals; not there while nobody asks."""
        return self.folder / "asked.json"

    @property
    def exit(self) -> Path:
        """How it ended; written last."""
        return self.folder / "exit.json"

    @property
    def verdict(self) -> Path:
        """How the station saw it end, so that a store can be rebuilt."""
        return self.folder / "verdict.json"


@dataclass(frozen=True, slots=True)
class JobPaths:
    """One job: its attempts and its rounds."""

    folder: Path

    @property
    def lock(self) -> Path:
        """Held by the one worker that may write this job's rounds."""
        return self.folder / "job.lock"

    @property
    def attempts(self) -> Path:
        """The folder of all attempts."""
        return self.folder / "attempts"

    def attempt(self, number: int) -> AttemptPaths:
        """Return the folder of one attempt; they count from 1."""
        return AttemptPaths(self.attempts / str(number))

    def round(self, number: int) -> RoundPaths:
        """Return the folder of one round; they count from 0, the baseline."""
        return RoundPaths(self.folder / "rounds" / str(number))


@dataclass(frozen=True, slots=True)
class CampaignPaths:
    """One campaign: what was frozen when it was created, and its jobs."""

    folder: Path

    @property
    def recipe(self) -> Path:
        """The recipe with every override applied."""
        return self.folder / "recipe.toml"

    @property
    def split(self) -> Path:
        """Pool order, initial set of every trial, data fingerprint."""
        return self.folder / "split.json"

    @property
    def charter(self) -> Path:
        """What the store says of it apart from what is asked of it, so that a store can be rebuilt."""
        return self.folder / "campaign.json"

    @property
    def jobs(self) -> Path:
        """The folder of all its jobs."""
        return self.folder / "jobs"

    @property
    def extensions(self) -> Path:
        """The rounds that were added to its plan after it was created; only where some were."""
        return self.folder / "extensions.json"

    @property
    def intakes(self) -> Path:
        """The folder of lists of the photographs that were found, look by look; only where people label."""
        return self.folder / "intakes"

    @property
    def unsettled(self) -> Path:
        """Here while the campaign is made or deleted: killed meanwhile, its row in the store says which it is."""
        return self.folder / ".unsettled"

    def draft(self, mark: str = "") -> "CampaignPaths":
        """Return where it is put together before it takes its place; several who may do so at once mark theirs."""
        return CampaignPaths(self.folder.with_name(f".new-{self.folder.name}{mark and f'.{mark}'}"))

    @property
    def carried(self) -> Path:
        """The list of what it was brought here with, from another home; only where it was."""
        return self.folder / "carried.json"

    @property
    def cleaned(self) -> Path:
        """Which of its models somebody had freed; only where that was done."""
        return self.folder / "cleaned.json"

    @property
    def trash(self) -> Path:
        """Where it goes to be deleted."""
        return self.folder.with_name(f".deleted-{self.folder.name}")

    def job(self, job_id: str) -> JobPaths:
        """Return the folder of one job."""
        return JobPaths(self.jobs / job_id)


@dataclass(frozen=True, slots=True)
class HomePaths:
    """A home. The user's own keeps caches, settings and the station's log with the system's, unless it has them."""

    folder: Path

    @property
    def is_own(self) -> bool:
        """True for the home that is taken where none is named."""
        return self.folder.resolve() == platformdirs.user_data_path(PROGRAM).resolve()

    def _placed(self, kept: Path, folder: Path) -> Path:
        """Return where a part of this home lies: at `kept`, inside; or in a folder of the system, for the own home."""
        return folder / kept.name if self.is_own and not (kept.is_symlink() or kept.exists()) else kept

    @property
    def store(self) -> Path:
        """The SQLite file; of a home on a network's file system it lies on this host."""
        return placed_store(self.folder / "alwsl.db")

    @property
    def station_lock(self) -> Path:
        """Held by the one station of this home."""
        return self.folder / "station.lock"

    @property
    def starter(self) -> Path:
        """Which process was started last to be the station."""
        return self.folder / "starter.json"

    @property
    def station_log(self) -> Path:
        """What the station prints."""
        return self._placed(self.folder / "station.log", platformdirs.user_state_path(PROGRAM))

    @property
    def preferences(self) -> Path:
        """What a person chose for the screens."""
        return self._placed(self.folder / "preferences.json", platformdirs.user_config_path(PROGRAM))

    @property
    def pixels(self) -> Path:
        """Decoded, warped images."""
        return self._placed(self.folder / "pixels", platformdirs.user_cache_path(PROGRAM))

    @property
    def features(self) -> Path:
        """Feature maps of frozen backbones."""
        return self._placed(self.folder / "features", platformdirs.user_cache_path(PROGRAM))

    @property
    def fits(self) -> Path:
        """For each fit that was ever done here, where its model lies."""
        return self.folder / "fits"

    @property
    def indexes(self) -> Path:
        """Compact indexes of large annotation files."""
        return self._placed(self.folder / "indexes", platformdirs.user_cache_path(PROGRAM))

    @property
    def downloads(self) -> Path:
        """Data sets fetched by `data add --download`."""
        return self.folder / "data"

    def labels(self, dataset: str = "") -> LabelPaths:
        """Return where the answers about a data set lie; without a name, the folder that has a folder for each."""
        return LabelPaths(self.folder / "labels" / dataset)

    @property
    def reserve(self) -> Path:
        """Room set aside for the moment when the disk is full."""
        return self.folder / "reserve"

    @property
    def moving_lock(self) -> Path:
        """Shared by all who make or delete campaigns; who has it alone may clear away what they left."""
        return self.folder / "campaigns.lock"

    @property
    def campaigns(self) -> Path:
        """The folder of all campaigns."""
        return self.folder / "campaigns"

    def campaign(self, campaign_id: str) -> CampaignPaths:
        """Return the folder of one campaign."""
        return CampaignPaths(self.campaigns / campaign_id)
