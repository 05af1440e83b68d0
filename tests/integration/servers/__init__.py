"""The servers that certharvest meets, started for a test and ended after it.

Everything runs inside a namespace of its own (namespace.py): no port, no
process and no mount of the host is touched.
"""
