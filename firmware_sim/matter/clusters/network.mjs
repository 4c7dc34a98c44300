// Routers: what is of the network, not of the home.

const bytes = (length) => new Uint8Array(length);

export default {
  ThreadBorderRouterManagement: {
    state: {
      borderRouterName: "Router",
      borderAgentId: bytes(16),
      threadVersion: 4,
      interfaceEnabled: false,
      activeDatasetTimestamp: null,
      pendingDatasetTimestamp: null,
    },
  },
  ThreadNetworkDiagnostics: {
    state: {
      channel: null,
      routingRole: null,
      networkName: null,
      panId: null,
      extendedPanId: null,
      meshLocalPrefix: null,
      neighborTable: [],
      routeTable: [],
      partitionId: null,
      weighting: null,
      dataVersion: null,
      stableDataVersion: null,
      leaderRouterId: null,
      securityPolicy: null,
      channelPage0Mask: null,
      operationalDatasetComponents: null,
      activeNetworkFaultsList: [],
    },
  },
};
