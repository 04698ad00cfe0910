"""OCI image layouts on disk, archives, and what a build hands to a push: a root descriptor and where its blobs lie."""
