"""Jobs of `lazyoci publish`: content from bundles, references from the publisher's own file, or from what is allowed.

Who builds runs other people's code, so a bundle only proposes. With a file, only its content counts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lazyoci.bundle import prefixes
from lazyoci.bundle.join import Piece, by_name, join
from lazyoci.bundle.plan import BundledArtifact
from lazyoci.bundle.read import Bundle
from lazyoci.check import Checked
from lazyoci.diagnostic import Diagnostic, Span
from lazyoci.errors import BundleError, LazyociError, UsageError
from lazyoci.frozen import frozen, replace
from lazyoci.oci.reference import Reference, destination
from lazyoci.publish import belongs, bundled_chart
from lazyoci.publish.clock import Clock
from lazyoci.publish.clock import check as check_clock
from lazyoci.publish.collect import collect, look
from lazyoci.publish.job import Job, Jobs
from lazyoci.publish.options import Options
from lazyoci.publish.origin import Origin
from lazyoci.publish.parts import declared
from lazyoci.publish.result import ArtifactResult, ReferenceResult
from lazyoci.publish.steps import annotations_of, metadata, with_content
from lazyoci.rules import RULES
from lazyoci.rules.checks.copy_of_own_target import source_of
from lazyoci.transfer.outcome import Outcome, Wanted

# keys of an artifact that do not decide what it is made from
_OF_REFERENCES = frozenset({"type", "name", "targets", "when", "versionFrom", "platforms"})

# rules about what artifacts are made from, some of which report where a key is absent
_OF_CONTENT = frozenset(rule.code for rule in RULES if rule.group in ("files", "helm")) - {
    "unknown-platform",
    "unlikely-platform",
    "duplicate-platform",
    "invalid-image-reference",
    "chart-tag-mismatch",
    "chart-name-mismatch",
}


@frozen
class Publishing:
    """How bundles are published: the prefixes `allowed`, where no file decides; `mappings`; `partial`, if platforms
    may be missing; `clock`, that of the first bundle, by which files are resolved."""

    allowed: tuple[str, ...] | None = None
    mappings: tuple[prefixes.Mapping, ...] = ()
    partial: bool = False
    clock: Clock | None = None


def without_content(checked: Checked) -> Checked:
    """`checked` without the findings about what artifacts are made from: that was judged where they were built."""
    if checked.config is None:
        return checked
    content: list[Span] = []
    for artifact in checked.config.artifacts:
        if artifact.type == "copy":  # which is looked up here
            continue
        for key, (name, value) in artifact.node.fields().items():
            if key not in _OF_REFERENCES:
                content.append(Span(name.start, max(name.end, value.end)))
    kept = [one for one in checked.diagnostics if one.code not in _OF_CONTENT and not _within(one, content)]
    return replace(checked, diagnostics=tuple(kept))


def _within(one: Diagnostic, spans: Sequence[Span]) -> bool:
    return any(start <= one.span.start < end for start, end in spans)


def from_files(files: Sequence[Checked], bundles: Sequence[Bundle], options: Options, how: Publishing) -> Jobs:
    """A job for every artifact of the files: where it goes is worked out from the file, what it is from the bundles.

    Raises UsageError when `options.artifacts` match nothing, BundleError for bundles that do not belong to the files.
    """
    collected = collect(files, options, content_is_built=True)
    jobs = tuple([look((job,), options)[0] if job.result.type == "copy" else job for job in collected])
    jobs = jobs if how.clock is None else check_clock(jobs, how.clock)
    belongs.check_names(jobs)
    content = by_name(bundles)
    known = {artifact.label for one in files if one.config is not None for artifact in one.config.artifacts}
    if all(one.config is not None for one in files):
        for name in content:
            if name not in known:
                raise BundleError(
                    f"the bundle has {name!r}, and {_files(files)} declares no such artifact",
                    hint=f"it declares {', '.join(sorted(known))}; build the bundle from the same commit",
                )
    return _mapped(tuple([_with_content(job, content, options, partial=how.partial) for job in jobs]), how.mappings)


def _files(files: Sequence[Checked]) -> str:
    return " or ".join(one.source.name for one in files)


def _with_content(job: Job, content: Mapping[str, Sequence[Piece]], options: Options, *, partial: bool) -> Job:
    if not job.ready or job.planned is None or job.checked is None or job.result.type == "copy":
        return job
    found = content.get(job.result.name)
    if found is None:
        return job.failing(
            BundleError(
                f"no bundle has {job.result.name}, which is due",
                hint="build the bundle with it, or publish others alone with --artifact",
            )
        )
    try:
        for piece in found:
            belongs.check(job, piece.artifact)
        resolved = job.planned.resolved
        annotations = annotations_of(resolved, metadata(resolved, options))
        built = join(found, declared(resolved.artifact), partial=partial, annotations=annotations).built
        belongs.check_subjects(job.result.name, built)
        bundled_chart.check(job, built)
        return with_content(job, built)
    except LazyociError as error:
        return job.failing(error)


def from_plans(bundles: Sequence[Bundle], options: Options, how: Publishing) -> Jobs:
    """A job for every artifact of the bundles, with the references that they propose.

    Raises UsageError when `options.artifacts` match nothing, BundleError if a reference lies, after mapping, below none
    of the prefixes that `how` allows; None of these allows all, for a run that only shows what there is.
    """
    content = _wanted(by_name(bundles), options.artifacts)
    jobs = [_of_plan(at, pieces, options, partial=how.partial) for at, pieces in enumerate(content.values())]
    mapped = _mapped(tuple(jobs), how.mappings)
    _refuse_collisions(mapped)
    others = {
        one: job.result.name
        for job in (mapped if how.allowed is not None else ())
        for one in prefixes.refused(job.references, how.allowed or ())
    }
    if others:
        name = next(iter(others.values()))
        named = [str(one) for one, of in others.items() if of == name]
        needed = dict.fromkeys(f"--allow {one.repository}" for one in others)
        raise BundleError(
            f"the bundle would publish {name} as {', '.join(named)}, which --allow does not",
            hint=f"if that is meant: {' '.join(needed)}",
        )
    return mapped


def _refuse_collisions(jobs: Jobs) -> None:
    """Raise BundleError if two artifacts have one reference: the second would be pushed over the first."""
    seen: dict[tuple[str, str, str], str] = {}
    for job in jobs:
        for one in job.references:
            other = seen.setdefault(destination(one), job.result.name)
            if other != job.result.name:
                raise BundleError(
                    f"{other} and {job.result.name} would both be published as {one}",
                    hint="build them with references of their own, or publish one alone with --artifact",
                )


def _wanted(content: Mapping[str, Sequence[Piece]], words: Sequence[str]) -> dict[str, Sequence[Piece]]:
    """Those that `words` name, or all without words. A word is a name, or else a type, as `build --artifact` has it."""
    chosen: set[str] = set() if words else set(content)
    for word in words:
        found = {word} & content.keys() or {name for name, one in content.items() if one[0].artifact.type == word}
        if not found:
            raise UsageError(f"no artifact matches {word!r}", hint=f"the bundle has: {', '.join(content)}")
        chosen |= found
    return {name: pieces for name, pieces in content.items() if name in chosen}


def _of_plan(at: int, pieces: Sequence[Piece], options: Options, *, partial: bool) -> Job:
    artifact = pieces[0].artifact
    references = _in_order(artifact)
    nothing = Outcome("planned" if options.dry_run else "skipped")
    result = ArtifactResult(
        artifact.name,
        artifact.type,
        at,
        None,
        tuple([ReferenceResult(str(one.reference), nothing) for one in artifact.references]),
        due=bool(references),
    )
    moves = {one.reference: one.moves for one in artifact.references if one.moves is not None}
    wanted = Wanted(artifact.name, references, moves, artifact.ours)
    job = Job(None, None, references, result, waits=not references, goes_to=wanted)
    try:
        return with_content(job, join(pieces, artifact.declared, partial=partial, by_plan=True).built)
    except LazyociError as error:
        return job.failing(error)


def from_layout(origin: Origin, references: Sequence[Reference], options: Options) -> Jobs:
    """The job for an artifact of a layout that is no bundle, with all in the layout that is about it."""
    built, also = origin.built, origin.companions
    nothing = Outcome("planned" if options.dry_run else "skipped")
    shown = tuple([ReferenceResult(str(one), nothing) for one in references])
    type_ = "image" if built.platforms else "helm" if origin.kind == "helm" else "artifact"
    result = ArtifactResult(origin.shown, type_, 0, None, shown, referrers=len(also.found), not_carried=also.left_out)
    goes_to = Wanted(origin.shown, tuple(references))
    job = Job(None, None, tuple(references), result, goes_to=goes_to, companions=also.found)
    return (with_content(job, built),)


def _in_order(artifact: BundledArtifact) -> tuple[Reference, ...]:
    """The references in the order of pushing, as a file's: what moves forward late, `latest` last."""
    forward = {one.reference for one in artifact.references if one.moves == "forward"}
    seen = dict.fromkeys(one.reference for one in artifact.references)
    return tuple(sorted(seen, key=lambda one: (one in forward, one.tag == "latest")))


