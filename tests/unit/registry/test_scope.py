from lazyoci.registry.auth.scope import CATALOG, PULL, PUSH, Scope, covers, parse, repository, union


def test_a_scope_as_text() -> None:
    assert str(repository("acme/api", *PUSH)) == "repository:acme/api:pull,push"
    assert str(repository("acme/api", "delete", "push", "pull")) == "repository:acme/api:pull,push,delete"
    assert str(CATALOG) == "registry:catalog:*"


def test_parse_leaves_out_what_is_no_scope() -> None:
    found = parse("repository:a/b:pull,push registry:catalog:* junk repository::pull")
    assert found == (repository("a/b", "pull", "push"), CATALOG)
    assert parse("repository:host:5000/a:pull") == (repository("host:5000/a", "pull"),)


def test_union_merges_by_resource_and_puts_what_is_pushed_to_first() -> None:
    found = union([repository("src", *PULL)], [repository("dst", *PULL), repository("dst", "push")])
    assert found == (repository("dst", *PUSH), repository("src", *PULL))


def test_covers() -> None:
    have = union([repository("dst", *PUSH)], [repository("src", *PULL)])
    assert covers(have, [repository("dst", *PULL)])
    assert covers(have, have)
    assert covers(have, [])
    assert not covers(have, [repository("src", *PUSH)])
    assert not covers(have, [Scope("repository", "other", frozenset({"pull"}))])
