"""The repository does not exist, and this registry does not create repositories by a push.

On Amazon ECR create the repository, on Harbor the project, on Google Artifact Registry the repository of the path's
first parts. Elsewhere the first push creates it, and nothing is reported.
"""
