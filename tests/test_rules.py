"""The rules: every role has one, every rule is documented, and its documentation is true."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import pytest

from reports import incident
from rule_pages import LANGUAGES, scenario
from scratchlint import knowledge
from scratchlint.analyze import analyze
from scratchlint.cli import main
from scratchlint.core.finding import Finding, Judgement
from scratchlint.core.flow import Role
from scratchlint.core.phrases import NOUNS, PHRASES
from scratchlint.policy.homes import home
from scratchlint.policy.keys import PROFILES
from scratchlint.policy.policy import Policy
from scratchlint.policy.roots import SCRATCH_ROOTS
from scratchlint.rules import RULES, rule_for
from scratchlint.rules.message import finding
from scratchlint.rules.rule import Rule
from scratchlint.source.root import find_root

ROLES: tuple[Role, ...] = get_args(Role)
HOME = "Permanent home"
SECTIONS = ["Why", HOME, "Bad", "Good", "Suppressing"]
FILES = {
    "dotenv": ".env.production",
    "python": "src/app.py",
    "typescript": "src/server.ts",
    "sh": "bin/start.sh",
}
# Rules about what one file does to another: the examples of a section are one project.
OF_SEVERAL_FILES = {"scratch-cleanup-conflict"}
EXAMPLE = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)

ACTION = re.compile(r'action = "([a-z-]+)"')
# Actions that no production finding can rest on.
NO_USES = {"compares", "measures", "scratch", "shows", "tests"}

each_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
each_role_rule = pytest.mark.parametrize(
    "rule", [rule for rule in RULES if rule.roles], ids=lambda rule: rule.id
)


def sections(rule: Rule) -> dict[str, str]:
    pieces = re.split(r"^## (.+)\n", rule.documentation, flags=re.MULTILINE)
    return dict(zip(pieces[1::2], pieces[2::2], strict=True))


def examples(section: str) -> list[Any]:
    cases = []
    for rule in RULES:
        blocks = EXAMPLE.findall(sections(rule)[section])
        policy = next((text for language, text in blocks if language == "toml"), "")
        texts = [(language, text) for language, text in blocks if language != "toml"]
        projects = [texts] if rule.id in OF_SEVERAL_FILES else [[text] for text in texts]
        for number, project in enumerate(projects):
            name = f"{rule.id}-{project[0][0]}-{number}"
            cases.append(pytest.param(rule, policy, project, id=name))
    return cases


def reported(directory: Path, policy: str, project: list[tuple[str, str]]) -> list[str]:
    """Return the rules that report something in a project that consists of examples and a policy."""
    (directory / "scratchlint.toml").write_text(policy, "utf-8")
    for language, text in project:
        file = directory / FILES[language]
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, "utf-8")
    root, named = find_root([directory])
    report = analyze(root, named)
    return [found.rule for found in report.findings] + [remark.rule for remark in report.remarks]


def shown(rule: Rule) -> set[str]:
    """Return the languages in which a rule's page has a bad example."""
    return {path.name for path in (scenario(rule) / "bad").iterdir()}


def languages_of_rules() -> list[Any]:
    return [
        pytest.param(rule, language, id=f"{rule.id}-{language}")
        for rule in RULES
        if rule.roles
        for language in sorted(shown(rule))
    ]


def message_of(judgement: Judgement) -> Finding:
    found = finding(judgement, Policy(), "system")
    assert found is not None
    return found


class TestRules:
    def test_names_are_unique(self) -> None:
        assert len({rule.id for rule in RULES}) == len(RULES)

    def test_every_role_has_exactly_one_rule(self) -> None:
        assert sorted(role for rule in RULES for role in rule.roles) == sorted(ROLES)

    @pytest.mark.parametrize("role", ROLES)
    def test_rule_of_a_role_reports_it(self, role: Role) -> None:
        assert role in rule_for(role).roles

    @each_rule
    def test_rule_has_a_module_of_its_name(self, rule: Rule) -> None:
        name = rule.id.removeprefix("scratch-").replace("-", "_")
        module = __import__(f"scratchlint.rules.{name}", fromlist=["RULE"])
        assert module.RULE is rule

    @each_rule
    def test_severity_is_one_that_code_scanning_takes(self, rule: Rule) -> None:
        if rule.severity:
            assert 0.1 <= float(rule.severity) <= 10.0
            assert float(rule.severity) != 9.0
        else:
            assert not rule.weaknesses


