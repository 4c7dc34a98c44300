"""The names of properties, actions and signals, with type, unit, range and how they behave.

Names are Cluster.attribute of Matter's application clusters (Matter 1.5 application cluster
specification) where there is one; what Matter has no cluster for is named in its manner and marked.
Values are in natural units (docs/decisions/0001-natural-units.md): `LevelControl.level` is 0-100 %,
temperatures are °C, not hundredths of it.
"""

from msgspec import Struct

from hubd.model.device import Property
from hubd.model.value import Value, ValueType

_S = 1_000_000
_MIN = 60 * _S
_H = 60 * _MIN

STALE_US = 15 * _MIN
"""For how long a wish may wait where people may be hurt or let in by what comes late."""


class Term(Struct, frozen=True, gc=False):
    """How the properties of one name behave, in every device.

    `patience_us`: how long a command waits for its confirming report. `lease_us`: how long a hand
    at the device is left alone; 0 where what a person sets stands until another is set, by a scene
    too. `tolerance`: within this, in `unit`, a report is as asked.
    `stale_us`: what could not be carried out for so long is not carried out late; 0 is never.
    """

    type: ValueType
    unit: str = ""
    minimum: float | None = None
    maximum: float | None = None
    tolerance: float = 0.0
    patience_us: int = 5 * _S
    lease_us: int = 2 * _H
    title: str = ""
    choices: tuple[str, ...] = ()
    while_on: bool = False
    """Has a meaning only while the OnOff.on of its endpoint is on."""
    rest: Value = None
    """What it goes back to when its last claim ends and nobody knows what it was before."""
    stale_us: int = 0


_BOOL = ValueType.BOOLEAN
_INT = ValueType.INTEGER
_NUM = ValueType.NUMBER
_STR = ValueType.STRING

MODES = ("home", "away", "night", "holiday", "guests")
"""The modes of a home."""

