"""What registries say of a file: what counts as proof, one finding for one fact, and `validate --online`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from lazyoci.check import Checked, check
from lazyoci.diagnostic import Severity
from lazyoci.frozen import replace
from lazyoci.oci.digest import of
from lazyoci.oci.reference import Repository
from lazyoci.online import Answer, Online, Question, ask, ask_all, diagnose, expected_digest, is_offline, questions
from lazyoci.registry.client import Timeouts
from lazyoci.registry.credentials.credential import Credential
from lazyoci.registry.errors import Task, Unreachable
from lazyoci.rules import Selection
from lazyoci.world import Face
from tests.certs import make
from tests.e2e.cli import lazyoci
from tests.hosts import Named
from tests.registry.fake import ALL, Basic, Bearer, FakeRegistry, faults
from tests.registry.kit import ALICE, BOB, Kit, kit
from tests.worlds import world

WRONG = Credential("the test", "alice", "wr0ng")
FILE = """\
version: 1
artifacts:
  - type: artifact
    files: [{{path: a.txt, mediaType: text/plain}}]
    targets:
      - registry: {0}/team/app
        tags: ["1.4.2", latest]
"""


def checked(text: str, face: Face = Face.EDITOR) -> Checked:
    found = check(text, Path("/repo/.lazy"), world({"a.txt": "a"}, face=face))
    assert found.plan is not None, found.diagnostics
    return found


def asked(one: Kit, file: Checked, *, as_push: bool) -> dict[Question, Answer]:
    assert file.plan is not None
    return {answer.question: answer for answer in ask_all(one.client, questions(file.plan), as_push=as_push)}


def codes(one: Kit, file: Checked, *, as_push: bool) -> list[tuple[str, str]]:
    """Each finding's code and the text it is at."""
    found = diagnose(file, asked(one, file, as_push=as_push))
    return [(one_.code, file.source.text[one_.span.start : one_.span.end]) for one_ in found]


def quick(**options: object) -> Kit:
    return kit(timeouts=Timeouts(connect=2, read=2), attempts=1, **options)


def test_a_failure_that_is_kept_keeps_no_connection() -> None:
    file = checked(FILE.format("127.0.0.1:9"))
    failures = [answer.failure for answer in asked(quick(), file, as_push=False).values()]
    assert failures
    for failure in failures:
        assert isinstance(failure, Unreachable)
        chain: list[BaseException | None] = [failure, failure.__cause__, failure.__context__]
        assert all(each is None or each.__traceback__ is None for each in chain)


def test_an_open_registry_is_believed_whoever_asks(fake: FakeRegistry) -> None:
    file = checked(FILE.format(fake.host))
    fake.seed_manifest("team/app", b'{"schemaVersion": 2}', "application/vnd.oci.image.manifest.v1+json", "latest")
    for as_push in (False, True):
        found = asked(quick(), file, as_push=as_push)
        assert [(str(question), answer.state) for question, answer in found.items()] == [
            (f"{fake.host}/team/app:1.4.2", "missing"),
            (f"{fake.host}/team/app:latest", "verified"),
        ]
        assert codes(quick(), file, as_push=as_push) == []  # `latest` is there to be moved


@pytest.mark.parametrize(
    "guard",
    [Basic({"alice": "s3cret"}), Bearer({"alice": "s3cret"}, rights=lambda user, _: ALL if user else frozenset())],
)
def test_without_credentials_a_refusal_proves_nothing(fakes: Callable[..., FakeRegistry], guard: object) -> None:
    fake = fakes(guard=guard)
    file = checked(FILE.format(fake.host))
    found = asked(quick(), file, as_push=False)
    assert {answer.state for answer in found.values()} == {"unchecked"}
    assert diagnose(file, found) == []


def test_without_credentials_a_missing_tag_of_a_guarded_registry_proves_nothing(
    fakes: Callable[..., FakeRegistry],
) -> None:
    fake = fakes(guard=Bearer({"alice": "s3cret"}, rights=lambda user, _: ALL if user else frozenset({"pull"})))
    found = asked(quick(), checked(FILE.format(fake.host)), as_push=False)
    assert {answer.state for answer in found.values()} == {"unchecked"}


