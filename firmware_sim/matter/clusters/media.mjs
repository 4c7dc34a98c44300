// Televisions, speakers, chimes and cameras.

const answered = () => ({ status: 0 });
const to = (currentState) =>
  function moved() {
    this.state.currentState = currentState;
    return { status: 0 };
  };
const sound = { maxNumberOfChannels: 1, supportedCodecs: [0], supportedSampleRates: [48_000], supportedBitDepths: [16] };
const resolution = (width, height) => ({ width, height });

export default {
  MediaPlayback: {
    features: ["AdvancedSeek", "VariableSpeed"],
    state: {
      currentState: 2,
      startTime: null,
      duration: 120_000,
      sampledPosition: { updatedAt: 1_700_000_000_000_000, position: 30_000 },
      playbackSpeed: 1,
      seekRangeEnd: 120_000,
      seekRangeStart: 0,
    },
    commands: {
      play: to(0),
      pause: to(1),
      stop: to(2),
      startOver: to(0),
      previous: to(0),
      next: to(0),
      rewind: answered,
      fastForward: answered,
      skipForward: answered,
      skipBackward: answered,
      seek({ position }) {
        this.state.sampledPosition = { updatedAt: 1_700_000_000_000_000, position };
        return { status: 0 };
      },
    },
  },
  MediaInput: {
    features: ["NameUpdates"],
    state: {
      currentInput: 1,
      inputList: [
        { index: 1, inputType: 4, name: "HDMI 1", description: "Player" },
        { index: 2, inputType: 4, name: "HDMI 2", description: "Console" },
      ],
    },
    commands: {
      selectInput({ index }) {
        this.state.currentInput = index;
      },
      showInputStatus() {},
      hideInputStatus() {},
      renameInput() {},
    },
  },
  AudioOutput: {
    features: ["NameUpdates"],
    state: {
      currentOutput: 1,
      outputList: [
        { index: 1, outputType: 0, name: "Speakers" },
        { index: 2, outputType: 1, name: "Headphones" },
      ],
    },
    commands: {
      selectOutput({ index }) {
        this.state.currentOutput = index;
      },
      renameOutput() {},
    },
  },
  KeypadInput: { features: ["NavigationKeyCodes", "NumberKeys"], commands: { sendKey: answered } },
  Channel: {
    features: ["ChannelList"],
    state: {
      channelList: [{ majorNumber: 1, minorNumber: 0, name: "One" }],
      currentChannel: { majorNumber: 1, minorNumber: 0, name: "One" },
    },
    commands: { changeChannel: answered, changeChannelByNumber() {}, skipChannel() {} },
  },
  TargetNavigator: {
    state: { targetList: [{ identifier: 1, name: "Home" }, { identifier: 2, name: "Shows" }], currentTarget: 1 },
    commands: {
      navigateTarget({ target }) {
        this.state.currentTarget = target;
        return { status: 0 };
      },
    },
  },
  ContentLauncher: {
    features: ["UrlPlayback"],
    state: { acceptHeader: ["video/mp4"], supportedStreamingProtocols: { dash: true, hls: true } },
    commands: { launchUrl: answered },
  },
  ApplicationLauncher: {
    features: ["ApplicationPlatform"],
    state: { catalogList: [1], currentApp: { application: { catalogVendorId: 1, applicationId: "films" } } },
    commands: { launchApp: answered, stopApp: answered, hideApp: answered },
  },
  ApplicationBasic: {
    state: {
      vendorName: "Acme",
      vendorId: 0xfff1,
      applicationName: "Films",
      productId: 1,
      application: { catalogVendorId: 1, applicationId: "films" },
      status: 1,
      applicationVersion: "1.0",
      allowedVendorList: [],
    },
  },
  AccountLogin: { commands: { getSetupPin: () => ({ setupPin: "" }), login() {}, logout() {} } },
  LowPower: { commands: { sleep() {} } },
  ContentControl: {
    features: ["ScreenTime", "BlockUnrated"],
    state: { enabled: false, screenDailyTime: 7200, remainingScreenTime: 3600, blockUnrated: true },
    commands: {
      enable() {
        this.state.enabled = true;
      },
      disable() {
        this.state.enabled = false;
      },
      addBonusTime() {},
      setScreenDailyTime({ screenTime }) {
        this.state.screenDailyTime = screenTime;
      },
      blockUnratedContent() {
        this.state.blockUnrated = true;
      },
      unblockUnratedContent() {
        this.state.blockUnrated = false;
      },
    },
  },
  ContentAppObserver: { commands: { contentAppMessage: answered } },
  Messages: {
    state: { messages: [], activeMessageIDs: [] },
    commands: { presentMessagesRequest() {}, cancelMessagesRequest() {} },
  },
  Chime: {
    state: { installedChimeSounds: [{ chimeId: 0, name: "Bell" }, { chimeId: 1, name: "Gong" }], selectedChime: 0, enabled: true },
    commands: { playChimeSound() {} },
  },
  CameraAvStreamManagement: {
    features: ["Audio", "Video", "Snapshot", "Privacy", "Speaker", "ImageControl", "NightVision"],
    state: {
      maxConcurrentEncoders: 2,
      maxEncodedPixelRate: 124_416_000,
      videoSensorParams: { sensorWidth: 1920, sensorHeight: 1080, maxFps: 30 },
      nightVisionUsesInfrared: true,
      minViewportResolution: resolution(640, 360),
      rateDistortionTradeOffPoints: [{ codec: 0, resolution: resolution(1920, 1080), minBitRate: 10_000 }],
      maxContentBufferSize: 1_000_000,
      microphoneCapabilities: sound,
      speakerCapabilities: sound,
      twoWayTalkSupport: 1,
      snapshotCapabilities: [],
      maxNetworkBandwidth: 10_000_000,
      currentFrameRate: 0,
      supportedStreamUsages: [3],
      allocatedVideoStreams: [],
      allocatedAudioStreams: [],
      allocatedSnapshotStreams: [],
      streamUsagePriorities: [3],
      softRecordingPrivacyModeEnabled: false,
      softLivestreamPrivacyModeEnabled: false,
      hardPrivacyModeOn: false,
      nightVision: 2,
      nightVisionIllum: 2,
      viewport: { x1: 0, y1: 0, x2: 1920, y2: 1080 },
      speakerMuted: false,
      speakerVolumeLevel: 100,
      speakerMaxLevel: 254,
      speakerMinLevel: 1,
      microphoneMuted: false,
      microphoneVolumeLevel: 100,
      microphoneMaxLevel: 254,
      microphoneMinLevel: 1,
      microphoneAgcEnabled: true,
      imageRotation: 0,
      imageFlipHorizontal: false,
      imageFlipVertical: false,
      statusLightEnabled: true,
      statusLightBrightness: 0,
    },
  },
  CameraAvSettingsUserLevelManagement: {
    features: ["MechanicalPan", "MechanicalTilt", "MechanicalZoom"],
    state: { mptzPosition: { pan: 0, tilt: 0, zoom: 1 }, zoomMax: 10, tiltMin: -30, tiltMax: 30, panMin: -90, panMax: 90, movementState: 0 },
  },
  PushAvStreamTransport: {
    state: { supportedFormats: [{ containerFormat: 0, ingestMethod: 0 }], currentConnections: [] },
  },
  ZoneManagement: {
    features: ["TwoDimensionalCartesianZone"],
    state: { maxZones: 5, zones: [], triggers: [], sensitivityMax: 10, sensitivity: 5, twoDCartesianMax: { x: 1920, y: 1080 } },
  },
};
