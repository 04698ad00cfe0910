"""`pull --files`: files by their titles, packed directories, charts; nothing outside, nothing by halves."""

from __future__ import annotations

import gzip
import shutil
import tarfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lazyoci.errors import LayoutError, LazyociError
from lazyoci.layout.store import Staged
from lazyoci.oci import mediatype
from lazyoci.oci.annotations import CONTENT_DIGEST, UNPACK
from lazyoci.oci.digest import of
from lazyoci.transfer.find import PullError
from lazyoci.unpack import directory, limits
from lazyoci.unpack.files import unpack
from lazyoci.unpack.safe_paths import safe_parts
from tests.unit.unpack.kit import CONTENT, found, member, tar, titled, tree

PACKED = {UNPACK: "true"}


def test_files_lie_where_their_titles_say(tmp_path: Path) -> None:
    store = Staged()
    layers = [titled(store, "a.txt", b"A"), titled(store, "sub/deep/b.txt", b"B"), titled(store, "./c.txt", b"C")]
    placed = unpack(found(store, layers), store, tmp_path / "out")
    assert tree(tmp_path / "out") == {"a.txt": "A", "sub/deep/b.txt": "B", "c.txt": "C"}
    assert placed == [tmp_path / "out" / name for name in ("a.txt", "sub/deep/b.txt", "c.txt")]


def test_a_file_that_is_there_is_replaced_and_a_link_is_not_followed(tmp_path: Path) -> None:
    store = Staged()
    (tmp_path / "precious").write_text("mine")
    out = tmp_path / "out"
    out.mkdir()
    (out / "a").write_text("old")
    (out / "b").symlink_to(tmp_path / "precious")
    unpack(found(store, [titled(store, "a", b"new"), titled(store, "b", b"new")]), store, out)
    assert tree(out) == {"a": "new", "b": "new"}
    assert (tmp_path / "precious").read_text() == "mine"


def test_nothing_goes_through_a_linked_directory(tmp_path: Path) -> None:
    store = Staged()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "sub").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    with pytest.raises(PullError, match="is a link"):
        unpack(found(store, [titled(store, "sub/a", b"x")]), store, tmp_path / "out")
    assert not list((tmp_path / "elsewhere").iterdir())


@pytest.mark.parametrize(
    "title",
    [
        "../a",
        "/etc/passwd",
        "a/../../b",
        "a\\b",
        "C:a",
        "C:/a",
        "..",
        ".",
        "/",
        "a//b",
        "a\0b",
        "a\nb",
        "a\x1b[31m",
        "a\u202eb",
    ],
)
def test_a_title_that_is_no_safe_path_is_refused(title: str, tmp_path: Path) -> None:
    store = Staged()
    with pytest.raises(PullError, match="no safe path"):
        unpack(found(store, [titled(store, title, b"x")]), store, tmp_path / "out")
    assert [path.name for path in tmp_path.rglob("*")] in ([], ["out"])


@given(st.text(max_size=30))
def test_safe_parts_never_lead_out(name: str) -> None:
    try:
        parts = safe_parts(name, "it")
    except PullError:
        return
    root = Path("/root/of/it")
    assert root in root.joinpath(*parts).parents
    assert not {"", ".", ".."} & set(parts)


def test_two_layers_of_one_title_are_refused(tmp_path: Path) -> None:
    store = Staged()
    with pytest.raises(PullError, match="two layers titled 'a'"):
        unpack(found(store, [titled(store, "a", b"1"), titled(store, "a", b"2")]), store, tmp_path)


def test_layers_without_a_title_are_told(tmp_path: Path) -> None:
    store = Staged()
    plain = store.add_bytes("text/plain", b"x")
    said: list[str] = []
    unpack(found(store, [plain, titled(store, "a", b"1")]), store, tmp_path, warn=said.append)
    assert len(said) == 1 and "has no title" in said[0]
    with pytest.raises(PullError, match="no layer with a title"):
        unpack(found(store, [plain]), store, tmp_path)


