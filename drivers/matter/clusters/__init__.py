"""The application clusters of Matter 1.5, and those of makers' own that are known, by id."""

from collections.abc import Mapping

from drivers.matter.attributes import Cluster
from drivers.matter.clusters.air import AIR
from drivers.matter.clusters.appliances import APPLIANCES
from drivers.matter.clusters.climate import CLIMATE
from drivers.matter.clusters.closures import CLOSURES
from drivers.matter.clusters.energy import ENERGY
from drivers.matter.clusters.former import FORMER
from drivers.matter.clusters.lighting import LIGHTING
from drivers.matter.clusters.media import MEDIA
from drivers.matter.clusters.sensing import SENSING
from drivers.matter.clusters.vendor import VENDOR

_GROUPS = (LIGHTING, SENSING, AIR, ENERGY, CLOSURES, CLIMATE, APPLIANCES, MEDIA, FORMER, VENDOR)

CLUSTERS: Mapping[int, Cluster] = {cluster.id: cluster for group in _GROUPS for cluster in group}
