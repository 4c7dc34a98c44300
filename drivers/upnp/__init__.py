"""UPnP/DLNA media renderers: speakers, televisions and receivers that play what they are told."""
