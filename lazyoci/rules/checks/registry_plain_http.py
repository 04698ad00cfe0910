"""A registry answers in plain HTTP only.

Everything, credentials included, can be read and changed on the way. Loopback addresses are not reported. Credentials
go over plain HTTP only to loopback and private addresses, or to a registry that was added with `--insecure`.
"""
