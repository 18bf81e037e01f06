"""What is not known of a campaign that has set no image aside for testing."""

from campaigns.core.plan import Plan


def untested(plan: Plan) -> str:
    """Say what is not known where nothing is tested; empty where images are set aside for testing."""
    if plan.test_images:
        return ""
    title = plan.yardstick.title
    return f"no image is set aside for testing: there is no {title}, no curve and no forecast, and thresholds are 0.5"