def test_an_image_is_refused(tmp_path: Path) -> None:
    store = Staged()
    config = store.add_bytes(mediatype.OCI_CONFIG, b"{}")
    with pytest.raises(PullError, match="is an image"):
        unpack(found(store, [titled(store, "a", b"x")], config, kind=""), store, tmp_path)


def test_a_chart_is_called_by_name_and_version(tmp_path: Path) -> None:
    store = Staged()
    config = store.add_bytes(mediatype.HELM_CONFIG, b'{"name":"api","version":"1.2.0+b"}')
    layers = [store.add_bytes(mediatype.HELM_CHART, b"tgz"), store.add_bytes(mediatype.HELM_PROVENANCE, b"signed")]
    unpack(found(store, layers, config, kind=""), store, tmp_path)
    assert tree(tmp_path) == {"api-1.2.0+b.tgz": "tgz", "api-1.2.0+b.tgz.prov": "signed"}


@pytest.mark.parametrize(
    "config", [b"{}", b"[]", b"nonsense", b'{"name":"../x","version":"1"}', b'{"name":"a/b","version":"1"}']
)
def test_a_chart_with_a_hostile_config_is_refused(config: bytes, tmp_path: Path) -> None:
    store = Staged()
    described = store.add_bytes(mediatype.HELM_CONFIG, config)
    chart = store.add_bytes(mediatype.HELM_CHART, b"tgz")
    with pytest.raises(PullError):
        unpack(found(store, [chart], described, kind=""), store, tmp_path / "out")
    assert tree(tmp_path) == {}


