"""Rules of Go's text/template and fmt that no recorded case covers; each from Go's documentation or tests."""

import pytest

from lazyoci.template import TemplateError, render

VALUES = {"Tag": "v1.2.3", "GitSHA": "abc1234", "Version": "1.2.3"}


def _error(source: str) -> TemplateError:
    with pytest.raises(TemplateError) as caught:
        render(source, VALUES)
    return caught.value


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('{{ printf "%+d|%x|%X|%o|%O|%b" 42 42 42 42 42 42 }}', "+42|2a|2A|52|0o52|101010"),
        ('{{ printf "%#x|%#o|%#b|%#X" 42 42 42 42 }}', "0x2a|052|0b101010|0X2A"),
        ('{{ printf "%.3d|%6.3d|%-6.3d|%+.3d" 7 7 7 7 }}', "007|   007|007   |+007"),
        ('{{ printf "%.0d|%4.0d|" 0 0 }}', "|    |"),
        ('{{ printf "%c%c" 0x1F600 -1 }}', "😀\ufffd"),
        ('{{ printf "%q|%+q|%#q" 0x65E5 0x65E5 10 }}', "'日'|'\\u65e5'|'\\n'"),
        ('{{ printf "%#U|%U|%.6U|%U" 0x1F600 7 7 -1 }}', "U+1F600 '😀'|U+0007|U+000007|U+FFFFFFFFFFFFFFFF"),
        ('{{ printf "%x|% x|%#x|%# X|%.2x" "hello" "hello" "hello" "hi" "hello" }}',
         "68656c6c6f|68 65 6c 6c 6f|0x68656c6c6f|0X68 0X69|6865"),
        ('{{ printf "%08q|%-8q|%8q|" "a" "a" "a" }}', '00000"a"|"a"     |     "a"|'),
        ('{{ printf "%e|%E|%.2e|%g|%G" 123456.789 123456.789 123456.789 1e-7 1e-7 }}',
         "1.234568e+05|1.234568E+05|1.23e+05|1e-07|1E-07"),
        ('{{ printf "%.3g|%.10g|%#g|%#.3g|%#v" 1234.5678 1234.5678 1.0 1.0 1.0 }}',
         "1.23e+03|1234.5678|1.00000|1.00|1"),
        ('{{ printf "%x|%X|%.1x|%x|%b" 1.0 3.5 1.96875 0.0 3.5 }}',
         "0x1p+00|0X1.CP+01|0x1.0p+01|0x0p+00|7881299347898368p-51"),
        ('{{ printf "%6.2f|%-8.1f|%+.1f|% .1f|%08.2f|%-08.2f|" 3.14159 3.14159 3.14159 3.14159 -3.14159 3.14159 }}',
         "  3.14|3.1     |+3.1| 3.1|-0003.14|3.14    |"),
        ('{{ printf "%v|%.1f|%+v" 1+2i 1+2i 1i }}', "(1+2i)|(1.0+2.0i)|(0+1i)"),
        ('{{ printf "%t|%5t|%-6t|%d" true true false true }}', "true| true|false |%!d(bool=true)"),
        ('{{ printf "%v|%5v|%d|%s|%T" nil nil nil nil nil }}', "<nil>|<nil>|%!d(<nil>)|%!s(<nil>)|<nil>"),
        ('{{ printf "%T|%T" (index "a" 0) . }}', "uint8|*build.TemplateVars"),
        ('{{ printf "%#v|%v|%x" (index "a" 0) (index "a" 0) (index "a" 0) }}', "0x61|97|61"),
        ('{{ printf "%#v|%+v" "a\\"b" "a" }}', '"a\\"b"|a'),
        ('{{ printf "%[2]d %[1]d|%[1]*d|" 1 2 }}', "2 1|2|"),
        ('{{ printf "%[2]*[1]d|" 7 4 }}', "   7|"),
        ('{{ printf "%[x]d|%[0]d|%[]d|%[]" 1 }}', "%!d(BADINDEX)|%!d(BADINDEX)|%!d(BADINDEX)|%!](BADINDEX)"),
        ('{{ printf "%*d|" "x" 1 }}', "%!(BADWIDTH)1|"),
        ('{{ printf "%.*d|%.*d|" "x" 1 -1 2 }}', "%!(BADPREC)1|%!(BADPREC)2|"),
        ('{{ printf "%-*d|%*d|" 4 1 -4 1 }}', "1   |1   |"),
        ('{{ printf "%d" }}', "%!d(MISSING)"),
        ('{{ printf "%d%%" 5 }}', "5%"),
        ('{{ printf "" 1 nil "x" }}', "%!(EXTRA int=1, <nil>, string=x)"),
        ('{{ printf "%w %p" 1 "x" }}', "%!w(int=1) %!p(string=x)"),
        ('{{ printf "%+v" . }}',
         "&{Registry: Tag:v1.2.3 GitSHA:abc1234 GitBranch: ChartVersion: Timestamp: Version:1.2.3 VersionMajor: "
         "VersionMinor: VersionPatch: VersionPrerelease: VersionMajorMinor: VersionRaw:}"),
        ("{{ print 1e6 123456789.0 1e-5 0.1 -0.0 1e21 }}", "1e+06 1.23456789e+08 1e-05 0.1 -0 1e+21"),
        ('{{ println 1 "a" nil }}', "1 a <nil>\n"),
        ("{{ html nil }}", "&lt;no value&gt;"),
        ('{{ js "\\x7f\\u2028é" }}', "\x7f\\u2028é"),
        ('{{ urlquery "\\xff é" }}', "%FF+%C3%A9"),
        ("{{ 0x_1F }} {{ 0o17 }} {{ 0b1_0 }} {{ 0_17 }} {{ 1_0.5 }} {{ 0x1p-2 }}", "31 15 2 15 10.5 0.25"),
        ("{{ -9223372036854775808 }} {{ -0x1E }}", "-9223372036854775808 -30"),
        ('{{ "\\a\\b\\f\\v" | printf "%q" }}', '"\\a\\b\\f\\v"'),
        ('{{ slice "é" 0 1 | printf "%q" }}', '"\\xc3"'),
        ('{{ print (slice "é" 0 1) (slice "é" 1 2) | eq "é" }}', "true"),
        ('{{ lt "\\xff" "😀" }}{{ lt "z" "\\xff" }}', "falsetrue"),
        ('{{ if eq . $ }}same{{ end }}', "same"),
        ("{{ range $i := 3 }}{{ if $i }},{{ end }}{{ $i }}{{ end }}", "0,1,2"),
        ("{{ range -3 }}x{{ else }}none{{ end }}", "none"),
        ('{{ range slice "\\x03" 0 | printf "%s" | len }}x{{ end }}', "x"),
        ('{{ range index "\\x03" 0 }}{{ printf "%T " . }}{{ end }}', "uint8 uint8 uint8 "),
        ("{{ range 5 }}{{ if eq . 1 }}{{ continue }}{{ end }}{{ if eq . 3 }}{{ break }}{{ end }}{{ . }}{{ end }}",
         "02"),
        ('{{ block "b" .Tag }}<{{ . }}>{{ end }}', "<v1.2.3>"),
        ('{{ with $x := .Tag }}{{ with $y := $.Version }}{{ $x }}{{ $y }}{{ end }}{{ end }}', "v1.2.31.2.3"),
        ("{{ with 0 }}a{{ else with 1 }}b{{ . }}{{ else }}c{{ end }}", "b1"),
        ("{{ define `t` }}{{ $ }}{{ end }}{{ template `t` 5 }}", "5"),
        ("{{ (len .Tag | printf `%d`) }}", "6"),
        ("{{and true (or false 1)}}", "1"),
        ("{{- /* c */ -}} x", "x"),
    ],
)  # fmt: skip
def test_output(source: str, expected: str) -> None:
    assert render(source, VALUES) == expected


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("{{ 1 | printf }}", "1:7: executing \"tag\" at <printf>: wrong type for value; expected string; found int"),
        ("{{ printf nil }}", '1:10: executing "tag" at <nil>: cannot assign nil to string'),
        ("{{ printf (and nil 1) }}", '1:15: executing "tag" at <nil>: invalid value; expected string'),
        ("{{ 1 | call }}", '1:7: executing "tag" at <call>: error calling call: non-function <int Value> of type int'),
        ("{{ index .Tag nil }}", '1:3: executing "tag" at <index .Tag nil>: error calling index: '
         "cannot index slice/array with nil"),
        ("{{ slice .Tag 0 1 2 3 }}", '1:3: executing "tag" at <slice .Tag 0 1 2 3>: error calling slice: '
         "too many slice indexes: 4"),
        ("{{ print (18446744073709551615) }}", '1:10: executing "tag" at <18446744073709551615>: '
         "18446744073709551615 overflows int"),
        ("{{ range 1.5 }}{{ end }}", "1:9: executing \"tag\" at <1.5>: range can't iterate over 1.5"),
        ('{{ define "a%d" }}{{ .X }}{{ end }}{{ template "a%d" . }}',
         '1:21: executing "a%d" at <.X>: can\'t evaluate field X in type *build.TemplateVars'),
        ("{{ `a\nb", "1: unterminated raw quoted string"),
        ("{{ if\n'x }}", "2: unterminated character constant in action started at tag:1"),
        ("{{ 1+2 }}", '1: bad number syntax: "1+2"'),
        ("{{ if true }}\n{{ else }}\n{{ else if 1 }}{{ end }}", "3: expected end; found {{else}}"),
        ("{{ with 1 }}{{ else 2 }}{{ end }}", '1: unexpected "2" in else'),
        ("{{ range 1 }}{{ else }}{{ break }}{{ end }}", "1: {{break}} outside {{range}}"),
        ('{{ block "b" . }}{{ break }}{{ end }}', "1: {{break}} outside {{range}}"),
        ('{{ template "\\q" }}', "1: invalid syntax"),
        ("{{ $x, $y, $z := 1 }}", "1: too many declarations in command"),
        ("{{ range $x, $y, $z := 1 }}{{ end }}", "1: too many declarations in range"),
        ("{{ 0x1p }}", '1: illegal number syntax: "0x1p"'),
        ("{{ 1__0.5 }}", '1: illegal number syntax: "1__0.5"'),
        ("{{ 1i+2 }}", '1: bad number syntax: "1i+2"'),
    ],
)  # fmt: skip
def test_error(source: str, message: str) -> None:
    assert _error(source).message == f"template: tag:{message}"
