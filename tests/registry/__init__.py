"""Tests of the registry client and of push and pull, against a scripted fake and the real docker-registry."""
