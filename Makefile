# Everything runs from here; `make help` lists it.
PYTHON ?= python3
# Where torch comes from, when not from the default index (see docs/install.md).
TORCH_INDEX ?=
BIN := .venv/bin
PIP := $(BIN)/pip --quiet --disable-pip-version-check

# Images: docker, or podman, or anything that takes their words.
DOCKER ?= docker
REGISTRY ?= localhost
# The index of all platforms of 2026-10-01; `docker buildx imagetools inspect python:3.11-slim-bookworm` names today's.
BASE_IMAGE ?= docker.io/library/python:3.11-slim-bookworm@sha256:a36c24f9cbdf4fd0f52d67f0823eeac19c2028c637cecc392d97f980d4fec56b
# Where torch for the images comes from: the default index's build would bring gigabytes of CUDA into each.
CPU_INDEX ?= https://download.pytorch.org/whl/cpu
CUDA_INDEX ?= https://download.pytorch.org/whl/cu130
# The one place where the version is set; `make version V=...` carries it to the files that must spell it out.
VERSION := $(shell sed -n 's/^__version__ = "\(.*\)"/\1/p' steps/tabtwin/__init__.py)
# The steps, as the Dockerfile has an image of each.
STEPS := $(shell sed -n 's/^ENTRYPOINT \["tabtwin", "step", "\(.*\)"\]$$/\1/p' images/Dockerfile)

# Runs and tests start hundreds of processes, which would each compile the sources again.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run test test-all test-browser screenshots generated lint wheel bench lock clean version images image-names push \
  kind test-images test-cluster \
  $(STEPS:%=images/%) images/train-cuda

help: ## list the targets
	@grep -hE '^[a-zA-Z/-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-16s %s\n", $$1, $$2}'

run: .venv/run ## make a synthetic twin of a real table of 7,043 customers, on embedded defaults
	@$(BIN)/python -m tabtwin.cli.demo modeldata.wa_churn demo/churn.csv
	@echo "all generators, CTGAN and TVAE with 10 epochs instead of 300: how the weights come about"
	$(BIN)/tabtwin run demo/churn.csv --out demo/twin --target churn --generators all --epochs 10

test: .venv/test ## run the tests that show every behavior, in under five minutes on two idle cores
	$(BIN)/pytest

test-all: .venv/test ## run all tests that need no browser, container or cluster
	$(BIN)/pytest -m 'not images and not cluster and not browser'

test-browser: .venv/test ## look at reports in Debian's chromium (with chromium-driver): screens, phones, paper, grayscale
	$(BIN)/pytest -m browser tests/report

screenshots: .venv/test ## take the README's pictures of the report of `make run`, with chromium
	test -e demo/twin/release/report.html || $(MAKE) run
	$(BIN)/python -m tests.screenshots demo/twin/release/report.html .readme

generated: .venv/test ## write what follows from the code: the pipeline's parameters, docs/options.md, docs/gates.md, metrics.schema.json
	$(BIN)/python -m tests.generated

lint: .venv/test ## check style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: .venv/test ## run a benchmark: make bench NAME=audit [ARGS="..."]; without NAME it lists all
	@$(BIN)/python -m tests.benchmarks $(NAME) $(ARGS)

images: $(STEPS:%=images/%) ## build the image of every step, with CPU torch; make images/STEP builds one

$(STEPS:%=images/%) images/train-cuda: images/%:
	$(DOCKER) build --file images/Dockerfile --target $* --tag $(REGISTRY)/tabtwin-$*:$(VERSION) \
	  --build-arg BASE_IMAGE=$(BASE_IMAGE) --build-arg TORCH_INDEX=$(CPU_INDEX) \
	  --build-arg VERSION=$(VERSION) --build-arg REVISION=$(shell git rev-parse HEAD 2>/dev/null) .

images/train-cuda: CPU_INDEX = $(CUDA_INDEX) ## build the image that trains on a GPU pool (several GB)

image-names:
	@echo $(STEPS:%=$(REGISTRY)/tabtwin-%:$(VERSION))

wheel: .venv/run ## build tabtwin's wheel in dist/
	$(PIP) wheel --no-deps --no-build-isolation --wheel-dir dist .

push: images ## push the images: make push REGISTRY=registry.example.org/team
	for step in $(STEPS); do $(DOCKER) push $(REGISTRY)/tabtwin-$$step:$(VERSION) || exit; done

kind: ## everything from nothing: a kind (or minikube) cluster, Argo, images, chart, and the demo in it
	helm/kind.sh $(VERSION) $(STEPS)

test-images: .venv/test ## test the images, each run as its pod would be (make images first)
	DOCKER="$(DOCKER)" REGISTRY="$(REGISTRY)" $(BIN)/pytest -m images tests/images

test-cluster: .venv/test ## test the chart and the pipeline in the cluster of KUBECONFIG (images must be there)
	REGISTRY="$(REGISTRY)" $(BIN)/pytest -m cluster tests/cluster tests/scenarios

version: ## carry a new version everywhere: make version V=0.2.0
	sed -i 's/^__version__ = .*/__version__ = "$(V)"/' steps/tabtwin/__init__.py
	sed -i 's/^version: .*/version: $(V)/; s/^appVersion: [^ ]*/appVersion: $(V)/' helm/Chart.yaml
	sed -i -E '/key: version}/s/default: "[^"]*"/default: "$(V)"/' argo/pipeline.yaml

# torch has a lock of its own: its CPU and CUDA builds lie in other indexes, under the same name.
.venv/torch: Makefile images/torch requirements-torch.lock requirements-cuda.lock
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	TMPDIR=$(CURDIR)/.venv images/torch . "$(TORCH_INDEX)" $(BIN)/pip
	@touch $@

.venv/run: .venv/torch requirements.lock pyproject.toml
	$(PIP) install --require-hashes --no-deps -r requirements.lock
	$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

.venv/test: .venv/run requirements-dev.lock
	$(PIP) install --require-hashes --no-deps -r requirements-dev.lock
	@touch $@

# What torch's CUDA builds stand on; requirements-torch.lock is written by hand, as it says.
BESIDE_TORCH := torch setuptools filelock fsspec jinja2 markupsafe mpmath networkx sympy typing-extensions
lock: ## write the lock files again (needs uv)
	grep -o '^torch==.*[0-9]' requirements-torch.lock | uv pip compile - $(BESIDE_TORCH:%=--no-emit-package %) \
	  --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --custom-compile-command 'make lock' -o requirements-cuda.lock
	printf "torch ; python_version < '0'\n" > .venv/without-torch
	uv pip compile pyproject.toml --extra s3 --extra cluster --extra prize --extra demo --extra build \
	  --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --override .venv/without-torch --custom-compile-command 'make lock' -o requirements.lock
	uv pip compile pyproject.toml --extra s3 --extra cluster --extra prize --extra demo --extra build --extra dev -c requirements.lock \
	  --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --override .venv/without-torch --custom-compile-command 'make lock' -o requirements-dev.lock

clean: ## remove what the targets above made
	rm -rf .venv demo bench
