"""What a copy is made of does not exist in its registry, or may not be seen with these credentials.

`lazyoci build` looks the source up before anything is sent, and publishes nothing if it is missing. Where it is only
published later, as by another job, this is expected until then.
"""
