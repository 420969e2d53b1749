from __future__ import annotations

import shlex

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scratchlint.core import ir
from scratchlint.languages import shell
from shell_rendering import nodes, rendered

WORDS = {
    """echo plain 'single q' "double q" a\\ b""": "echo('plain', 'single q', 'double q', 'a b')",
    """echo 'a'"b"c x'y'""": "echo('abc', 'xy')",
    """echo "$a $b" "a\n $b" " $a " """: "echo($a + ' ' + $b, 'a\\n ' + $b, ' ' + $a + ' ')",
    '''echo "q\\"d\\$e\\\\f\\g\\\nh"''': """echo('q"d$e\\\\f\\\\gh')""",
    r"echo $'a\n\x41\101\e\u00e9' $" + '"loc"': r"echo('a\nAA\x1bé', 'loc')",
    'echo "" \'\' ""$x': "echo('', '', $x)",
    'echo /tmp/$a/"$b".log': "echo('/tmp/' + $a + '/' + $b + '.log')",
    "echo *.sh [ab]c ~/x ~+ --out=/tmp/$x": "echo('*.sh', '[ab]c', '~/x', '~+', '--out=/tmp/' + $x)",
    'a \\\n  -b "$c"': "a('-b', $c)",
    '"$home/bin/run" x; $run y; ./go.sh': "$home + '/bin/run'('x'); $run('y'); ./go.sh()",
    "echo a > /tmp/x # note": "echo('a', > '/tmp/x')",
}

BRACES = {
    "mkdir /tmp/{a,b}": "mkdir(('/tmp/a' | '/tmp/b'))",
    "echo x{a,{b,c}}y {1..3} {c..a} {0..4..2}": (
        "echo(('xay' | 'xby' | 'xcy'), ('1' | '2' | '3'), ('c' | 'b' | 'a'), ('0' | '2' | '4'))"
    ),
    'mkdir "$d"/{a,b}': "mkdir(($d + '/a' | $d + '/b'))",
    "echo {} {a} '{a,b}' \"{a,b}\" {1..99} a{b": ("echo('{}', '{a}', '{a,b}', '{a,b}', '{1..99}', 'a{b')"),
    "echo {a,b}{a,b}{a,b}{a,b}{a,b}{a,b}": "echo('{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}')",
    "X={a,b}": "X = '{a,b}'",
    "[[ $x =~ ^[a-z]{0,127}$ ]]": "[[($x, '=~', '^[a-z]{0,127}$')",
}

EXPANSIONS = {
    "echo $x ${x} $1 ${10} $0 $$ $! $? $# $RANDOM": "echo($x, $x, $1, $10, $0, $$, $!, $?, $#, $RANDOM)",
    'echo $@ "$*" "${@}" "${*}"': "echo($@, $@, $@, $@)",
    'echo ${x:-/tmp/$a} "${x-d}" ${x:-}': "echo(($x | '/tmp/' + $a), ($x | 'd'), ($x | ''))",
    'echo "${x:-"/tmp/a b"}" ${x:-a b} ${1:-/tmp}': "echo(($x | '/tmp/a b'), ($x | 'a b'), ($1 | '/tmp'))",
    "echo ${x:-${y:-/tmp}}": "echo(($x | ($y | '/tmp')))",
    "echo ${x:=/tmp}; : ${y=/var}": "x = ($x | '/tmp'); echo($x); y = ($y | '/var'); :($y)",
    "echo ${x:+/alt} ${x+y} ${x:?message} ${x?}": "echo(('/alt'), ('y'), $x, $x)",
    "echo ${x%/*} ${x##*/} ${x%%.*}": "echo(<parent>($x), <basename>($x), <trimmed>($x))",
    "echo ${x/a/b} ${x//c} ${x,,} ${x:0:3}": (
        "echo(<expansion:/>($x, 'b'), <expansion://>($x), <expansion:,,>($x), <expansion::>($x))"
    ),
    "echo ${x//\\/tmp/\\/var} ${a[@]/#//tmp/$b}": (
        "echo(<expansion://>($x, '/var'), <expansion:/#>($a[*], '/tmp/' + $b))"
    ),
    "echo ${#x} ${!x} ${x@Q}": "echo(<length>($x), <expansion:!>($x), <expansion:@>($x))",
    "echo ${a[0]} ${a[@]} ${a[*]} ${a[k]:-d} ${a[-1]} ${#a[@]}": (
        "echo($a[0], $a[*], $a[*], ($a[k] | 'd'), $a[-1], <length>($a[*]))"
    ),
    "echo ${a[$i]}": "$i; echo($a[*])",
    "echo $((x + $y)) $[z]": "echo(<arithmetic>($x, $y), <arithmetic>($z))",
}

