"""What can go wrong with the broker that the hub runs itself."""

from hubd.model.errors import HubError


class BrokerError(HubError):
    """The embedded broker cannot do what is asked of it."""

    code = "broker"


class BrokerMissingError(BrokerError):
    """No program on this machine can be the broker."""

    code = "broker.missing"


class BrokerStartError(BrokerError):
    """The program was started, but ended or did not answer in time."""

    code = "broker.start"


class BrokerOptionsError(BrokerError):
    """The options ask for what this program cannot do, or name a file that is not there."""

    code = "broker.options"