TERMS: dict[str, Term] = {
    # what is switched and dimmed
    "OnOff.on": Term(_BOOL, title="on", rest=False),
    "LevelControl.level": Term(_NUM, "%", 0, 100, 1.0, title="level", while_on=True),
    "ColorControl.colorTemperature": Term(
        _NUM, "K", 1000, 12000, 60, title="colour temperature", while_on=True
    ),
    "ColorControl.hue": Term(_NUM, "°", 0, 360, 2.0, title="hue", while_on=True),
    "ColorControl.saturation": Term(_NUM, "%", 0, 100, 1.5, title="saturation", while_on=True),
    "ColorControl.x": Term(_NUM, "", 0, 1, 0.01, title="colour x", while_on=True),
    "ColorControl.y": Term(_NUM, "", 0, 1, 0.01, title="colour y", while_on=True),
    "ColorControl.mode": Term(_STR, title="colour mode"),
    "Light.effect": Term(_STR, title="effect", while_on=True),
    # what is sensed
    "OccupancySensing.occupied": Term(_BOOL, title="occupied"),
    "BooleanState.open": Term(_BOOL, title="open"),
    "BooleanState.leak": Term(_BOOL, title="water"),
    "BooleanState.rain": Term(_BOOL, title="rain"),
    "BooleanState.freeze": Term(_BOOL, title="freezing"),
    "BooleanState.vibration": Term(_BOOL, title="vibration"),
    "BooleanState.bed": Term(_BOOL, title="in bed"),
    "BooleanState.connected": Term(_BOOL, title="connected"),
    "BooleanState.problem": Term(_BOOL, title="problem"),
    "BooleanState.state": Term(_BOOL, title="state"),
    "SmokeCoAlarm.smoke": Term(_BOOL, title="smoke"),
    "SmokeCoAlarm.co": Term(_BOOL, title="carbon monoxide"),
    "SmokeCoAlarm.gas": Term(_BOOL, title="gas"),
    "SmokeCoAlarm.tamper": Term(_BOOL, title="tampered"),
    "SmokeCoAlarm.smokeElsewhere": Term(_BOOL, title="smoke at another alarm"),
    "SmokeCoAlarm.coElsewhere": Term(_BOOL, title="carbon monoxide at another alarm"),
    "SmokeCoAlarm.endOfService": Term(_BOOL, title="to be replaced"),
    "SmokeCoAlarm.state": Term(_STR, title="state"),
    "SmokeCoAlarm.muted": Term(_BOOL, title="muted"),
    "IlluminanceMeasurement.illuminance": Term(_NUM, "lx", 0, title="light"),
    "TemperatureMeasurement.temperature": Term(_NUM, "°C", -273.15, title="temperature"),
    "RelativeHumidityMeasurement.humidity": Term(_NUM, "%", 0, 100, title="humidity"),
    "PressureMeasurement.pressure": Term(_NUM, "hPa", 0, title="air pressure"),
    "FlowMeasurement.flow": Term(_NUM, "m³/h", 0, title="flow"),
    "SoilMeasurement.moisture": Term(_NUM, "%", 0, 100, title="soil moisture"),
    "AirQuality.index": Term(_NUM, "", title="air quality"),
    "AirQuality.level": Term(_STR, title="air quality"),
    "CarbonDioxideConcentrationMeasurement.value": Term(_NUM, "ppm", 0, title="CO2"),
    "CarbonMonoxideConcentrationMeasurement.value": Term(_NUM, "ppm", 0, title="CO"),
    "Pm25ConcentrationMeasurement.value": Term(_NUM, "µg/m³", 0, title="PM2.5"),
    "Pm10ConcentrationMeasurement.value": Term(_NUM, "µg/m³", 0, title="PM10"),
    "Pm1ConcentrationMeasurement.value": Term(_NUM, "µg/m³", 0, title="PM1"),
    "TotalVolatileOrganicCompoundsConcentrationMeasurement.value": Term(
        _NUM, "µg/m³", 0, title="VOC"
    ),
    "NitrogenDioxideConcentrationMeasurement.value": Term(_NUM, "µg/m³", 0, title="NO2"),
    "OzoneConcentrationMeasurement.value": Term(_NUM, "µg/m³", 0, title="ozone"),
    "FormaldehydeConcentrationMeasurement.value": Term(_NUM, "mg/m³", 0, title="formaldehyde"),
    "SoundMeasurement.level": Term(_NUM, "dB", title="sound"),
    "Distance.value": Term(_NUM, "m", title="distance"),
    "Speed.value": Term(_NUM, "m/s", title="speed"),
    "Weight.value": Term(_NUM, "kg", title="weight"),
    "Volume.value": Term(_NUM, "m³", title="volume"),
    "Precipitation.value": Term(_NUM, "mm", title="rainfall"),
    # energy
    "ElectricalPowerMeasurement.activePower": Term(_NUM, "W", title="power"),
    "ElectricalPowerMeasurement.apparentPower": Term(_NUM, "VA", title="apparent power"),
    "ElectricalPowerMeasurement.reactivePower": Term(_NUM, "var", title="reactive power"),
    "ElectricalPowerMeasurement.voltage": Term(_NUM, "V", title="voltage"),
    "ElectricalPowerMeasurement.activeCurrent": Term(_NUM, "A", title="current"),
    "ElectricalPowerMeasurement.frequency": Term(_NUM, "Hz", title="frequency"),
    "ElectricalPowerMeasurement.powerFactor": Term(_NUM, "%", title="power factor"),
    "ElectricalEnergyMeasurement.energy": Term(_NUM, "kWh", title="energy"),
    "ElectricalEnergyMeasurement.energyExported": Term(_NUM, "kWh", title="energy fed back"),
    "PowerSource.batteryLevel": Term(_NUM, "%", 0, 100, title="battery"),
    "PowerSource.batteryLow": Term(_BOOL, title="battery low"),
    "PowerSource.charging": Term(_BOOL, title="charging"),
    "PowerSource.voltage": Term(_NUM, "V", title="battery voltage"),
    "PowerSource.chargingCurrent": Term(_NUM, "A", title="charging current"),
    "PowerSource.timeRemaining": Term(_NUM, "s", title="battery lasts for"),
    "PowerSource.timeToFullCharge": Term(_NUM, "s", title="full in"),
    "EnergyEvse.enabled": Term(_BOOL, patience_us=15 * _S, title="charging allowed"),
    "EnergyEvse.state": Term(_STR, title="car"),
    "EnergyEvse.fault": Term(_STR, title="fault"),
    "EnergyEvse.maximumCurrent": Term(
        _NUM, "A", 0, tolerance=0.1, title="charging current at most"
    ),
    "EnergyEvse.sessionEnergy": Term(_NUM, "kWh", 0, title="charged this time"),
    "EnergyEvse.mode": Term(_STR, title="charging mode"),
    "DeviceEnergyManagement.state": Term(_STR, title="energy management"),
    "DeviceEnergyManagement.mode": Term(_STR, title="energy mode"),
    "WaterHeater.boost": Term(_BOOL, title="heats up at once"),
    "WaterHeater.tank": Term(_NUM, "%", 0, 100, title="hot water"),
    "WaterHeater.mode": Term(_STR, title="mode"),
    # what moves and holds
    "WindowCovering.position": Term(_NUM, "%", 0, 100, 3.0, 90 * _S, 4 * _H, title="how far open"),
    "WindowCovering.tilt": Term(_NUM, "%", 0, 100, 3.0, 30 * _S, 4 * _H, title="tilt"),
    "WindowCovering.operation": Term(_STR, title="movement"),
    "DoorLock.locked": Term(
        _BOOL, patience_us=15 * _S, lease_us=30 * _MIN, title="locked", stale_us=STALE_US
    ),
    "DoorLock.state": Term(_STR, title="lock state"),
    "DoorLock.mode": Term(_STR, title="operating mode"),
    "Valve.open": Term(
        _BOOL, patience_us=15 * _S, lease_us=1 * _H, title="open", stale_us=STALE_US
    ),
    "Valve.level": Term(
        _NUM, "%", 0, 100, 2.0, 30 * _S, 1 * _H, title="how far open", stale_us=STALE_US
    ),
    "Valve.operation": Term(_STR, title="movement"),
    "Valve.remaining": Term(_NUM, "s", title="shuts in"),
    "Valve.fault": Term(_STR, title="fault"),
    # climate
    "Thermostat.localTemperature": Term(_NUM, "°C", title="room temperature"),
    "Thermostat.outdoorTemperature": Term(_NUM, "°C", title="temperature outside"),
    "Thermostat.localHumidity": Term(_NUM, "%", 0, 100, title="room humidity"),
    "Thermostat.setpoint": Term(
        _NUM, "°C", 5, 40, 0.3, 15 * _S, 4 * _H, title="wished temperature"
    ),
    "Thermostat.setpointLow": Term(_NUM, "°C", 5, 40, 0.3, 15 * _S, 4 * _H, title="at least"),
    "Thermostat.setpointHigh": Term(_NUM, "°C", 5, 40, 0.3, 15 * _S, 4 * _H, title="at most"),
    "Thermostat.systemMode": Term(_STR, patience_us=15 * _S, lease_us=4 * _H, title="mode"),
    "Thermostat.runningState": Term(_STR, title="doing"),
    "Thermostat.preset": Term(_STR, patience_us=15 * _S, lease_us=4 * _H, title="preset"),
    "Thermostat.humiditySetpoint": Term(
        _NUM, "%", 0, 100, 1.0, 15 * _S, 4 * _H, title="wished humidity"
    ),
    "Thermostat.swing": Term(_STR, title="swing"),
    "FanControl.speed": Term(_NUM, "%", 0, 100, 3.0, title="speed"),
    "FanControl.mode": Term(_STR, title="mode"),
    "FanControl.oscillating": Term(_BOOL, title="oscillating"),
    "FanControl.direction": Term(_STR, title="direction"),
    "Humidifier.humidity": Term(_NUM, "%", 0, 100, title="humidity"),
    "Humidifier.setpoint": Term(_NUM, "%", 0, 100, 1.0, title="wished humidity"),
    "Humidifier.mode": Term(_STR, title="mode"),
    "Humidifier.action": Term(_STR, title="doing"),
    # the rest of a home
    "RvcOperationalState.state": Term(_STR, title="doing"),
    "RvcOperationalState.fanSpeed": Term(_STR, title="suction"),
    "RvcOperationalState.error": Term(_STR, title="error"),
    "RvcRunMode.mode": Term(_STR, title="run mode"),
    "RvcCleanMode.mode": Term(_STR, title="clean mode"),
    "ServiceArea.selected": Term(_STR, title="areas to clean"),
    "ServiceArea.current": Term(_STR, title="cleans now"),
    "OperationalState.state": Term(_STR, title="doing"),
    "OperationalState.phase": Term(_STR, title="phase"),
    "OperationalState.remaining": Term(_NUM, "s", title="time left"),
    "OperationalState.error": Term(_STR, title="error"),
    "OperationalState.mode": Term(_STR, title="programme"),
    "OperationalState.alarm": Term(_STR, title="alarm"),
    "ModeSelect.mode": Term(_STR, title="mode"),
    "TemperatureControl.level": Term(_STR, title="temperature level"),
    "LaundryWasherControls.spinSpeed": Term(_STR, title="spin speed"),
    "LaundryWasherControls.rinses": Term(_STR, title="rinses"),
    "LaundryDryerControls.dryness": Term(_STR, title="dryness"),
    "MicrowaveOvenControl.cookTime": Term(_NUM, "s", 1, title="cooking time"),
    "MicrowaveOvenControl.power": Term(_NUM, title="power"),
    "Siren.tone": Term(_STR, title="tone"),
    "AlarmPanel.state": Term(_STR, patience_us=90 * _S, title="alarm", stale_us=STALE_US),
    "MediaPlayback.state": Term(_STR, title="playback"),
    "MediaPlayback.volume": Term(_NUM, "%", 0, 100, 1.5, title="volume"),
    "MediaPlayback.muted": Term(_BOOL, title="muted"),
    "MediaPlayback.title": Term(_STR, title="title"),
    "MediaPlayback.artist": Term(_STR, title="artist"),
    "MediaPlayback.app": Term(_STR, title="app"),
    "MediaPlayback.duration": Term(_NUM, "s", 0, title="length"),
    "MediaPlayback.position": Term(_NUM, "s", 0, tolerance=2.0, title="position"),
    "MediaInput.input": Term(_STR, title="input"),
    "AudioOutput.output": Term(_STR, title="sound output"),
    "TargetNavigator.target": Term(_STR, title="page"),
    "Channel.channel": Term(_STR, title="channel"),
    "Chime.sound": Term(_STR, title="chime"),
    "Presence.home": Term(_BOOL, title="home"),
    "Presence.place": Term(_STR, title="place"),
    "Presence.latitude": Term(_NUM, "°", -90, 90, title="latitude"),
    "Presence.longitude": Term(_NUM, "°", -180, 180, title="longitude"),
    "Update.installed": Term(_STR, title="installed version"),
    "Update.latest": Term(_STR, title="latest version"),
    "Update.progress": Term(_NUM, "%", 0, 100, title="update progress"),
    "ResourceMonitoring.condition": Term(_NUM, "%", 0, 100, title="filter left"),
    "ResourceMonitoring.change": Term(_BOOL, title="filter to be changed"),
    "ActivatedCarbonFilterMonitoring.condition": Term(
        _NUM, "%", 0, 100, title="carbon filter left"
    ),
    "ActivatedCarbonFilterMonitoring.change": Term(_BOOL, title="carbon filter to be changed"),
    "WaterTankLevelMonitoring.condition": Term(_NUM, "%", 0, 100, title="water in the tank"),
    "WaterTankLevelMonitoring.change": Term(_BOOL, title="water tank to be filled"),
    "Duration.value": Term(_NUM, "s", title="duration"),
    "Timestamp.value": Term(_STR, title="time"),
    "DeviceTemperature.value": Term(_NUM, "°C", -273.15, title="its own temperature"),
    "Signal.strength": Term(_NUM, "dBm", title="signal"),
    "Home.mode": Term(_STR, lease_us=0, title="mode", choices=MODES, rest="home"),
    # a plain value of a kind that no cluster names
    "Number.value": Term(_NUM, tolerance=1e-6, title="value"),
    "Select.option": Term(_STR, title="option"),
    "Text.value": Term(_STR, title="text"),
}

