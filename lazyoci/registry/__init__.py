"""The client side of the distribution specification, from the settings of a run down to one request.

- `connect` makes a `client`, which has a `session` with each host and a `repository` for each name.
- A repository reads and writes `manifests`, `pages` of tags and `referrers`; it has blobs by `upload` and `download`.
- `session` sends each `request`: it asks `auth` what to show, tries again as `http/retry` says, and raises what
  `refusals` make of a reply. `connection` follows redirects and falls back to plain HTTP.
- `vendors` knows the products and what helps at each of them; `errors` has all failures.
- `credentials` finds user names and passwords. `catalog` and `probe` are `browse` and `registry test`.

https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md
"""