SUBSTITUTIONS = {
    "x=$(mktemp -d)": "x = <substitution>(mktemp('-d'))",
    "x=`ls /tmp`": "x = <substitution>(ls('/tmp'))",
    "x=$(a; b | c)": "a(); x = <substitution>(<pipeline>(b(), c()))",
    'x="$(cd "$(dirname "$0")" && pwd)/y"': (
        "cd(<substitution>(dirname($0))); x = <substitution>(pwd()) + '/y'"
    ),
    "x=$(mktemp -d || mktemp -t z)": "x = <substitution>(mktemp('-d'), mktemp('-t', 'z'))",
    "x=$(</tmp/f)": "x = <substitution>({(< '/tmp/f'))",
    "x=$(if a; then b; fi)": "a(); branch { arm { b() } }; x = <substitution>()",
    "x=$(LANG=C a)": "scope { local export LANG = 'C' }; x = <substitution>(a())",
    "diff <(a /tmp) >(b)": "diff(<process>(a('/tmp')), <process>(b()))",
}

REDIRECTS = {
    "a >b >>c <d 2>e 2>>f &>g &>>h >|i <>j 1>k 3>l": (
        "a(> 'b', >> 'c', < 'd', 2> 'e', 2>> 'f', &> 'g', &>> 'h', >| 'i', <> 'j', > 'k', 3> 'l')"
    ),
    "a 2>&1 >&2 <&3 >&- 2>&-": "a()",
    "a >& /tmp/log": "a(&> '/tmp/log')",
    "echo >/tmp/f a b; >/tmp/f echo c": "echo(> '/tmp/f', 'a', 'b'); echo(> '/tmp/f', 'c')",
    'cat <<< "$x y"': "cat(<<< $x + ' y')",
    "> /tmp/f": "{(> '/tmp/f')",
    ": > /tmp/f": ":(> '/tmp/f')",
    "{ a; b; } > f": "{(> 'f'); a(); b()",
    "while read l; do a; done < f": "{(< 'f'); loop { read('l'); a() }",
    "while read l; do a; done < <(b)": "{(< <process>(b())); loop { read('l'); a() }",
    "( a ) >> log 2>&1": "{(>> 'log'); scope { a() }",
    "f() { a; } > log": "function f { {(> 'log'); a() }",
    "a && { b; } || { c; } > f": "a(); guarded { b() }; guarded { {(> 'f'); c() }",
    "x=1 > f": "{(> 'f'); x = '1'",
    "x=$(a) 2>f": "{(2> 'f'); x = <substitution>(a())",
    "exec 9>/tmp/lock": "exec(9> '/tmp/lock')",
}

DOCUMENTS = {
    "cat > f <<EOF\nhello $x /tmp\n ${y:-/tmp} $(a 'b')\nEOF\n": (
        "cat(> 'f', << <document>('hello ' + $x + ' /tmp\\n ' + ($y | '/tmp') + ' ' + "
        "<substitution>(a('b')) + '\\n'))"
    ),
    "cat <<'EOF'\na $x\n\\$y\nEOF\n": "cat(<< <document>('a $x\\n\\\\$y\\n'))",
    'cat <<EOF\n\\$x "q" it\'s `a` $((1+n))\nEOF': (
        "cat(<< <document>('$x \"q\" it\\'s ' + <substitution>(a()) + ' ' + <arithmetic>($n) + '\\n'))"
    ),
    "cat <<-EOF\n\t\ta\n\tb $x\n\tEOF\n": "cat(<< <document>('a\\n' + 'b ' + $x + '\\n'))",
    "cat <<EOF > /tmp/x && b\na\nEOF\n": "cat(<< <document>('a\\n'), > '/tmp/x'); guarded { b() }",
    "cat <<EOF | b > /tmp/y\na\nEOF\nc": "<pipeline>(cat(<< <document>('a\\n')), b(> '/tmp/y')); c()",
    "x=$(cat <<EOF\na\nEOF\n)": "x = <substitution>(cat(<< <document>('a\\n')))",
    "cat <<EOF\n\n\n  a\nEOF\n": "cat(<< <document>('\\n\\n  a\\n'))",
    "cat <<EOF\nEOF\n": "cat(<< <document>(''))",
    "cat <<EOF\nnever ends $x": "cat(<< <document>('never ends ' + $x))",
    "cat <<EOF\n\\$x\nEOF\n": "cat(<< <document>('$x\\n'))",
    "cat <<EOF\n$ ${x $(y\nEOF\n": "cat(<< <document>('$ ${x $(y\\n'))",
}

