"""The Homie convention, versions 3 and 4 (a topic for each attribute) and 5 (one description).

    tree       a device, its nodes and their properties, whatever the version
    attributes version 4: a tree out of many retained attributes, in any order
    description version 5: a tree out of `$description`
    meaning    what a property is in the vocabulary, by its type, unit and name
    values     a property's values, by its datatype
    building   a tree's parts
    dialect    the fold of the announcements

Source: https://homieiot.github.io/specification/ (4.0.0 and 5.0).
"""

from drivers.mqtt.homie.dialect import Homie

__all__ = ["Homie"]
