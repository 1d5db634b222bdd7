"""Read by nbgrader on every server of a hub: the exchange is the hub's."""

# ruff: noqa: INP001 -- nbgrader reads it by its place, nothing imports it
import os

c = get_config()  # noqa: F821 -- nbgrader puts it here

# A trainee is known by the id of the roster, not by the account.
if "KASUSLAB_TRAINEE" in os.environ:
    c.CourseDirectory.student_id = os.environ["KASUSLAB_TRAINEE"]

c.ExchangeFactory.list = "release.hub.exchange.HubList"
c.ExchangeFactory.fetch_assignment = "release.hub.exchange.HubFetch"
c.ExchangeFactory.fetch_feedback = "release.hub.exchange.HubFetchFeedback"
c.ExchangeFactory.release_assignment = "release.hub.exchange.HubRelease"
c.ExchangeFactory.release_feedback = "release.hub.exchange.HubReleaseFeedback"
c.ExchangeFactory.submit = "release.hub.exchange.HubSubmit"
c.ExchangeFactory.collect = "release.hub.exchange.HubCollect"
