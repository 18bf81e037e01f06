"""How fast a campaign trains."""

from campaigns.core.ids import CampaignId
from campaigns.store.store import Store


def pace(store: Store, campaign: CampaignId, *, skip: int) -> float | None:
    """Return the seconds of training an image, over all epochs but the first `skip`; None before there are more."""
    # What each round took is known, and its last epoch is one step in the key: who looks four times a second reads
    # no tens of thousands of epochs.
    query = """
        WITH trained AS (
            SELECT job, number, labelled, train_seconds,
                (SELECT max(epoch.number) FROM epoch
                 WHERE epoch.campaign = round.campaign AND epoch.job = round.job AND epoch.round = round.number
                ) AS epochs
            FROM round WHERE campaign = ?1 AND train_seconds > 0),
        first AS (
            SELECT epoch.seconds, labelled FROM trained
            JOIN epoch ON epoch.campaign = ?1 AND epoch.job = trained.job AND epoch.round = trained.number
            WHERE epoch.round <= (SELECT max(number) FROM (SELECT number FROM trained ORDER BY number LIMIT ?2))
            ORDER BY epoch.round, epoch.number, epoch.job LIMIT ?2)
        SELECT sum(epochs) AS epochs,
            sum(train_seconds) - (SELECT coalesce(sum(seconds), 0) FROM first) AS seconds,
            sum(labelled * epochs) - (SELECT coalesce(sum(labelled), 0) FROM first) AS images
        FROM trained"""
    row = store.connection.execute(query, (campaign, skip)).fetchone()
    return row["seconds"] / row["images"] if (row["epochs"] or 0) > skip else None
