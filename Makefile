# The commands of the README. `make help` lists them.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
RUN    := $(VENV)/.run-installed
DEV    := $(VENV)/.dev-installed
CHECKOV := .checkov
RIVALS := .evaluate
PIP    := $(BIN)/python -m pip --disable-pip-version-check install --quiet

.DEFAULT_GOAL := help
.PHONY: help run test check bench evaluate format lock clean reader rules soak bundle infra-check

help:  ## list the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

run: $(RUN)  ## serve everything on http://127.0.0.1:8080 (PORT to change)
	@exec $(BIN)/python -m infra.local

test: check  ## format, lint, types, architecture, then all tests
	@$(BIN)/python -m pytest

check: $(DEV)  ## format, lint, types, architecture: seconds
	@$(BIN)/ruff format --check --quiet . || (echo 'run `make format`' >&2; exit 1)
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

bench: $(RUN)  ## speed, as ratios to floors measured in the same run (ONLY=one ROUNDS=2 to shorten)
	@$(BIN)/python -m infra.bench $(if $(ONLY),--only $(ONLY)) $(if $(ROUNDS),--rounds $(ROUNDS))

evaluate: $(RUN) $(if $(AGAINST),$(RIVALS)/.installed)  ## how well the rules judge labelled messages (DATA=folder AGAINST=1)
	@test -n "$(DATA)" || (echo 'which messages? DATA=folder, see infra/evaluate/README.md' >&2; exit 1)
	@$(if $(AGAINST),$(RIVALS),$(VENV))/bin/python -m infra.evaluate "$(DATA)" $(if $(AGAINST),--against) \
		$(if $(EXAMPLES),--examples $(EXAMPLES)) $(if $(JSON),--json)

reader: $(RUN) $(RIVALS)/.installed  ## let the second reader learn anew, after a change of its sentences
	@$(RIVALS)/bin/python -m infra.reader

format: $(DEV)  ## put the code into its one format
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

rules: $(RUN)  ## after a change of words: compile the rules anew, so that they start as fast as before
	@$(BIN)/python -m infra.rules

soak: $(DEV)  ## the long versions: faults, kill -9, fuzz, mutants (hours)
	@$(BIN)/python -m infra.soak

bundle: $(RUN)  ## make what is deployed: one zip a folder of functions (ONLY=one)
	@$(BIN)/signpost bundle $(ONLY)

infra-check: $(DEV) $(CHECKOV)/.installed  ## our policies and checkov on the plan of the deployment (needs terraform)
	@$(BIN)/python -m pytest tests/infra tests/bundles
	@mkdir -p build && $(BIN)/python -m tests.infra.planning build/plan.json
	@$(CHECKOV)/bin/checkov --config-file infra/terraform/checkov.yaml --file build/plan.json --framework terraform_plan
	@$(CHECKOV)/bin/checkov --config-file infra/terraform/checkov.yaml --directory infra/terraform --framework terraform

lock:  ## renew the pinned requirements (needs uv)
	@PATH="$(CURDIR)/$(BIN):$$PATH" infra/requirements/lock

clean:  ## remove the environment and the local data
	rm -rf $(VENV) $(CHECKOV) $(RIVALS) .signpost build

# A fresh virtual environment whenever what is pinned changed; the stamps are written last, so that an
# installation that was cut off is done again.
$(RUN): requirements.txt infra/requirements/assets.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Signpost needs Python 3.11 or newer")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "installing what Signpost runs on (about a minute, once)" >&2
	@$(PIP) --require-hashes -r requirements.txt
	@$(PIP) --require-hashes --no-deps -r infra/requirements/assets.txt
	@$(PIP) --require-hashes --no-deps -r infra/requirements/build.txt
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(DEV): $(RUN) infra/requirements/dev.txt
	@echo "installing what the tests need (about a minute, once)" >&2
	@$(PIP) --require-hashes -r requirements.txt -r infra/requirements/dev.txt
	@touch $@

# An environment of its own: checkov pins packages that ours must not have.
$(CHECKOV)/.installed: infra/requirements/checkov.txt
	@$(PYTHON) -m venv $(CHECKOV)
	@echo "installing checkov (about a minute, once)" >&2
	@$(CHECKOV)/bin/python -m pip --disable-pip-version-check install --quiet --require-hashes -r $<
	@touch $@

# Our rules run there too, beside what they are compared with.
$(RIVALS)/.installed: requirements.txt infra/requirements/evaluate.txt
	@$(PYTHON) -m venv $(RIVALS)
	@echo "installing what the rules are compared with (about a minute, once)" >&2
	@$(RIVALS)/bin/python -m pip --disable-pip-version-check install --quiet --require-hashes \
		-r requirements.txt -r infra/requirements/evaluate.txt
	@touch $@