def test_wrong_credentials_and_none(fakes: Callable[..., FakeRegistry]) -> None:
    fake = fakes(guard=Basic({"alice": "s3cret"}))
    file = checked(FILE.format(fake.host))
    assert codes(quick(keys=WRONG), file, as_push=True) == [("registry-unauthorized", f"{fake.host}/team/app")]
    (finding,) = diagnose(file, asked(quick(keys=WRONG), file, as_push=True))
    assert finding.severity is Severity.WARNING
    assert finding.message.startswith(f'{fake.host} refused the credentials of user "alice" (from the test); ')
    assert "login" in finding.message
    assert codes(quick(), file, as_push=True) == [("registry-unauthorized", f"{fake.host}/team/app")]
    assert codes(quick(keys=ALICE), file, as_push=True) == []


def test_credentials_that_may_not_push(fakes: Callable[..., FakeRegistry]) -> None:
    users = {"alice": "s3cret", "bob": "s3cret"}
    fake = fakes(guard=Bearer(users, rights=lambda user, _: ALL if user == "alice" else frozenset({"pull"})))
    file = checked(FILE.format(fake.host))
    assert codes(quick(keys=BOB), file, as_push=True) == [("registry-no-push", f"{fake.host}/team/app")]
    assert codes(quick(keys=ALICE), file, as_push=True) == []
    assert fake.count("POST", "/blobs/uploads/") == 0  # proved without opening an upload


def test_nobody_there_is_one_finding_a_host(fake: FakeRegistry) -> None:
    fake.stop()
    text = FILE.format(fake.host) + f"      - {{registry: {fake.host}/other, tags: [x]}}\n"
    file = checked(text)
    (finding,) = diagnose(file, asked(quick(), file, as_push=False))
    assert (finding.code, finding.severity) == ("registry-unreachable", Severity.INFORMATION)
    host = fake.host
    remedy = f"test it with: lazyoci registry test {host}"
    assert finding.message == f"{host} cannot be reached: nothing listens at {host}; {remedy}"
    in_a_pipeline = checked(text, Face.FILE)
    (finding,) = diagnose(in_a_pipeline, asked(quick(), in_a_pipeline, as_push=True))
    assert finding.severity is Severity.WARNING


def test_a_tag_that_is_not_known_yet_leaves_the_way_to_ask_about(fake: FakeRegistry) -> None:
    file = checked(FILE.format(fake.host).replace('["1.4.2", latest]', '["{{ .Tag }}"]'))
    assert file.plan is not None
    (question,) = questions(file.plan)
    assert str(question) == f"{fake.host}/team/app"
    assert asked(quick(), file, as_push=False)[question].state == "unchecked"
    fake.stop()
    assert [code for code, _ in codes(quick(), file, as_push=False)] == ["registry-unreachable"]


def test_certificates_and_plain_http(fakes: Callable[..., FakeRegistry], named: Named, tmp_path: Path) -> None:
    secured = fakes(tls=make(tmp_path, "other.example").server_context())
    file = checked(FILE.format("reg.example"))
    one = quick(hosts=named({"reg.example": secured.url}))
    assert [code for code, _ in codes(one, file, as_push=False)] == ["registry-tls"]
    plain = fakes()
    hosts = named({"http://reg.lan:5000": plain.url})
    for host, wanted in (("reg.lan:5000", ["registry-plain-http"]), (plain.host, [])):
        file = checked(FILE.format(host))
        assert [code for code, _ in codes(quick(hosts=hosts), file, as_push=True)] == wanted


def test_a_repository_that_has_to_be_created_first(fakes: Callable[..., FakeRegistry], named: Named) -> None:
    fake = fakes()
    host = "123456789012.dkr.ecr.eu-west-1.amazonaws.com"
    file = checked(FILE.format(host))
    hosts = named({host: fake.url})
    one = quick(hosts=hosts, keys=ALICE)
    assert codes(one, file, as_push=True) == [("repository-missing", f"{host}/team/app")]
    fake.seed_blob("team/app", b"")
    assert codes(quick(hosts=hosts, keys=ALICE), file, as_push=True) == []
    elsewhere = checked(FILE.format(fake.host))  # where the first push creates it
    assert codes(quick(), elsewhere, as_push=True) == []
    # who may not list may still push
    fake.script.on("GET", "/tags/list", faults.answer(403, "DENIED"), nth=None)
    fake.distribution.repositories.clear()
    assert codes(quick(hosts=hosts, keys=ALICE), file, as_push=True) == []


