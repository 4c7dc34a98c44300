"""Hue bridges, and the lamps, plugs, sensors and buttons behind them, over CLIP v2.

advert     what a bridge announces by mDNS
resource   the resources of a bridge
documents  what it tells: all of them, and the events of their changes
gamut      the colours that a lamp can show
device     a device's services, as endpoints
reading    what a resource says, as values and signals
writing    what is asked of a service, as the body of a request
stream     server-sent events
bridge     requests to one bridge, whose certificate is pinned
estate     all that is behind a bridge while the hub is connected
link       an adopted bridge

Source: CLIP API v2, https://developers.meethue.com/develop/hue-api-v2/ (api-reference).
"""