def _mapped(jobs: Jobs, mappings: Sequence[prefixes.Mapping]) -> Jobs:
    if not mappings:
        return jobs
    becomes = prefixes.map_all([one for job in jobs for one in job.references], mappings)
    _refuse_own_sources(jobs, becomes)
    return tuple([_with_other_references(job, becomes) for job in jobs])


def _refuse_own_sources(jobs: Jobs, becomes: Mapping[Reference, Reference]) -> None:
    """Raise BundleError if a mapping has something published where a copy of this run comes from."""
    for job in jobs:
        source = source_of(job.planned) if job.planned is not None and job.ready else None
        if source is None:
            continue
        for other in jobs:
            for one in other.references:
                if other.ready and becomes[one] != one and destination(becomes[one]) == destination(source):
                    raise BundleError(
                        f"--map has {other.result.name} published as {becomes[one]}, of which {job.result.name} is "
                        "a copy in this run",
                        hint="map to another prefix, or publish the copy in a later run, with --artifact",
                    )


def _with_other_references(job: Job, becomes: Mapping[Reference, Reference]) -> Job:
    wanted = job.wanted
    texts = {str(one): str(other) for one, other in becomes.items()}
    goes_to = Wanted(
        wanted.artifact,
        tuple([becomes[one] for one in wanted.references]),
        {becomes[one]: moves for one, moves in wanted.moves.items()},
        wanted.ours,
    )
    shown = [replace(one, reference=texts.get(one.reference, one.reference)) for one in job.result.references]
    return replace(
        job,
        references=goes_to.references,
        goes_to=goes_to,
        mapped=tuple([(str(one), str(becomes[one])) for one in wanted.references if becomes[one] != one]),
        result=replace(job.result, references=tuple(shown)),
    )
