"""What opens, closes and locks. Pure data.

Source: Matter 1.5 application cluster specification.
"""

from collections.abc import Sequence

from drivers.matter.attributes import Cluster, Invoke, bound, cluster, value
from drivers.matter.codecs import (
    bits,
    choice,
    field,
    flag,
    is_in,
    listed_words,
    moment,
    number,
    text,
)
from drivers.matter.lock import LOCK_ACTIONS
from drivers.matter.orders import either, invokes, writes
from drivers.matter.special import (
    closure_move,
    closure_position,
    dimension,
    dimension_move,
    lift,
    moving,
    tilt,
)

DOOR_LOCK = cluster(
    257,
    "DoorLock",
    value(
        0,
        "lockState",
        is_in(frozenset({1}), frozenset({0, 2, 3})),
        "DoorLock.locked",
        order=either(Invoke(0, "LockDoor"), Invoke(1, "UnlockDoor")),
    ),
    bound(1, "lockType"),
    value(2, "actuatorEnabled", flag()),
    value(3, "doorState", is_in(frozenset({0, 3, 5}), frozenset({1})), "BooleanState.open"),
    value(4, "doorOpenEvents", number(), order=writes(4)),
    value(5, "doorClosedEvents", number(), order=writes(5)),
    value(6, "openPeriod", number(unit="min"), order=writes(6)),
    bound(17, "numberOfTotalUsersSupported"),
    bound(18, "numberOfPinUsersSupported"),
    bound(19, "numberOfRfidUsersSupported"),
    bound(20, "numberOfWeekDaySchedulesSupportedPerUser"),
    bound(21, "numberOfYearDaySchedulesSupportedPerUser"),
    bound(22, "numberOfHolidaySchedulesSupported"),
    bound(23, "maxPinCodeLength"),
    bound(24, "minPinCodeLength"),
    bound(25, "maxRfidCodeLength"),
    bound(26, "minRfidCodeLength"),
    bound(27, "credentialRulesSupport"),
    bound(28, "numberOfCredentialsSupportedPerUser"),
    value(33, "language", text(), order=writes(33)),
    value(
        34,
        "ledSettings",
        choice({0: "no_led_signal", 1: "no_led_signal_access_allowed", 2: "led_signal_all"}),
        order=writes(34),
    ),
    value(35, "autoRelockTime", number(unit="s"), order=writes(35)),
    value(
        36, "soundVolume", choice({0: "silent", 1: "low", 2: "high", 3: "medium"}), order=writes(36)
    ),
    value(
        37,
        "operatingMode",
        choice(
            {0: "normal", 1: "vacation", 2: "privacy", 3: "no_remote_lock_unlock", 4: "passage"}
        ),
        "DoorLock.mode",
        order=writes(37),
    ),
    bound(38, "supportedOperatingModes"),
    bound(39, "defaultConfigurationRegister"),
    value(40, "enableLocalProgramming", flag(), order=writes(40)),
    value(41, "enableOneTouchLocking", flag(), order=writes(41)),
    value(42, "enableInsideStatusLed", flag(), order=writes(42)),
    value(43, "enablePrivacyModeButton", flag(), order=writes(43)),
    value(
        44,
        "localProgrammingFeatures",
        bits(
            {
                0: "add_users_credentials_schedules",
                1: "modify_users_credentials_schedules",
                2: "clear_users_credentials_schedules",
                3: "adjust_settings",
            }
        ),
        order=writes(44),
    ),
    value(48, "wrongCodeEntryLimit", number(), order=writes(48)),
    value(49, "userCodeTemporaryDisableTime", number(unit="s"), order=writes(49)),
    value(50, "sendPinOverTheAir", flag(), order=writes(50)),
    value(51, "requirePinForRemoteOperation", flag(), order=writes(51)),
    value(52, "securityLevel", number()),
    value(53, "expiringUserTimeout", number(unit="min"), order=writes(53)),
    bound(128, "aliroReaderVerificationKey"),
    bound(129, "aliroReaderGroupIdentifier"),
    bound(130, "aliroReaderGroupSubIdentifier"),
    bound(131, "aliroExpeditedTransactionSupportedProtocolVersions"),
    bound(132, "aliroGroupResolvingKey"),
    bound(133, "aliroSupportedBleuwbProtocolVersions"),
    bound(134, "aliroBleAdvertisingVersion"),
    bound(135, "numberOfAliroCredentialIssuerKeysSupported"),
    bound(136, "numberOfAliroEndpointKeysSupported"),
    actions=LOCK_ACTIONS,
)

