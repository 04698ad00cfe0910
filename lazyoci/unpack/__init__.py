"""Unpacks a pulled layout: into files, or into an image of Docker or Podman."""
