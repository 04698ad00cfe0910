"""Bundles: what a build made and where it would have it go, to be published by another run.

A bundle is an OCI layout, in a directory or a tar, with the file `lazyoci.json` beside its `index.json`. The job that
builds runs other people's code, and the job that publishes has the credentials. So a bundle only proposes.
"""