WINDOW_COVERING = cluster(
    258,
    "WindowCovering",
    bound(0, "type"),
    bound(1, "physicalClosedLimitLift"),
    bound(2, "physicalClosedLimitTilt"),
    value(3, "currentPositionLift", number()),
    value(4, "currentPositionTilt", number()),
    value(5, "numberOfActuationsLift", number()),
    value(6, "numberOfActuationsTilt", number()),
    bound(7, "configStatus"),
    value(
        8,
        "currentPositionLiftPercentage",
        number(-1, "%", offset=100, low=0, high=100),
        "WindowCovering.position",
        order=lift,
        unless=14,
    ),
    value(
        9,
        "currentPositionTiltPercentage",
        number(-1, "%", offset=100, low=0, high=100),
        "WindowCovering.tilt",
        order=tilt,
        unless=15,
    ),
    value(10, "operationalStatus", moving(), "WindowCovering.operation"),
    value(11, "targetPositionLiftPercent100ths", number(-0.01, "%", offset=100)),
    value(12, "targetPositionTiltPercent100ths", number(-0.01, "%", offset=100)),
    bound(13, "endProductType"),
    value(
        14,
        "currentPositionLiftPercent100ths",
        number(-0.01, "%", offset=100, low=0, high=100),
        "WindowCovering.position",
        order=invokes(5, "GoToLiftPercentage", "liftPercent100thsValue"),
    ),
    value(
        15,
        "currentPositionTiltPercent100ths",
        number(-0.01, "%", offset=100, low=0, high=100),
        "WindowCovering.tilt",
        order=invokes(8, "GoToTiltPercentage", "tiltPercent100thsValue"),
    ),
    bound(16, "installedOpenLimitLift"),
    bound(17, "installedClosedLimitLift"),
    bound(18, "installedOpenLimitTilt"),
    bound(19, "installedClosedLimitTilt"),
    value(
        23,
        "mode",
        bits(
            {
                0: "motor_direction_reversed",
                1: "calibration_mode",
                2: "maintenance_mode",
                3: "led_feedback",
            }
        ),
        order=writes(23),
    ),
    value(
        26,
        "safetyStatus",
        bits(
            {
                0: "remote_lockout",
                1: "tamper_detection",
                2: "failed_communication",
                3: "position_failure",
                4: "thermal_protection",
                5: "obstacle_detected",
                6: "power",
                7: "stop_input",
                8: "motor_jammed",
                9: "hardware_failure",
                10: "manual_operation",
                11: "protection",
            }
        ),
    ),
    actions={"WindowCovering.stop": Invoke(2, "StopMotion")},
)

VALVE_CONFIGURATION_AND_CONTROL = cluster(
    129,
    "ValveConfigurationAndControl",
    value(0, "openDuration", number(unit="s")),
    value(1, "defaultOpenDuration", number(unit="s"), order=writes(1)),
    value(2, "autoCloseTime", moment(1_000_000)),
    value(3, "remainingDuration", number(unit="s"), "Valve.remaining"),
    value(
        4,
        "currentState",
        is_in(frozenset({1}), frozenset({0})),
        "Valve.open",
        order=either(Invoke(0, "Open"), Invoke(1, "Close")),
    ),
    value(5, "targetState", choice({0: "closed", 1: "open", 2: "transitioning"})),
    value(
        6,
        "currentLevel",
        number(unit="%", low=0, high=100),
        "Valve.level",
        order=invokes(0, "Open", "targetLevel"),
    ),
    value(7, "targetLevel", number(unit="%", low=0, high=100)),
    value(8, "defaultOpenLevel", number(unit="%", low=0, high=100), order=writes(8)),
    value(
        9,
        "valveFault",
        bits(
            {
                0: "general_fault",
                1: "blocked",
                2: "leaking",
                3: "not_connected",
                4: "short_circuit",
                5: "current_exceeded",
            }
        ),
        "Valve.fault",
    ),
    bound(10, "levelStep"),
)

CLOSURE_CONTROL = cluster(
    260,
    "ClosureControl",
    value(0, "countdownTime", number(unit="s"), "OperationalState.remaining"),
    value(
        1,
        "mainState",
        choice(
            {
                0: "stopped",
                1: "moving",
                2: "waiting_for_motion",
                3: "error",
                4: "calibrating",
                5: "protected",
                6: "disengaged",
                7: "setup_required",
            }
        ),
    ),
    value(
        2,
        "currentErrorList",
        listed_words(
            {
                0: "physically_blocked",
                1: "blocked_by_sensor",
                2: "temperature_limited",
                3: "maintenance_required",
                4: "internal_interference",
            }
        ),
    ),
    value(
        3, "overallCurrentState", closure_position(), "WindowCovering.position", order=closure_move
    ),
    value(
        4,
        "overallTargetState",
        field(
            0,
            "position",
            choice({0: "closed", 1: "open", 2: "pedestrian", 3: "ventilation", 4: "signature"}),
        ),
    ),
    bound(5, "latchControlModes"),
    actions={
        "WindowCovering.stop": Invoke(0, "Stop"),
        "ClosureControl.calibrate": Invoke(2, "Calibrate"),
    },
)

CLOSURE_DIMENSION = cluster(
    261,
    "ClosureDimension",
    value(0, "currentState", dimension(), "WindowCovering.position", order=dimension_move),
    value(1, "targetState", dimension()),
    bound(2, "resolution"),
    bound(3, "stepValue"),
    bound(4, "unit"),
    bound(5, "unitRange"),
    bound(6, "limitRange"),
    bound(7, "translationDirection"),
    bound(8, "rotationAxis"),
    bound(9, "overflow"),
    bound(10, "modulationType"),
    bound(11, "latchControlModes"),
)

CLOSURES: Sequence[Cluster] = (
    DOOR_LOCK,
    WINDOW_COVERING,
    VALVE_CONFIGURATION_AND_CONTROL,
    CLOSURE_CONTROL,
    CLOSURE_DIMENSION,
)
