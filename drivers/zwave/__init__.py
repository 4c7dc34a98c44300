"""Z-Wave, through the WebSocket of a Z-Wave JS server.

values          the values of a node, as the server tells them
function        what of a node becomes an endpoint: how it is read and set
switches        lamps, plugs, fans, valves, sirens
colors          the colours of lamps
covers          blinds and garage doors
locks           door locks
climate         thermostats and humidity
sensors         measurements, meters, batteries
notifications   motion, contacts, smoke, water and the like
buttons         what happens at a moment: scenes, keypads
plain           all else, by its type: parameters, indicators
node            a node: its description and its functions
link, driver    the connection, and the driver
"""
