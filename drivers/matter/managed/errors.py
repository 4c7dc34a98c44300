"""What can go wrong with a Matter server of the hub's own."""

from hubd.model.errors import HubError


class MatterServerError(HubError):
    """It cannot be installed, or does not start."""

    code = "matter_server"