class TestDocumentation:
    @each_rule
    def test_has_a_title_a_summary_and_every_section(self, rule: Rule) -> None:
        title, blank, summary = rule.documentation.splitlines()[:3]
        assert title == rule.title
        assert not title.endswith(".")
        assert not blank
        assert summary
        assert [name for name in SECTIONS if rule.roles or name != HOME] == list(sections(rule))

    @each_role_rule
    def test_says_why_with_sources(self, rule: Rule) -> None:
        why = sections(rule)["Why"]
        for source in ("§3.18", "§5.15", "tmpfiles.d", "10 days", "30 days", "macOS", "Fedora", "Debian 13"):
            assert source in why
        assert "container" in why
        assert f"The level is {rule.level}" in why
        assert [int(number) for number in re.findall(r"CWE-(\d+)", why)] == list(rule.weaknesses)

    @each_role_rule
    def test_names_the_home_of_every_role_in_every_profile(self, rule: Rule) -> None:
        for profile in PROFILES:
            for role in rule.roles:
                text = home(role, profile)
                place = next((word for word in text.split() if word[0] in "/~$"), None)
                wanted = f"`{place.rstrip(',')}" if place else text
                assert wanted in sections(rule)["Permanent home"]

    @each_role_rule
    def test_mirrors_the_deployment_checklist(self, rule: Rule) -> None:
        assert "of the deployment checklist" in " ".join(rule.documentation.split())

    @each_rule
    def test_says_how_to_suppress(self, rule: Rule) -> None:
        assert f"--ignore {rule.id}`" in sections(rule)["Suppressing"]

    @each_rule
    def test_has_bad_and_good_examples(self, rule: Rule) -> None:
        assert EXAMPLE.search(sections(rule)["Bad"])
        assert EXAMPLE.search(sections(rule)["Good"])

    def test_has_bad_examples_in_every_language(self) -> None:
        shown = {
            language for rule in RULES if rule.roles for language, _ in EXAMPLE.findall(sections(rule)["Bad"])
        }
        assert shown == set(FILES)

    @pytest.mark.parametrize(("rule", "policy", "project"), examples("Bad"))
    def test_bad_example_is_reported(
        self, tmp_path: Path, rule: Rule, policy: str, project: list[tuple[str, str]]
    ) -> None:
        found = reported(tmp_path, policy, project)
        assert found.count(rule.id) == 1
        assert len(found) <= len(project)

    @pytest.mark.parametrize(("rule", "policy", "project"), examples("Good"))
    def test_good_example_is_silent(
        self, tmp_path: Path, rule: Rule, policy: str, project: list[tuple[str, str]]
    ) -> None:
        assert reported(tmp_path, policy, project) == []


class TestPage:
    """The examples of a rule's page, beside those of its documentation."""

    @each_role_rule
    def test_has_a_bad_and_a_good_example_in_each_language(self, rule: Rule) -> None:
        good = {path.name for path in (scenario(rule) / "good").iterdir()}
        assert shown(rule) == good
        assert shown(rule) <= set(LANGUAGES)

    def test_has_every_language_in_most_rules(self) -> None:
        whole = [rule.id for rule in RULES if rule.roles and shown(rule) == set(LANGUAGES)]
        assert whole == [rule.id for rule in RULES if rule.roles and rule.id != "scratch-path"]

    @pytest.mark.parametrize(("rule", "language"), languages_of_rules())
    def test_bad_example_is_reported_by_itself(self, rule: Rule, language: str) -> None:
        report = analyze(scenario(rule), (f"bad/{language}",))
        assert [found.rule for found in report.findings] == [rule.id]

    @pytest.mark.parametrize(("rule", "language"), languages_of_rules())
    def test_good_example_is_silent_by_itself(self, rule: Rule, language: str) -> None:
        report = analyze(scenario(rule), (f"good/{language}",))
        assert report.files
        assert not report.findings


class TestHome:
    @pytest.mark.parametrize("profile", PROFILES)
    @pytest.mark.parametrize("role", ROLES)
    def test_is_permanent(self, role: Role, profile: str) -> None:
        place = home(role, profile, Policy(app="my-app"))  # type: ignore[arg-type]
        assert "APP" not in place
        assert "{" not in place
        assert not any(root in place for root in SCRATCH_ROOTS)

    def test_names_the_application(self) -> None:
        assert home("venv", policy=Policy(app="whisper")) == "/opt/whisper"
        assert home("socket", "user", Policy(app="whisper")) == "$XDG_RUNTIME_DIR/whisper"
        assert home("database", "container").startswith("/var/lib/APP ")