ASSIGNMENTS = {
    'x=/tmp/a y="$x/b" z=': "x = '/tmp/a'; y = $x + '/b'; z = ''",
    "export a=/tmp b": "export a = '/tmp'; export('b')",
    'export "a=/tmp/$x"': "export a = '/tmp/' + $x",
    "declare -x a=/tmp; typeset -gx b=c; readonly d=/x": "export a = '/tmp'; export b = 'c'; d = '/x'",
    "local a=1": "a = '1'",
    "f() { local a=1 b; declare c=2; declare -g d=3; typeset e=4; }": (
        "function f { local a = '1'; local c = '2'; d = '3'; local e = '4' }"
    ),
    "a=1 b=$a run -x": "scope { local export a = '1'; local export b = $a; run('-x') }",
    'a=(x "y z" $w); a+=(v)': "a = {0: 'x', 1: 'y z', 2: $w}; a = {...$a, 0: 'v'}",
    "a=([k]=/tmp/v [$i]=w)": "a = {k: '/tmp/v', None: 'w'}",
    "a[k]=v; x+=/b": "a[k] = 'v'; x = $x + '/b'",
}

LINES = {
    "a && b && c || d": "a(); guarded { b(); c() }; guarded { d() }",
    "a || b && c": "a(); guarded { b() }; guarded { c() }",
    "x=$(a) || x=/tmp": "x = <substitution>(a()); guarded { x = '/tmp' }",
    "a && x=$(b) && c": "a(); guarded { x = <substitution>(b()); c() }",
    "! a | b |& c && d": "<pipeline>(a(), b(), c()); guarded { d() }",
    "a > f | b 2> g": "<pipeline>(a(> 'f'), b(2> 'g'))",
    "X=1 a | b": "scope { local export X = '1'; <pipeline>(a(), b()) }",
    "a; while b; do c; done | d": "a(); loop { b(); c() }; <pipeline>({(), d())",
    "a & b | c & wait": "<background>(a()); <background>(<pipeline>(b(), c())); wait()",
    '[ -f /tmp/x ] && [[ -d "$y" && ! $z == /tmp/* ]] || test -z "$a"': (
        "[('-f', '/tmp/x'); guarded { [[('-d', $y, '&&', '!', $z, '==', '/tmp/*') }; "
        "guarded { test('-z', $a) }"
    ),
    "[[ ($x == a) ]]": "[[('(', $x, '==', 'a', ')')",
    "unset x; alias l='ls /tmp'; source ./env; . ./env": (
        "unset('x'); alias('l=ls /tmp'); source('./env'); .('./env')"
    ),
}

CONTROL = {
    "if a; then b; elif c; then d; else e; fi": "a(); c(); branch { arm { b() }; arm { d() }; arm { e() } }",
    "if ! a; then b; fi": "a(); branch { arm { b() } }",
    'case "$1" in a|b) c ;; /tmp/*) d ;; esac': (
        "$1; branch { arm[<compare>('a', 'b')] { c() }; arm[<compare>('/tmp/*')] { d() } }"
    ),
    'for x in a /tmp/$b {c,d} "$@"; do e; done': (
        "loop { x = ('a' | '/tmp/' + $b | ('c' | 'd') | $@); e() }"
    ),
    "for x; do a; done": "loop { x = $@; a() }",
    "for ((i=0; i<n; i++)); do a; done": "loop { i = '0'; <arithmetic>($i, $n); <arithmetic>($i); a() }",
    "select x in a b; do c; done": "loop { x = ('a' | 'b'); c() }",
    "while a; do b; done; until c; do d; done": "loop { a(); b() }; loop { c(); d() }",
    "( cd /tmp; a )": "scope { cd('/tmp'); a() }",
    "{ a; b; }": "a(); b()",
    "((x > y)); if ((z)); then a; fi": "<arithmetic>($x, $y); <arithmetic>($z); branch { arm { a() } }",
    "f() { a; return 1; }; function g { b; }; h() ( c )": (
        "function f { a() }; function g { b() }; function h { scope { c() } }"
    ),
}

