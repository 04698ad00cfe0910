"""A registry answers only over plain HTTP.

Others on the network can read and change everything that is sent, including credentials. Loopback addresses are not
reported. Credentials go over plain HTTP only to loopback and private addresses, or to a registry that was added with
`--insecure`.
"""
