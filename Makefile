.PHONY: demo test lint readme

demo:  ## analyse the sample project
	bash .ci/demo

test:  ## style, types and all tests
	bash .ci/test

lint:  ## style and types only
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy

readme:  ## write the outputs of the commands in README.md anew
	.venv/bin/python tests/test_documents.py