SCRIPTS = {
    "trap 'rm -rf \"$t\"' EXIT INT": "trap { rm('-rf', $t) }",
    'trap "rm -rf $t" EXIT': "trap { rm('-rf', $t) }",
    "trap \"rm -rf '$t'\" EXIT": "trap { rm('-rf', $t) }",
    'trap "rm \\"$t\\"; a" SIGTERM': "trap { rm($t); a() }",
    "trap cleanup EXIT; trap -- cleanup 0": "trap { cleanup() }; trap { cleanup() }",
    "trap - EXIT; trap '' INT": "",
    "trap 'a' USR1": "trap('a', 'USR1')",
    "a && trap b EXIT": "a(); guarded { trap { b() } }",
    "eval 'x=/tmp; a'": "x = '/tmp'; a(); eval('x=/tmp; a')",
    'eval "$x"; eval "$(a) b"': "eval($x); eval(<substitution>(a()) + ' b')",
    "bash -c 'a > /tmp/x'": "a(> '/tmp/x'); bash('-c', 'a > /tmp/x')",
    'sudo -u me /bin/sh -ec "a $x"': "a($x); sudo('-u', 'me', '/bin/sh', '-ec', 'a ' + $x)",
    "su me -c 'a'": "a(); su('me', '-c', 'a')",
    "bash script.sh -c x; echo bash -c x": "bash('script.sh', '-c', 'x'); echo('bash', '-c', 'x')",
    "bash -c 'a '\"$x\"' b'": "a($x, 'b'); bash('-c', 'a ' + $x + ' b')",
}

CASES = {
    **WORDS,
    **BRACES,
    **EXPANSIONS,
    **SUBSTITUTIONS,
    **REDIRECTS,
    **DOCUMENTS,
    **ASSIGNMENTS,
    **LINES,
    **CONTROL,
    **SCRIPTS,
}

FRAGMENTS = st.sampled_from(
    [
        *CASES,
        *"\"'`$(){}[]<>|&;#\\!=*?~\n\t \r\0",
        "$(",
        "${",
        "$((",
        "<<EOF\n",
        "EOF\n",
        "if ",
        "then ",
        "fi",
    ]
)
SOURCES = st.one_of(
    st.binary(max_size=200), st.lists(FRAGMENTS, max_size=12).map(lambda parts: "".join(parts).encode())
)


@pytest.mark.parametrize("source", CASES)
def test_what_a_construct_becomes(source: str) -> None:
    assert rendered(source) == CASES[source]


@pytest.mark.parametrize(
    ("source", "texts"),
    [
        ("""cat '/tmp/a' "/tmp/b" /tmp/c""", ["cat", "/tmp/a", "/tmp/b", "/tmp/c"]),
        ('cat "/tmp/$x/é" $y/z', ["cat", "/tmp/", "/é", "/z"]),
        ("trap 'rm /tmp/é' EXIT", ["rm", "/tmp/é"]),
        ('trap "rm \\"/tmp/a\\" /tmp/b" EXIT', ["rm", "/tmp/a", "/tmp/b"]),
        ("trap \"rm /tmp/a \"'/tmp/b /tmp/c' EXIT", ["rm", "/tmp/a", "/tmp/b", "/tmp/c"]),
        ("cat <<-E\n\t/tmp/$x\n\t/a\nE", ["cat", "/tmp/", "\n", "/a\n"]),
        ("cat /tmp/a\r\ncat /tmp/b\r\n", ["cat", "/tmp/a", "cat", "/tmp/b"]),
        ("\ufeffcat /tmp/a\n", ["cat", "/tmp/a"]),
        ("cat /tmp/a\0 b", ["cat", "/tmp/a", "b"]),
    ],
)
def test_a_constant_spans_its_own_text(source: str, texts: list[str]) -> None:
    data = source.encode()
    found = sorted(
        (node for node in nodes(shell.lower("script.sh", data)) if isinstance(node, ir.Lit)),
        key=lambda node: node.span.start,
    )
    assert [node.text for node in found] == texts
    assert [data[node.span.start : node.span.end].decode() for node in found] == texts


