"""A campaign in a list, as a JSON object."""

from campaigns.reporting.json.campaigns import Record, campaign_record
from campaigns.services.station.list import CampaignLine


def line_record(line: CampaignLine) -> Record:
    """Return a campaign in a list."""
    lead = line.best
    return campaign_record(line.row) | {
        "state": line.state,
        "job_counts": {
            "done": line.done,
            "failed": line.failed,
            "running": line.running,
            "all": len(line.row.plan.jobs),
        },
        "progress": line.progress,
        "seconds_left": line.seconds_left,
        "best": None
        if lead is None
        else {
            "criterion": lead.criterion,
            "value": lead.mean,
            "labelled": lead.labelled,
            "gap": lead.gap,
            "trials": lead.trials,
        },
        "touched": line.touched,
    }
