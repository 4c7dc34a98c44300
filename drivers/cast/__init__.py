"""Chromecasts, and what else takes Google Cast: found by mDNS, told and commanded over CASTV2.

announced  what a device says of itself by mDNS
status     what it tells, as values
orders     what it is asked
session    the library's thread, and how what it hears comes to the loop
link       the connection
driver     all of it, as the hub asks for it
"""