def test_an_offset_shifts_every_span() -> None:
    for source in CASES:
        here = shell.lower("script.sh", source.encode())
        there = shell.lower("script.sh", source.encode(), offset=1000)
        assert [node.span.start + 1000 for node in nodes(here)] == [node.span.start for node in nodes(there)]
        assert [node.span.end + 1000 for node in nodes(here)] == [node.span.end for node in nodes(there)]


def test_a_script_written_with_escapes_keeps_its_places() -> None:
    data = rb'{"start": "cat \"/tmp/a\""}'
    start, end = data.index(b"cat"), data.index(b'"}')
    places = [place for place in range(start, end) if data[place] != ord("\\")]
    text = bytes(data[place] for place in places)
    module = shell.lower_at("package.json", text, [*places, end])
    (lit,) = [node for node in nodes(module) if isinstance(node, ir.Lit) and node.text == "/tmp/a"]
    assert data[lit.span.start : lit.span.end] == b"/tmp/a"


def test_comments_are_kept_and_are_not_commands() -> None:
    module = shell.lower("run", b"#!/command/with-contenv bash\n# cat /tmp/a\necho b # noqa\n")
    assert [comment.text for comment in module.comments] == [
        "#!/command/with-contenv bash",
        "# cat /tmp/a",
        "# noqa",
    ]
    assert rendered("# cat /tmp/a\necho b") == "echo('b')"


def test_what_the_grammar_cannot_read_keeps_its_constants() -> None:
    for source in (
        "case x in (a) b /tmp/x ;& *) c ;;& esac",
        "cat <<A; echo /tmp/x\na\nA\n",
        "if a; then b /tmp/x",
    ):
        module = shell.lower("script.sh", source.encode())
        assert module.damaged
        assert any(isinstance(node, ir.Lit) and "/tmp/x" in node.text for node in nodes(module))


@pytest.mark.parametrize(
    "source",
    ["echo " + "$(" * 300 + "/tmp/x" + ")" * 300, "if a; then " * 300 + "cat /tmp/x;" + "fi;" * 300],
)
def test_deep_nesting_loses_no_constant(source: str) -> None:
    module = shell.lower("script.sh", source.encode())
    assert any(isinstance(node, ir.Lit) and node.text == "/tmp/x" for node in nodes(module))


@given(SOURCES)
@example(b"")
@example(b"\xef\xbb\xbf")
@example(b"\xff\xfe\0$(\x80")
def test_any_bytes_are_lowered(data: bytes) -> None:
    module = shell.lower("script.sh", data)
    seen: set[int] = set()
    for node in nodes(module):
        assert 0 <= node.span.start <= node.span.end <= len(data)
        assert id(node) not in seen
        seen.add(id(node))


CHARACTERS = st.text("abcXYZ019 /._-:=@%+,'\"\\~*?[]{}()<>|&;#!", min_size=1, max_size=6)
PIECES = st.one_of(
    CHARACTERS.map(lambda text: "'" + text.replace("'", "_") + "'"),
    CHARACTERS.map(lambda text: '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("!", "_") + '"'),
    CHARACTERS.map(lambda text: "".join("\\" + character for character in text.replace(" ", "_"))),
    st.text("abcXYZ019/._-:@%+", min_size=1, max_size=6),
)


@given(st.lists(st.lists(PIECES, min_size=1, max_size=4).map("".join), max_size=5))
def test_words_are_those_of_the_shell(words: list[str]) -> None:
    line = " ".join(["run", *words])
    (statement,) = shell.lower("script.sh", line.encode()).body
    assert isinstance(statement, ir.Do)
    assert isinstance(statement.value, ir.Call)
    values = [argument.value for argument in statement.value.arguments]
    assert [value.text for value in values if isinstance(value, ir.Lit)] == shlex.split(line)[1:]
