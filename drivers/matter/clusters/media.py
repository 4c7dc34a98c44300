"""Televisions, speakers and cameras. Pure data.

Source: Matter 1.5 application cluster specification.
"""

from collections.abc import Sequence

from drivers.matter.asking import takes_number, takes_text, takes_word
from drivers.matter.attributes import Cluster, Invoke, bound, cluster, left, value
from drivers.matter.codecs import choice, field, flag, moment, number, text
from drivers.matter.orders import by_word, invokes, writes
from drivers.matter.reasons import LIST, SIGN_IN, STRUCTURE
from drivers.matter.special import input_of, message, position_s

_KEYS = {
    "select": 0x00,
    "up": 0x01,
    "down": 0x02,
    "left": 0x03,
    "right": 0x04,
    "menu": 0x09,
    "back": 0x0D,
    **{str(digit): 0x20 + digit for digit in range(10)},
    "channel_up": 0x30,
    "channel_down": 0x31,
    "input": 0x34,
    "info": 0x35,
    "power": 0x40,
    "volume_up": 0x41,
    "volume_down": 0x42,
    "mute": 0x43,
    "play": 0x44,
    "stop": 0x45,
    "pause": 0x46,
    "rewind": 0x48,
    "fast_forward": 0x49,
    "next": 0x4B,
    "previous": 0x4C,
    "guide": 0x53,
    "subtitles": 0x51,
}
"""The keys of a remote control, as HDMI CEC numbers them."""
_SKIPPED = takes_number(
    "deltaPositionMilliseconds", "how far", scale=0.001, unit="s", low=1, high=86_400
)

CHANNEL = cluster(
    1284,
    "Channel",
    bound(0, "channelList"),
    left(1, "lineup", STRUCTURE),
    value(2, "currentChannel", field(2, "name", text()), "Channel.channel"),
    actions={
        "Channel.change": Invoke(
            2,
            "ChangeChannelByNumber",
            {"minorNumber": 0},
            takes_number("majorNumber", "channel", low=0, high=0xFFFF),
        ),
        "Channel.up": Invoke(3, "SkipChannel", {"count": 1}),
        "Channel.down": Invoke(3, "SkipChannel", {"count": -1}),
    },
)

TARGET_NAVIGATOR = cluster(
    1285,
    "TargetNavigator",
    bound(0, "targetList"),
    value(
        1,
        "currentTarget",
        input_of(0),
        "TargetNavigator.target",
        order=invokes(0, "NavigateTarget", "target"),
    ),
)

MEDIA_PLAYBACK = cluster(
    1286,
    "MediaPlayback",
    value(
        0,
        "currentState",
        choice({0: "playing", 1: "paused", 2: "idle", 3: "buffering"}),
        "MediaPlayback.state",
        order=by_word(
            {"playing": Invoke(0, "Play"), "paused": Invoke(1, "Pause"), "idle": Invoke(2, "Stop")}
        ),
    ),
    value(1, "startTime", moment(1_000_000)),
    value(2, "duration", number(0.001, "s"), "MediaPlayback.duration"),
    value(
        3,
        "sampledPosition",
        position_s(),
        "MediaPlayback.position",
        order=invokes(11, "Seek", "position"),
    ),
    value(4, "playbackSpeed", number(whole=False)),
    value(5, "seekRangeEnd", number(0.001, "s")),
    value(6, "seekRangeStart", number(0.001, "s")),
    value(7, "activeAudioTrack", field(0, "id", text())),
    bound(8, "availableAudioTracks"),
    value(9, "activeTextTrack", field(0, "id", text())),
    bound(10, "availableTextTracks"),
    actions={
        "MediaPlayback.play": Invoke(0, "Play"),
        "MediaPlayback.pause": Invoke(1, "Pause"),
        "MediaPlayback.stop": Invoke(2, "Stop"),
        "MediaPlayback.next": Invoke(5, "Next"),
        "MediaPlayback.previous": Invoke(4, "Previous"),
        "MediaPlayback.startOver": Invoke(3, "StartOver"),
        "MediaPlayback.rewind": Invoke(6, "Rewind"),
        "MediaPlayback.fastForward": Invoke(7, "FastForward"),
        "MediaPlayback.skipForward": Invoke(8, "SkipForward", {}, _SKIPPED),
        "MediaPlayback.skipBackward": Invoke(9, "SkipBackward", {}, _SKIPPED),
    },
)

