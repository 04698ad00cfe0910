"""Where user names and passwords come from: the settings, Docker's and Podman's files, credential helpers."""
