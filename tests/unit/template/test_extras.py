"""What lazyoci adds to Go's templates: functions as in Sprig, tagify, further variables; and how to do without."""

import pytest

from lazyoci.template import EXTRA_VARIABLES, FUNCTIONS, VARIABLES, Function, TemplateError, parse, render, tagify

VALUES = {"GitBranch": "feature/Login é", "Tag": "v1.2.3", "GitSHALong": "0123456789abcdef", "Name": "api"}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{{ lower .GitBranch }}", "feature/login é"),
        ("{{ upper .GitBranch }}", "FEATURE/LOGIN É"),
        ('{{ upper "straße ǰ ᾳ" }}', "STRAßE ǰ ᾼ"),  # each rune on its own, as Go
        ('{{ lower "ΑΣ İ" }}', "ασ i"),
        ('{{ replace "/" "-" .GitBranch }}', "feature-Login é"),
        ('{{ .GitBranch | replace "/" "-" | lower }}', "feature-login é"),
        ('{{ replace "" "-" "ab" }}', "-a-b-"),
        ("{{ trunc 7 .GitSHALong }}", "0123456"),
        ("{{ trunc -4 .GitSHALong }}", "cdef"),
        ("{{ trunc 99 .Tag }}{{ trunc -99 .Tag }}{{ trunc 0 .Tag }}", "v1.2.3v1.2.3"),
        ('{{ .Tag | trimPrefix "v" }}', "1.2.3"),
        ('{{ trimPrefix "x" .Tag }}{{ trimSuffix ".3" .Tag }}', "v1.2.3v1.2"),
        ('{{ default "edge" .Version }}', "edge"),
        ('{{ .Tag | default "edge" }}', "v1.2.3"),
        ('{{ default "x" }}{{ default 1 0 }}{{ default "d" false }}{{ default "d" nil }}', "x1dd"),
        ("{{ with default 1 . }}{{ .Name }}{{ end }}", "api"),
        ("{{ tagify .GitBranch }}", "feature-Login"),
        ("{{ .Name }}-{{ .GitDirty }}", "api-"),
    ],
)
def test_output(source: str, expected: str) -> None:
    assert render(source, VALUES) == expected


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("{{ lower 1 }}", '1:9: executing "tag" at <1>: expected string; found 1'),
        ("{{ lower (len .Tag) }}", '1:14: executing "tag" at <.Tag>: '
         "wrong type for value; expected string; found int"),
        ('{{ trunc "7" .Tag }}', '1:9: executing "tag" at <"7">: expected integer; found "7"'),
        ("{{ trunc 1.5 .Tag }}", '1:9: executing "tag" at <1.5>: expected integer; found 1.5'),
        ("{{ lower }}", '1:3: executing "tag" at <lower>: wrong number of args for lower: want 1 got 0'),
        ("{{ .Tag | replace }}", '1:10: executing "tag" at <replace>: wrong number of args for replace: want 3 got 1'),
        ("{{ lower . }}", '1:9: executing "tag" at <.>: '
         "wrong type for value; expected string; found *build.TemplateVars"),
    ],
)  # fmt: skip
def test_error(source: str, message: str) -> None:
    with pytest.raises(TemplateError) as caught:
        render(source, VALUES)
    assert caught.value.message == f"template: tag:{message}"


def test_trunc_takes_a_whole_float_as_go_does() -> None:
    assert render("{{ trunc 1e0 .Tag }}", VALUES) == "v"


@pytest.mark.parametrize("name", [name for name, function in FUNCTIONS.items() if function.extra])
def test_portable_knows_no_extra_function(name: str) -> None:
    with pytest.raises(TemplateError) as caught:
        parse("{{ " + name + " .Tag }}", portable=True)
    assert (caught.value.what, caught.value.name) == ("unknown-function", name)
    parse("{{ " + name + " .Tag }}")


@pytest.mark.parametrize("name", EXTRA_VARIABLES)
def test_portable_knows_no_extra_variable(name: str) -> None:
    assert render("{{ ." + name + " }}", {name: "x"}) == "x"
    with pytest.raises(TemplateError) as caught:
        render("{{ ." + name + " }}", {name: "x"}, portable=True)
    assert (caught.value.what, caught.value.name) == ("unknown-variable", name)


def test_variables_are_those_of_the_original_in_its_order() -> None:
    shown = render("{{ . }}", {name: name for name in VARIABLES + EXTRA_VARIABLES})
    assert shown == "{" + " ".join(VARIABLES) + "}"


@pytest.mark.parametrize("function", FUNCTIONS.values(), ids=list(FUNCTIONS))
def test_every_function_is_explained(function: Function) -> None:
    name, signature, doc, example, _extra = function
    assert signature.split()[0] == name
    assert doc.endswith(".")
    template = parse(example)
    assert name in [called for called, _ in template.calls()]
    if name != "call":
        render(example, {"Tag": "v1.2.3", "GitSHA": "0123456789", "Version": "1.2.3", "GitBranch": "main"})


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("", ""),
        ("v1.2.3", "v1.2.3"),
        ("trailing-", "trailing-"),
        ("feature/x", "feature-x"),
        ("feature//x y", "feature-x-y"),
        ("/x/", "x"),
        ("1.0.0+build.5", "1.0.0-build.5"),
        (".hidden", "hidden"),
        ("-.-x", "x"),
        ("機能", "_"),
        ("é", "_"),
        ("-", "_"),
        ("x\n", "x"),
        ("a" * 200, "a" * 128),
    ],
)
def test_tagify(text: str, tag: str) -> None:
    assert tagify(text) == tag
