"""What each kind of service becomes.

draft     a service while it is read
lights    lamps, switches, outlets
openings  doors, windows, coverings, garage doors, locks
climate   thermostats, air conditioners, fans, humidifiers, purifiers
sensors   sensors and batteries
others    buttons, bells, alarms, water, televisions, loudspeakers
anywhere  characteristics that mean the same in every service, and plain values
table     which service is built by which of these
"""