class TestMessage:
    def test_names_path_role_and_deciding_use(self) -> None:
        found = message_of(incident().findings[0].judgement)
        assert found.rule == "scratch-venv"
        assert found.level == "error"
        assert found.home == "/opt/APP"
        assert found.message == (
            "The virtual environment /tmp/whisper-env/bin/python3 lives in scratch storage: "
            "spawn executes it in src/run.ts."
        )

    def test_leaves_out_the_file_when_the_use_is_in_it(self) -> None:
        judged = incident().findings[0].judgement
        flow = judged.flows[0]
        use = replace(flow.use, span=flow.site.span)
        found = message_of(replace(judged, flows=(replace(flow, use=use),)))
        assert found.message.endswith(": spawn executes it.")

    @pytest.mark.parametrize("role", ROLES)
    def test_is_a_sentence_for_every_role(self, role: Role) -> None:
        judged = incident().findings[0].judgement
        verdict = replace(judged.verdict, role=role)
        use = replace(judged.flows[0].use, action="unheard-of", api="")
        flow = replace(judged.flows[0], use=use)
        message = message_of(replace(judged, verdict=verdict, flows=(flow,))).message
        assert re.fullmatch(
            r"The [a-z ]+ /tmp/\S+ lives in scratch storage: the program uses it .*\.", message
        )

    def test_has_words_for_every_action_of_the_tables(self) -> None:
        tables = Path(knowledge.__file__).parent.glob("*.toml")
        actions = {word for file in tables for word in ACTION.findall(file.read_text("utf-8"))}
        assert actions - NO_USES <= set(PHRASES)

    def test_has_a_noun_for_every_role(self) -> None:
        assert set(NOUNS) == set(ROLES)


class TestPredictableName:
    NAMED = '[levels]\nscratch-predictable-name = "warning"\n'
    SCRIPT = "curl -o /tmp/a.tar.gz https://example.org\ntar -xzf /tmp/a.tar.gz\nrm /tmp/a.tar.gz\n"

    def reported(self, root: Path, policy: str, **files: str) -> list[tuple[str, str]]:
        (root / "scratchlint.toml").write_text(policy, "utf-8")
        for name, text in files.items():
            (root / name.replace("_", ".")).write_text(text, "utf-8")
        return [(one.rule, one.level) for one in analyze(root, ("",)).findings]

    def test_is_silent_until_the_policy_names_it(self, tmp_path: Path) -> None:
        assert self.reported(tmp_path, "", update_sh=self.SCRIPT) == []
        found = [("scratch-predictable-name", "warning")]
        assert self.reported(tmp_path, self.NAMED, update_sh=self.SCRIPT) == found

    def test_select_names_it(self, tmp_path: Path) -> None:
        found = self.reported(tmp_path, 'select = ["scratch-predictable-name"]\n', update_sh=self.SCRIPT)
        assert found == [("scratch-predictable-name", "note")]

    def test_what_is_allowed_is_not_reported(self, tmp_path: Path) -> None:
        allowed = 'allow = ["/tmp/a.tar.gz"]\n' + self.NAMED
        assert self.reported(tmp_path, allowed, update_sh=self.SCRIPT) == []

    def test_names_that_are_made_up_are_not_reported(self, tmp_path: Path) -> None:
        script = self.SCRIPT.replace("/a.", "/a-$$.")
        assert self.reported(tmp_path, self.NAMED, update_sh=script) == []

    def test_builds_of_images_are_not_reported(self, tmp_path: Path) -> None:
        commands = " && ".join(self.SCRIPT.splitlines())
        (tmp_path / "Dockerfile").write_text(f"FROM debian\nRUN {commands}\n", "utf-8")
        assert self.reported(tmp_path, self.NAMED) == []

    def test_is_no_production_use(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.reported(tmp_path, self.NAMED, update_sh=self.SCRIPT)
        assert main(["checklist", str(tmp_path)]) == 1
        assert "0 failed" in capsys.readouterr().out
        main(["check", str(tmp_path)])
        assert "0 production, 1 scratch" in capsys.readouterr().out
