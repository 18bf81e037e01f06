"""Everything a report says of a campaign, collected and written."""
