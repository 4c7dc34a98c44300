"""What every driver of a network protocol is made of.

manifest   who a driver is, what is meant for it, and what it may reach (`driver.toml`)
sighting   what showed itself on the network
found      a thing that a driver recognised, for a person to adopt
driver     the interface that a driver fills: recognise, seek, adopt, link
link       one adopted thing's connection: run, send; and what it tells
errors     what can go wrong, each with its mend
"""
