"""The certificate of a registry cannot be verified.

It may be self-signed, signed by an authority this machine does not know, expired, or made for another name. Give the
authority's certificate with `--ca FILE` (or SSL_CERT_FILE). `--insecure` continues without verification; then anyone on
the network path can read and change what is pushed.
"""