COPY = """\
version: 1
artifacts:
  - type: copy
    name: production
    from: {0}/staging/app{1}
    targets: [{{registry: {0}/team/app, tags: ["1.4.2"]}}]
"""
MANIFEST = b'{"schemaVersion": 2}'


@pytest.mark.parametrize("source", [":1.4.2", f"@{of(MANIFEST)}"])
def test_the_source_of_a_copy(fake: FakeRegistry, source: str) -> None:
    file = checked(COPY.format(fake.host, source))
    (found,) = diagnose(file, asked(quick(), file, as_push=True))
    assert (found.code, found.severity) == ("copy-source-missing", Severity.WARNING)
    assert found.message == (
        f"{fake.host}/staging/app{source} does not exist, so nothing can be copied; publish it first, or correct it"
    )
    assert file.source.text[found.span.start : found.span.end] == f"{fake.host}/staging/app{source}"
    fake.seed_manifest("staging/app", MANIFEST, "application/vnd.oci.image.manifest.v1+json", "1.4.2")
    assert codes(quick(), file, as_push=True) == []


def test_the_source_of_a_copy_that_may_not_be_read(fakes: Callable[..., FakeRegistry]) -> None:
    open_, closed = fakes(), fakes(guard=Basic({"alice": "s3cret"}))
    text = COPY.format(open_.host, ":1").replace(f"from: {open_.host}", f"from: {closed.host}")
    file = checked(text)
    assert codes(quick(keys=WRONG), file, as_push=True) == [("registry-unauthorized", f"{closed.host}/staging/app:1")]
    assert codes(quick(keys=WRONG), file, as_push=False) == []
    ignored = checked(text.replace("staging/app:1\n", "staging/app:1  # lazyoci: ignore[registry-unauthorized]\n"))
    assert codes(quick(keys=WRONG), ignored, as_push=True) == []


def test_a_tag_that_would_move(fake: FakeRegistry, tmp_path: Path) -> None:
    text = FILE.format(fake.host)
    (tmp_path / "a.txt").write_text("a", "utf-8")
    file = check(text, tmp_path / ".lazy", world({"a.txt": "a"}, face=Face.EDITOR, root=tmp_path))
    assert file.plan is not None
    expected = expected_digest(file.plan.artifacts[0], tmp_path)
    assert expected is not None
    assert expected_digest(file.plan.artifacts[0], tmp_path, most=0) is None
    raw = b'{"schemaVersion": 2}'
    other = fake.seed_manifest("team/app", raw, "application/vnd.oci.image.manifest.v1+json", "1.4.2", "latest")
    found = asked(quick(), file, as_push=True)
    (finding,) = diagnose(file, found, expected={0: expected})
    assert (finding.code, finding.severity) == ("tag-moves", Severity.INFORMATION)
    assert f"exists as {other[:19]}" in finding.message
    assert file.source.text[finding.span.start : finding.span.end] == '"1.4.2"'
    assert diagnose(file, found, expected={0: other}) == []  # the very same: a push changes nothing
    assert "unless it builds the same" in diagnose(file, found)[0].message


def test_rules_severities_and_suppressions_count(fake: FakeRegistry) -> None:
    fake.stop()
    text = FILE.format(fake.host)
    file = checked(text)
    found = asked(quick(), file, as_push=False)
    assert diagnose(replace(file, selection=Selection(ignore=["registry-unreachable"])), found) == []
    graver = Selection(severities={"registry-unreachable": Severity.ERROR})
    assert diagnose(replace(file, selection=graver), found)[0].severity is Severity.ERROR
    silenced = checked(text.replace("/team/app\n", "/team/app  # lazyoci: ignore[registry-unreachable]\n"))
    assert diagnose(silenced, asked(quick(), silenced, as_push=False)) == []
    assert silenced.diagnostics == ()  # and the comment is not called unused where nobody asked


