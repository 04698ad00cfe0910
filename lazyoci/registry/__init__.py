"""The client side of the distribution specification: policy (pure) and transport (httpx) apart from each other."""
