"""What a pulled layout becomes: the files in it, or an image of Docker or Podman."""
