"""What may be asked and sent together: by content alone, without a registry."""

from __future__ import annotations

from lazyoci.layout.store import Built, Staged
from lazyoci.oci.descriptor import EMPTY, dump
from lazyoci.transfer import order
from lazyoci.transfer.content import Content, read
from tests.registry.kit import artifact, index


def nested() -> tuple[Content, dict[str, str]]:
    """An index of one image, and of an index of two others; the digests by their names."""
    store = Staged()
    one, two, three = (artifact(name, store=store).root for name in (b"one", b"two", b"three"))
    inner = index(store, [two, three]).root
    outer: Built = index(store, [one, inner])
    names = {"one": one, "two": two, "three": three, "inner": inner, "outer": outer.root}
    return read(outer), {name: descriptor.digest for name, descriptor in names.items()}


def test_the_root_is_asked_for_first_and_a_place_that_has_it_has_all() -> None:
    content, digests = nested()
    assert order.to_ask(content, {}) == (digests["outer"],)
    assert order.to_ask(content, {digests["outer"]: True}) == ()
    assert order.to_put(content, {digests["outer"]: True}) == ()


def test_all_children_of_a_missing_index_are_asked_for_together() -> None:
    content, digests = nested()
    there = {digests["outer"]: False}
    assert set(order.to_ask(content, there)) == {digests["one"], digests["inner"]}
    there |= {digests["one"]: False, digests["inner"]: True}
    assert order.to_ask(content, there) == ()  # below what is there, nothing is asked
    assert order.to_put(content, there) == ((digests["one"],), (digests["outer"],))


def test_what_is_put_together_names_only_what_was_put_before() -> None:
    content, digests = nested()
    there = dict.fromkeys(digests.values(), False)
    assert order.to_ask(content, there) == ()
    steps = order.to_put(content, there)
    assert [set(step) for step in steps] == [
        {digests["one"], digests["two"], digests["three"]},
        {digests["inner"]},
        {digests["outer"]},
    ]
    placed: set[str] = set()
    for step in steps:
        for digest in step:
            assert set(content.below(digest)) <= placed
        placed |= set(step)


def test_a_child_of_two_indexes_is_asked_for_and_put_once() -> None:
    store = Staged()
    shared = artifact(b"shared", store=store).root
    inner = index(store, [shared]).root
    content = read(index(store, [shared, inner]))
    there = {content.root.digest: False, inner.digest: False}
    assert order.to_ask(content, there) == (shared.digest,)
    there[shared.digest] = False
    assert order.to_put(content, there) == ((shared.digest,), (inner.digest,), (content.root.digest,))


def test_a_single_image_is_one_step() -> None:
    content = read(artifact(b"one"))
    assert order.to_put(content, {content.root.digest: False}) == ((content.root.digest,),)


def test_the_first_tag_is_alone_and_latest_is_last() -> None:
    assert order.tags([]) == ()
    assert order.tags(["v1"]) == ((0,),)
    assert order.tags(["latest"]) == ((0,),)
    assert order.tags(["v1", "latest"]) == ((0,), (1,))
    assert order.tags(["v1", "v1.2", "v1.2.3", "latest"]) == ((0,), (1, 2), (3,))
    assert order.tags(["latest", "v1"]) == ((0,), (1,))  # `Wanted` has it last already


def test_a_root_is_asked_for_where_that_spares_more_than_one_question() -> None:
    assert not order.is_worth_asking_for(read(artifact(b"one")))  # a file, and the empty config
    assert order.is_worth_asking_for(read(artifact(b"one", b"two")))
    assert order.is_worth_asking_for(nested()[0])


def test_a_root_with_a_subject_is_asked_for_as_it_is_sent_by_its_digest_too() -> None:
    store = Staged()
    about = artifact(b"one", store=store).root
    document = {
        "schemaVersion": 2,
        "mediaType": about.media_type,
        "config": EMPTY.to_json(),
        "layers": [],
        "subject": about.to_json(),
    }
    root = store.add_bytes(about.media_type, dump(document))
    assert order.is_worth_asking_for(read(Built(root, store)))
