"""Why some of what a device tells is not carried, in words for its owner."""

BYTES = "bytes that mean something to the device alone"
LIST = "a list, which no property holds"
STRUCTURE = "a structure of several parts, which no property holds"
SIGN_IN = "signing in to an account, which is for its maker's app"
MAKERS_OWN = "the maker's own, and not described in public"
NEWER = "not of Matter 1.5, so of a newer one"
