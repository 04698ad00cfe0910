"""Values of the OCI specifications, without any I/O: references, digests, media types, platforms, descriptors."""