class TestDirectory:
    def test_the_marks_are_those_of_oras(self) -> None:
        assert (UNPACK, CONTENT_DIGEST) == ("io.deis.oras.content.unpack", "io.deis.oras.content.digest")

    @pytest.mark.parametrize("mode", ["w:gz", "w"])
    def test_it_is_unpacked(self, mode: str, tmp_path: Path) -> None:
        store = Staged()
        entries = [
            member("site", type=tarfile.DIRTYPE, mode=0o755),
            member("site/index.html", b"hello"),
            member("site/bin/run", b"#!", mode=0o755),
            member("site/empty/", type=tarfile.DIRTYPE, mode=0o755),
            member("site/current", type=tarfile.SYMTYPE, linkname="bin/run"),
            member("site/bin/up", type=tarfile.SYMTYPE, linkname="../index.html"),
        ]
        data = tar(*entries, mode=mode)
        marks = {**PACKED, CONTENT: of(tar(*entries, mode="w"))} if mode == "w" else PACKED
        unpack(found(store, [titled(store, "site", data, **marks)]), store, tmp_path)
        assert tree(tmp_path) == {
            "site/index.html": "hello",
            "site/bin/run": "#!",
            "site/current": "→ bin/run",
            "site/bin/up": "→ ../index.html",
        }
        assert (tmp_path / "site/empty").is_dir()
        assert (tmp_path / "site/bin/run").stat().st_mode & 0o100
        assert not (tmp_path / "site/index.html").stat().st_mode & 0o100

    def test_it_is_unpacked_over_what_is_there(self, tmp_path: Path) -> None:
        store = Staged()
        (tmp_path / "site").mkdir()
        (tmp_path / "site" / "a").write_text("old")
        (tmp_path / "site" / "kept").write_text("kept")
        layer = titled(store, "site", tar(member("site/a", b"new")), **PACKED)
        unpack(found(store, [layer]), store, tmp_path)
        assert tree(tmp_path) == {"site/a": "new", "site/kept": "kept"}

    @pytest.mark.parametrize(
        "entries",
        [
            [member("site/../../evil", b"x")],
            [member("/site/evil", b"x")],
            [member("other/evil", b"x")],
            [member("site/link", type=tarfile.SYMTYPE, linkname="/etc")],
            [member("site/link", type=tarfile.SYMTYPE, linkname="../../x")],
            [member("site/link", type=tarfile.SYMTYPE, linkname="a/../../x")],
            [member("site/link", type=tarfile.LNKTYPE, linkname="/etc/passwd")],
            [member("site/device", type=tarfile.CHRTYPE)],
            [member("site/pipe", type=tarfile.FIFOTYPE)],
            [member("site/a", b"1"), member("site/a", b"2")],
            [member("site/a", type=tarfile.SYMTYPE, linkname="."), member("site/a/b", b"through")],
            [member("site/a", b"1"), member("site/a/b", b"below a file")],
            [member("site/a", b"1"), member("site/a", type=tarfile.DIRTYPE)],
            [
                member("site/d/e/b", type=tarfile.SYMTYPE, linkname="../.."),
                member("site/a", type=tarfile.SYMTYPE, linkname="d/e/b/.."),
            ],
        ],
    )
    def test_a_hostile_one_is_refused_before_anything_is_placed(
        self, entries: list[tuple[tarfile.TarInfo, bytes]], tmp_path: Path
    ) -> None:
        store = Staged()
        layer = titled(store, "site", tar(member("site/good", b"x"), *entries), **PACKED)
        with pytest.raises(PullError):
            unpack(found(store, [layer]), store, tmp_path / "out")
        assert tree(tmp_path) == {}

    def test_links_of_two_layers_do_not_combine(self, tmp_path: Path) -> None:
        """Each alone leads nowhere bad; followed together they would end two directories above."""
        store = Staged()
        first = tar(
            member("d/sub/y", type=tarfile.SYMTYPE, linkname="."), member("d/sub/z", type=tarfile.SYMTYPE, linkname=".")
        )
        for target in ("sub/y/../..", "sub/y/z/../../..", "sub/y/z/y/../../../../etc/passwd"):
            second = tar(member("d/out", type=tarfile.SYMTYPE, linkname=target))
            for layers in ((("d/sub", first), ("d", second)), (("d", second), ("d/sub", first))):
                made = [titled(store, title, data, **PACKED) for title, data in layers]
                with pytest.raises(PullError, match=r"goes up from behind another link|leads outside"):
                    unpack(found(store, made), store, tmp_path / "out")
                assert tree(tmp_path) == {}

    def test_links_of_two_layers_lead_down_alone(self, tmp_path: Path) -> None:
        store = Staged()
        first = tar(member("d/sub/y", type=tarfile.SYMTYPE, linkname="."), member("d/sub/f", b"x"))
        second = tar(member("d/in", type=tarfile.SYMTYPE, linkname="sub/y/y/f"))
        layers = [titled(store, "d/sub", first, **PACKED), titled(store, "d", second, **PACKED)]
        unpack(found(store, layers), store, tmp_path)
        assert (tmp_path / "d" / "in").read_text() == "x"

    def test_nothing_is_unpacked_into_a_linked_title(self, tmp_path: Path) -> None:
        store = Staged()
        first = tar(member("d/a", type=tarfile.SYMTYPE, linkname="."))
        for data in (tar(member("d/a/out", b"x")), tar(member("d/a/out", type=tarfile.SYMTYPE, linkname="b"))):
            layers = [titled(store, "d", first, **PACKED), titled(store, "d/a", data, **PACKED)]
            with pytest.raises(PullError, match="is a link; nothing is unpacked through it"):
                unpack(found(store, layers), store, tmp_path)
            assert tree(tmp_path) == {"d/a": "→ ."}

    def test_a_link_that_was_there_leads_no_new_one_out(self, tmp_path: Path) -> None:
        store = Staged()
        (tmp_path / "out" / "site").mkdir(parents=True)
        (tmp_path / "out" / "site" / "mine").symlink_to("/etc")
        data = tar(
            member("site/f", b"x"),
            member("site/a", type=tarfile.SYMTYPE, linkname="mine/passwd"),
            member("site/b", type=tarfile.SYMTYPE, linkname="a"),
        )
        with pytest.raises(PullError, match="by way of a link that was there before"):
            unpack(found(store, [titled(store, "site", data, **PACKED)]), store, tmp_path / "out")
        assert tree(tmp_path / "out") == {"site/mine": "→ /etc", "site/f": "x"}

    def test_what_expands_to_very_much_must_be_asked_for(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """By its ratio, by the sum of all layers, and by the number of files; before a byte is written."""
        store = Staged()
        monkeypatch.setattr(limits, "SMALL", 1 << 20)
        zeros = [titled(store, f"s{i}", tar(member(f"s{i}/zeros", bytes(3 << 20))), **PACKED) for i in range(2)]
        with pytest.raises(PullError, match=r"expands to more than .*; nothing was unpacked") as caught:
            unpack(found(store, zeros), store, tmp_path / "out")
        assert caught.value.hint == "if that is what it should be, give --allow-large"
        monkeypatch.setattr(limits, "SMALL", 4 << 20)
        monkeypatch.setattr(limits, "TOTAL", 5 << 20)
        with pytest.raises(PullError, match="the artifact expands to more than 5242880 bytes"):
            unpack(found(store, zeros), store, tmp_path / "out")
        monkeypatch.setattr(limits, "TOTAL", 8 << 20)
        monkeypatch.setattr(limits, "ENTRIES", 1)
        with pytest.raises(PullError, match="more than 1 files"):
            unpack(found(store, zeros), store, tmp_path / "out")
        assert not (tmp_path / "out").exists()
        monkeypatch.setattr(limits, "TOTAL", 1)
        unpack(found(store, zeros), store, tmp_path / "out", large=True)
        assert (tmp_path / "out" / "s1" / "zeros").stat().st_size == 3 << 20

    def test_zeros_behind_the_end_count_too(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        store = Staged()
        monkeypatch.setattr(limits, "SMALL", 1 << 20)
        data = gzip.compress(tar(member("site/f", b"x"), mode="w") + bytes(3 << 20))
        with pytest.raises(PullError, match="expands to more than"):
            unpack(found(store, [titled(store, "site", data, **PACKED)]), store, tmp_path / "out")

    @pytest.mark.parametrize("large", [False, True])
    def test_the_disk_must_have_room(self, large: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        store = Staged()
        monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10, 5, 5))  # type: ignore[attr-defined]
        with pytest.raises(LayoutError, match="has room for 5 bytes, and 6 are to be unpacked"):
            layers = [titled(store, "d", tar(member("d/f", b"123")), **PACKED), titled(store, "e", b"123")]
            unpack(found(store, layers), store, tmp_path, large=large)
        assert tree(tmp_path) == {}

    def test_the_tar_inside_never_lies_on_the_disk(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        store = Staged()
        seen: list[int] = []
        real = directory.put

        def look(source: Path, goal: Path) -> None:
            seen.append(sum(path.stat().st_size for path in tmp_path.rglob("*") if path.is_file()))
            real(source, goal)

        monkeypatch.setattr(directory, "put", look)
        data = tar(*(member(f"d/{i}", bytes(100_000)) for i in range(5)))
        unpack(found(store, [titled(store, "d", data, **PACKED)]), store, tmp_path)
        assert seen == [100_000 * (i + 1) for i in range(5)]

    def test_lies_are_refused(self, tmp_path: Path) -> None:
        store = Staged()
        whole = tar(member("site/a", b"x" * 5000), mode="w")
        for data, marks in (
            (whole[:3000], {}),
            (tar(member("site/a", b"x"))[:-12], {}),
            (b"\x28\xb5\x2f\xfd" + b"zstd, they say", {}),
            (tar(member("site/a", b"x")), {CONTENT: "sha256:" + "0" * 64}),
        ):
            with pytest.raises(LazyociError):
                unpack(found(store, [titled(store, "site", data, **PACKED, **marks)]), store, tmp_path / "out")
        assert tree(tmp_path) == {}

    @given(st.binary(max_size=2000))
    def test_noise_gives_our_errors_alone(self, data: bytes) -> None:
        import tempfile

        store = Staged()
        with tempfile.TemporaryDirectory() as name:
            try:
                unpack(found(store, [titled(store, "site", data, **PACKED)]), store, Path(name))
            except LazyociError:
                return
            assert all(path.is_relative_to(Path(name) / "site") for path in Path(name).iterdir())
