"""Requests to one address: transport, TLS, proxies, redirects, retry and throttling. Knows nothing of credentials."""
