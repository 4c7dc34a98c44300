"""Services of MIoT-Spec as endpoints: one file for each family of devices."""