MEDIA_INPUT = cluster(
    1287,
    "MediaInput",
    bound(0, "inputList"),
    value(
        1,
        "currentInput",
        input_of(0),
        "MediaInput.input",
        order=invokes(0, "SelectInput", "index"),
    ),
)

LOW_POWER = cluster(
    1288,
    "LowPower",
    actions={"LowPower.sleep": Invoke(0, "Sleep")},
)

KEYPAD_INPUT = cluster(
    1289,
    "KeypadInput",
    actions={"Command.send": Invoke(0, "SendKey", {}, takes_word("keyCode", "key", _KEYS))},
)

CONTENT_LAUNCHER = cluster(
    1290,
    "ContentLauncher",
    bound(0, "acceptHeader"),
    bound(1, "supportedStreamingProtocols"),
    actions={
        "MediaPlayback.playUrl": Invoke(
            1, "LaunchURL", {}, takes_text(lambda url: {"contentURL": url}, "address")
        )
    },
)

AUDIO_OUTPUT = cluster(
    1291,
    "AudioOutput",
    bound(0, "outputList"),
    value(
        1,
        "currentOutput",
        input_of(0),
        "AudioOutput.output",
        order=invokes(0, "SelectOutput", "index"),
    ),
)

APPLICATION_LAUNCHER = cluster(
    1292,
    "ApplicationLauncher",
    bound(0, "catalogList"),
    value(
        1,
        "currentApp",
        field(0, "application", field(1, "applicationID", text())),
        "MediaPlayback.app",
    ),
)

APPLICATION_BASIC = cluster(
    1293,
    "ApplicationBasic",
    bound(0, "vendorName"),
    bound(1, "vendorId"),
    bound(2, "applicationName"),
    bound(3, "productId"),
    bound(4, "application"),
    value(
        5,
        "status",
        choice(
            {
                0: "stopped",
                1: "active_visible_focus",
                2: "active_hidden",
                3: "active_visible_not_focus",
            }
        ),
    ),
    bound(6, "applicationVersion"),
    bound(7, "allowedVendorList"),
)

ACCOUNT_LOGIN = cluster(
    1294,
    "AccountLogin",
    reason=SIGN_IN,
)

CONTENT_CONTROL = cluster(
    1295,
    "ContentControl",
    value(0, "enabled", flag()),
    left(1, "onDemandRatings", LIST),
    value(2, "onDemandRatingThreshold", text()),
    left(3, "scheduledContentRatings", LIST),
    value(4, "scheduledContentRatingThreshold", text()),
    value(5, "screenDailyTime", number(unit="s")),
    value(6, "remainingScreenTime", number(unit="s")),
    value(7, "blockUnrated", flag()),
    bound(8, "blockChannelList"),
    bound(9, "blockApplicationList"),
    left(10, "blockContentTimeWindow", LIST),
)

