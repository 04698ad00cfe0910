"""A registry does not answer.

Its name may be mistyped, a network, proxy or VPN may be missing, or the registry may be down. Only `--online`, `build`
and the editor ask registries. In the editor this is only information, because you may simply be offline.

Test it step by step: `lazyoci registry test HOST`.
"""