def test_offline_is_when_several_hosts_are_silent_and_none_answers(
    fakes: Callable[..., FakeRegistry], named: Named
) -> None:
    there, gone = fakes(), fakes()
    gone.stop()
    hosts = named({"a.example": gone.url, "b.example": gone.url, "c.example": there.url})
    one = quick(hosts=hosts)

    def answers(*names: str) -> dict[Question, Answer]:
        found: dict[Question, Answer] = {}
        for name in names:
            found |= asked(one, checked(FILE.format(name)), as_push=False)
        return found

    assert is_offline(answers("a.example", "b.example"))
    assert not is_offline(answers("a.example"))
    assert not is_offline(answers("a.example", "b.example", "c.example"))
    assert not is_offline({})


def test_a_name_that_cannot_be_looked_up_may_be_us_being_offline() -> None:
    def answer(host: str, reason: str) -> dict[Question, Answer]:
        question = Question(Repository(host, "acme/api"), "v1")
        failure = Unreachable("no", Task(host), reason=reason) if reason else None
        return {question: Answer(question, "unchecked", 0.0, False, failure=failure)}

    assert is_offline(answer("ghcr.io", "dns"))
    assert not is_offline(answer("ghcr.io", "down"))
    assert not is_offline(answer("ghcr.io", "dns") | answer("quay.io", ""))
    assert is_offline(answer("ghcr.io", "dns") | answer("localhost:5000", ""))
    assert not is_offline(answer("localhost:5000", "down"))


def test_details_tell_when_and_for_what(fake: FakeRegistry) -> None:
    config = json.dumps({"created": "2026-01-02T03:04:05Z", "os": "linux", "architecture": "arm64"}).encode()
    digest = fake.seed_blob("team/app", config)
    kind = "application/vnd.oci.image."
    manifest = {
        "schemaVersion": 2,
        "mediaType": kind + "manifest.v1+json",
        "config": {"mediaType": kind + "config.v1+json", "digest": digest, "size": len(config)},
        "layers": [],
    }
    inner = json.dumps(manifest).encode()
    named = fake.seed_manifest("team/app", inner, kind + "manifest.v1+json", "1")
    listed = {"mediaType": kind + "manifest.v1+json", "digest": named, "size": len(inner)}
    platforms = [{"os": "linux", "architecture": one} for one in ("amd64", "arm64")]
    index = {"schemaVersion": 2, "mediaType": kind + "index.v1+json"}
    index["manifests"] = [{**listed, "platform": platform} for platform in platforms]  # type: ignore[assignment]
    fake.seed_manifest("team/app", json.dumps(index).encode(), kind + "index.v1+json", "2")
    file = checked(FILE.format(fake.host).replace('"1.4.2", latest', '"1", "2"'))
    assert file.plan is not None
    one, two = (ask(quick().client, question, as_push=False, details=True) for question in questions(file.plan))
    assert (one.state, one.digest, one.created, one.platforms) == (
        "verified", named, "2026-01-02T03:04:05Z", ("linux/arm64",)
    )  # fmt: skip
    assert (two.state, two.platforms) == ("verified", ("linux/amd64", "linux/arm64"))


def test_a_run_asks_each_question_once(fake: FakeRegistry) -> None:
    one = quick()
    run = Online(one.client)
    for _ in range(3):
        run.findings(checked(FILE.format(fake.host)))
    assert fake.count("HEAD", "/manifests/") == 2


def test_validate_online(fakes: Callable[..., FakeRegistry], tmp_path: Path) -> None:
    fake = fakes(guard=Basic({"alice": "s3cret"}))
    (tmp_path / "a.txt").write_text("a", "utf-8")
    (tmp_path / ".lazy").write_text(FILE.format(fake.host), "utf-8")
    offline = lazyoci("validate", cwd=tmp_path)
    assert offline.code == 0
    assert fake.log == []
    ran = lazyoci("validate", "--online", "--severity", "warning", cwd=tmp_path)
    assert ran.code == 1
    assert "warning[registry-unauthorized]" in ran.out
    good = {"LAZYOCI_AUTH_HOST": fake.host, "LAZYOCI_USERNAME": "alice", "LAZYOCI_PASSWORD": "s3cret"}
    assert lazyoci("validate", "--online", "--severity", "warning", cwd=tmp_path, **good).code == 0
    bad = lazyoci("validate", "--online", "-o", "json", cwd=tmp_path, **{**good, "LAZYOCI_PASSWORD": "s3cr3t-wrong"})
    assert "refused the credentials" in bad.out
    assert "s3cr3t-wrong" not in bad.out + bad.err