CAMERA_AV_STREAM_MANAGEMENT = cluster(
    1361,
    "CameraAvStreamManagement",
    bound(0, "maxConcurrentEncoders"),
    bound(1, "maxEncodedPixelRate"),
    bound(2, "videoSensorParams"),
    bound(3, "nightVisionUsesInfrared"),
    bound(4, "minViewportResolution"),
    bound(5, "rateDistortionTradeOffPoints"),
    bound(6, "maxContentBufferSize"),
    bound(7, "microphoneCapabilities"),
    bound(8, "speakerCapabilities"),
    bound(9, "twoWayTalkSupport"),
    bound(10, "snapshotCapabilities"),
    bound(11, "maxNetworkBandwidth"),
    value(12, "currentFrameRate", number()),
    value(13, "hdrModeEnabled", flag(), order=writes(13)),
    bound(14, "supportedStreamUsages"),
    left(15, "allocatedVideoStreams", LIST),
    left(16, "allocatedAudioStreams", LIST),
    left(17, "allocatedSnapshotStreams", LIST),
    bound(18, "streamUsagePriorities"),
    value(19, "softRecordingPrivacyModeEnabled", flag(), order=writes(19)),
    value(20, "softLivestreamPrivacyModeEnabled", flag(), order=writes(20)),
    value(21, "hardPrivacyModeOn", flag()),
    value(22, "nightVision", choice({0: "off", 1: "on", 2: "auto"}), order=writes(22)),
    value(23, "nightVisionIllum", choice({0: "off", 1: "on", 2: "auto"}), order=writes(23)),
    left(24, "viewport", STRUCTURE),
    value(25, "speakerMuted", flag(), order=writes(25)),
    value(26, "speakerVolumeLevel", number(low=0, bounds=(28, 27)), order=writes(26)),
    bound(27, "speakerMaxLevel"),
    bound(28, "speakerMinLevel"),
    value(29, "microphoneMuted", flag(), order=writes(29)),
    value(30, "microphoneVolumeLevel", number(low=0, bounds=(32, 31)), order=writes(30)),
    bound(31, "microphoneMaxLevel"),
    bound(32, "microphoneMinLevel"),
    value(33, "microphoneAgcEnabled", flag(), order=writes(33)),
    value(34, "imageRotation", number(), order=writes(34)),
    value(35, "imageFlipHorizontal", flag(), order=writes(35)),
    value(36, "imageFlipVertical", flag(), order=writes(36)),
    value(37, "localVideoRecordingEnabled", flag(), order=writes(37)),
    value(38, "localSnapshotRecordingEnabled", flag(), order=writes(38)),
    value(39, "statusLightEnabled", flag(), order=writes(39)),
    value(
        40,
        "statusLightBrightness",
        choice({0: "auto", 1: "low", 2: "medium", 3: "high"}),
        order=writes(40),
    ),
    bound(41, "imageRotationDiscreteAngles"),
)

CAMERA_AV_SETTINGS_USER_LEVEL_MANAGEMENT = cluster(
    1362,
    "CameraAvSettingsUserLevelManagement",
    left(0, "mptzPosition", STRUCTURE),
    bound(1, "maxPresets"),
    bound(2, "mptzPresets"),
    left(3, "dptzStreams", LIST),
    value(4, "zoomMax", number()),
    value(5, "tiltMin", number()),
    value(6, "tiltMax", number()),
    value(7, "panMin", number()),
    value(8, "panMax", number()),
    value(9, "movementState", choice({0: "idle", 1: "moving"})),
)

ZONE_MANAGEMENT = cluster(
    1360,
    "ZoneManagement",
    bound(0, "maxUserDefinedZones"),
    bound(1, "maxZones"),
    bound(2, "zones"),
    left(3, "triggers", LIST),
    bound(4, "sensitivityMax"),
    value(5, "sensitivity", number(low=1, bounds=(None, 4)), order=writes(5)),
    bound(6, "twoDCartesianMax"),
)

CHIME = cluster(
    1366,
    "Chime",
    bound(0, "installedChimeSounds"),
    value(1, "selectedChime", input_of(0), "Chime.sound", order=writes(1)),
    value(2, "enabled", flag(), order=writes(2)),
    actions={"Siren.chime": Invoke(0, "PlayChimeSound")},
)

MESSAGES = cluster(
    151,
    "Messages",
    left(0, "messages", LIST),
    left(1, "activeMessageIDs", LIST),
    actions={
        "Message.show": Invoke(
            0,
            "PresentMessagesRequest",
            {"priority": 0, "messageControl": 0, "startTime": None, "duration": None},
            takes_text(message, "message"),
        )
    },
)

ACTIONS = cluster(
    37,
    "Actions",
    bound(0, "actionList"),
    bound(1, "endpointLists"),
    bound(2, "setupUrl"),
)

MEDIA: Sequence[Cluster] = (
    CHANNEL,
    TARGET_NAVIGATOR,
    MEDIA_PLAYBACK,
    MEDIA_INPUT,
    LOW_POWER,
    KEYPAD_INPUT,
    CONTENT_LAUNCHER,
    AUDIO_OUTPUT,
    APPLICATION_LAUNCHER,
    APPLICATION_BASIC,
    ACCOUNT_LOGIN,
    CONTENT_CONTROL,
    CAMERA_AV_STREAM_MANAGEMENT,
    CAMERA_AV_SETTINGS_USER_LEVEL_MANAGEMENT,
    ZONE_MANAGEMENT,
    CHIME,
    MESSAGES,
    ACTIONS,
)