PLAIN = Term(ValueType.STRING)
"""How a property behaves whose name is not in TERMS."""

ACTIONS: dict[str, str] = {
    "Button.press": "press",
    "WindowCovering.stop": "stop",
    "DoorLock.unbolt": "open the door",
    "DoorLock.addUser": "add a user",
    "DoorLock.setCode": "set a code",
    "DoorLock.clearCode": "forget a code",
    "DoorLock.nameUser": "name a user",
    "DoorLock.removeUser": "remove a user and the codes of it",
    "Valve.stop": "stop",
    "RvcRunMode.start": "start cleaning",
    "RvcRunMode.pause": "pause",
    "RvcRunMode.stop": "stop",
    "RvcRunMode.goHome": "return to the dock",
    "RvcRunMode.cleanSpot": "clean this spot",
    "RvcRunMode.locate": "call out",
    "RvcRunMode.command": "command",
    "Update.install": "install the update",
    "AlarmPanel.trigger": "raise the alarm",
    "Siren.chime": "sound",
    "Command.send": "send a command",
    "Identify.identify": "show which one it is",
    "Meter.reset": "count from 0 anew",
    "Message.show": "show a message",
    "OperationalState.start": "start",
    "OperationalState.pause": "pause",
    "OperationalState.resume": "go on",
    "OperationalState.stop": "stop",
    "ResourceMonitoring.reset": "take the filter as new",
    "ActivatedCarbonFilterMonitoring.reset": "take the carbon filter as new",
    "WaterTankLevelMonitoring.reset": "take the water tank as filled",
    "FanControl.step": "go a step faster or slower",
    "ClosureControl.calibrate": "calibrate",
    "MicrowaveOvenControl.addTime": "cook longer",
    "MicrowaveOvenControl.cook": "cook",
    "EnergyEvse.diagnose": "test itself",
    "SmokeCoAlarm.test": "test itself",
    "SmokeCoAlarm.mute": "be quiet",
    "MediaPlayback.play": "play",
    "MediaPlayback.pause": "pause",
    "MediaPlayback.stop": "stop",
    "MediaPlayback.next": "go to the next",
    "MediaPlayback.previous": "go to the previous",
    "MediaPlayback.playUrl": "play from an address",
    "MediaPlayback.startOver": "begin anew",
    "MediaPlayback.rewind": "rewind",
    "MediaPlayback.fastForward": "fast forward",
    "MediaPlayback.skipForward": "skip ahead",
    "MediaPlayback.skipBackward": "skip back",
    "Channel.change": "change the channel",
    "Channel.up": "go to the next channel",
    "Channel.down": "go to the channel before",
    "LowPower.sleep": "go to sleep",
}
"""Action name -> what it does, as a verb phrase."""

SIGNALS: dict[str, str] = {
    "Switch.pressed": "pressed",
    "Switch.turned": "turned",
    "Doorbell.rang": "rang",
    "Motion.seen": "saw motion",
    "Event.happened": "happened",
    "Tag.scanned": "read a tag",
}
"""Signal name -> what happened, as a verb phrase."""


def term(name: str) -> Term:
    """Return how properties called `name` behave; `PLAIN` where nothing is known of it."""
    return TERMS.get(name, PLAIN)


def typical(name: str, *, writable: bool = False, assumed: bool = False) -> Property:
    """Return the property `name` as its term describes it, for a driver to refine."""
    t = term(name)
    return Property(
        name=name,
        type=t.type,
        writable=writable,
        unit=t.unit,
        minimum=t.minimum,
        maximum=t.maximum,
        choices=t.choices,
        tolerance=t.tolerance,
        assumed=assumed,
        title=t.title,
        stale_us=t.stale_us,
    )
