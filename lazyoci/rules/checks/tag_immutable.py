"""A tag exists in the registry with another digest, and the repository forbids moving it.

The push would be refused after the build. Increase the version, or publish under another tag.
"""
