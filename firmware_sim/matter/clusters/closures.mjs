// What opens and shuts: locks, coverings, valves and gates.

export default {
  DoorLock: {
    features: ["PinCredential", "User", "DoorPositionSensor"],
    state: {
      lockState: 1,
      lockType: 0,
      actuatorEnabled: true,
      doorState: 1,
      doorOpenEvents: 3,
      doorClosedEvents: 3,
      openPeriod: 0,
      numberOfTotalUsersSupported: 10,
      numberOfPinUsersSupported: 10,
      maxPinCodeLength: 8,
      minPinCodeLength: 4,
      credentialRulesSupport: { single: true },
      numberOfCredentialsSupportedPerUser: 5,
      wrongCodeEntryLimit: 5,
      userCodeTemporaryDisableTime: 60,
      language: "en",
      ledSettings: 0,
      autoRelockTime: 0,
      soundVolume: 2,
      operatingMode: 0,
      supportedOperatingModes: { vacation: false, privacy: true, noRemoteLockUnlock: true, passage: true, normal: false, alwaysSet: 2047 },
      enableLocalProgramming: true,
      enableOneTouchLocking: true,
      enableInsideStatusLed: true,
      enablePrivacyModeButton: true,
      expiringUserTimeout: 60,
    },
  },
  WindowCovering: {
    features: ["Lift", "Tilt", "PositionAwareLift", "PositionAwareTilt"],
    state: {
      type: 8,
      endProductType: 17,
      configStatus: {
        operational: true,
        onlineReserved: true,
        liftPositionAware: true,
        tiltPositionAware: true,
        liftEncoderControlled: true,
        tiltEncoderControlled: true,
      },
      currentPositionLiftPercent100ths: 0,
      targetPositionLiftPercent100ths: 0,
      currentPositionTiltPercent100ths: 0,
      targetPositionTiltPercent100ths: 0,
      safetyStatus: {},
    },
  },
  ValveConfigurationAndControl: {
    features: ["Level"],
    state: {
      openDuration: null,
      defaultOpenDuration: null,
      remainingDuration: null,
      currentState: 0,
      targetState: null,
      currentLevel: 0,
      targetLevel: null,
      defaultOpenLevel: 100,
      valveFault: {},
      levelStep: 1,
    },
    commands: {
      open({ openDuration = null, targetLevel = 100 }) {
        Object.assign(this.state, { openDuration, remainingDuration: openDuration, currentState: 1, currentLevel: targetLevel });
      },
      close() {
        Object.assign(this.state, { openDuration: null, remainingDuration: null, currentState: 0, currentLevel: 0 });
      },
    },
  },
  ClosureControl: {
    features: ["Positioning", "MotionLatching", "Speed", "Ventilation", "Pedestrian", "Calibration"],
    state: {
      countdownTime: null,
      mainState: 0,
      currentErrorList: [],
      overallCurrentState: { position: 0, latch: true, speed: 0, secureState: true },
      overallTargetState: { position: 0, latch: true, speed: 0 },
      latchControlModes: { remoteLatching: true, remoteUnlatching: true },
    },
    commands: {
      stop() {
        this.state.mainState = 0;
      },
      moveTo({ position, latch, speed }) {
        const before = this.state.overallCurrentState;
        this.state.overallTargetState = { position: position ?? null, latch: latch ?? null, speed: speed ?? 0 };
        this.state.overallCurrentState = {
          position: position ?? before.position,
          latch: latch ?? before.latch,
          speed: speed ?? before.speed,
          secureState: (position ?? before.position) === 0,
        };
      },
      calibrate() {
        this.state.mainState = 2;
      },
    },
  },
  ClosureDimension: {
    features: ["Positioning", "MotionLatching", "Unit", "Limitation", "Speed", "Translation"],
    state: {
      currentState: { position: 0, latch: true, speed: 0 },
      targetState: { position: 0, latch: true, speed: 0 },
      resolution: 100,
      stepValue: 1000,
      unit: 0,
      unitRange: { min: 0, max: 1000 },
      limitRange: { min: 0, max: 10_000 },
      translationDirection: 0,
      latchControlModes: { remoteLatching: true, remoteUnlatching: true },
    },
    commands: {
      setTarget({ position, latch, speed }) {
        const before = this.state.currentState;
        const after = { position: position ?? before.position, latch: latch ?? before.latch, speed: speed ?? before.speed };
        this.state.targetState = after;
        this.state.currentState = after;
      },
      step() {},
    },
  },
};
