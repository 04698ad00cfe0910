"""The repository does not exist, and this registry does not create repositories by a push.

On Amazon ECR, create the repository; on Harbor, the project; on Google Artifact Registry, the repository that the first
parts of the path name. On other registries the first push creates the repository, and nothing is reported.
"""
