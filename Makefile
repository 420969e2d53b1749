.PHONY: demo test lint readme docs screenshots bench-detection bench-fixes bench-speed bench-growth bench-exhaustive bench-sweep-page fit-strengths pins

demo:  ## analyse the sample project
	bash .ci/demo

test:  ## style, types and all tests
	bash .ci/test

lint:  ## style and types only
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy

readme docs:  ## write the outputs of the commands in README.md, and docs/rules, anew
	.venv/bin/python tests/test_documents.py

screenshots:  ## pictures of the HTML report and of the SARIF viewer, in build/screenshots
	.venv/bin/python tests/screenshots.py

LABELS ?= ../shared/labels

bench-fixes:  ## try the fixes of real trees, which stay as they are: make bench-fixes TREES="DIR DIR"
	.venv/bin/python benchmarks/fixes.py $(TREES)

bench-detection:  ## precision and recall on labelled repositories, beside bandit's and ruff's: CLONES=DIR [LABELS=DIR]
	.venv/bin/python -m pip install --quiet --group bench
	.venv/bin/python benchmarks/detection.py "$(LABELS)" "$(CLONES)"

fit-strengths:  ## fit judge/strengths.toml to labelled repositories: CLONES=DIR [LABELS=DIR]
	.venv/bin/python -m pip install --quiet --group bench
	.venv/bin/python benchmarks/strengths.py "$(LABELS)" "$(CLONES)" --write

pins:  ## pin what the GitHub Action installs to the newest versions that pyproject.toml allows
	.venv/bin/python -m pip install --quiet uv
	echo hatchling | .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	  --no-header --no-annotate pyproject.toml - --output-file .ci/requirements.txt

bench-sweep-page:  ## size of the page over 10,000 repositories, and how soon a browser can be used with it
	.venv/bin/python benchmarks/sweep_page.py

bench-speed:  ## speed beside rg, ruff, bandit and semgrep (dependency group bench): make bench-speed TREE=DIR
	.venv/bin/python benchmarks/speed.py "$(TREE)"

bench-growth:  ## growth of the work on synthetic trees with known answers
	.venv/bin/python benchmarks/growth.py

bench-exhaustive:  ## the same findings by demand as with every file parsed: make bench-exhaustive TREES="DIR DIR"
	.venv/bin/python benchmarks/exhaustive.py $(TREES)

bench-sweep:  ## sweeps of real and synthetic repositories: time, memory, the same result after kills: CLONES=DIR
	.venv/bin/python -m pip install --quiet --group bench
	.venv/bin/python benchmarks/sweep.py "$(CLONES)"
