"""Matter, through a Matter server. Pure are all but session, server, link, contact and driver.

what a device is made of
    attributes     what an attribute is: its codec, its property, what to order to set it
    codecs         raw values of attributes to values and back
    orders         the commands and writes that set properties
    clusters/      the application clusters, by what they are for
    machines       what machines are told to do
    lock           the users of a lock and their codes
    asking         what actions are told
    infrastructure the clusters of the node itself, which tell nothing of a home
    device_types   device types, and what they make of a cluster
    switches       presses, and other events
    dump           a node as a Matter server tells it, in any of its forms
    mapping        describe, decode, encode
    coverage       what of a node is carried
a node in the home
    told           what was told of a node last
    node           what it becomes: parts, endpoints, which attribute is which property
    sending        commands as what is sent, and what its acknowledgement makes certain
    record         what is kept of it
    presence       what devices announce by mDNS, and what that says of one that is away
    setup_code     the codes by which devices are taken in
the server
    wire           its messages
    failures       what it says went wrong, in words
    session        one connection
    server         the connection that all links share
    contact        what is asked of a node, with deadlines of the hub's own
    link           a link to one node
    commissioning  taking a device in
    managed/       a server of the hub's own
"""
