"""The hub's figures for Prometheus, read when they are asked for."""

from collections.abc import Iterator

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from hubd.hub import Hub
from hubd.store.store import Store


class _Figures(Collector):
    def __init__(self, hub: Hub, store: Store) -> None:
        self._hub = hub
        self._store = store

    def collect(self) -> Iterator[Metric]:
        """Yield all figures as they are now."""
        counts, state, lag = self._hub.counts, self._hub.core.state, self._store.lag()
        yield CounterMetricFamily("hubd_events", "Events folded", value=counts.events)
        yield CounterMetricFamily("hubd_scenes_fired", "Scenes begun", value=counts.scenes_fired)
        yield CounterMetricFamily("hubd_commands", "Commands issued", value=counts.commands)
        outcomes = CounterMetricFamily("hubd_outcomes", "Commands settled", labels=["outcome"])
        for outcome, count in counts.outcomes.items():
            outcomes.add_metric([outcome.value], count)
        yield outcomes
        refused = CounterMetricFamily("hubd_refused_inputs", "Malformed inputs", labels=["driver"])
        for driver, count in counts.refused_inputs.items():
            refused.add_metric([driver], count)
        yield refused
        yield GaugeMetricFamily("hubd_devices", "Devices known", value=len(state.home.devices))
        yield GaugeMetricFamily(
            "hubd_devices_unreachable", "Devices out of reach", value=len(state.unreachable)
        )
        yield GaugeMetricFamily("hubd_log_waiting", "Events not on the disk", value=lag.waiting)
        yield CounterMetricFamily("hubd_log_shed", "Events given up", value=lag.shed)


def registry(hub: Hub, store: Store) -> CollectorRegistry:
    """Return a registry of the figures of `hub` and `store`."""
    figures = CollectorRegistry()
    figures.register(_Figures(hub, store))
    return figures
