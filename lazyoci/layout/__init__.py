"""OCI image layouts on disk, archives, and the result of a build: a root descriptor and a store of its blobs."""
