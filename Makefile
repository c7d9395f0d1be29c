# What can be done with this tree. `make test` is all of the tests; it installs what they need.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

# Modules below this one: tools whose dependencies stay out of the product's.
NESTED := $(patsubst ./%/go.mod,%,$(shell find . -mindepth 2 -name go.mod -not -path '*/node_modules/*' | sort))
LINTER := bin/golangci-lint
FUZZTIME ?= 20s
# Packages that do much in one goroutine: the race detector would find nothing there, and take minutes.
RACELESS := candor/cmd/candor/demodata
BENCH ?= .
# The large log of bench-scale: about 1.4 GB a million entries and customers, on a disk and outside this folder.
BENCH_DIR ?= /tmp/candor-bench
BENCH_CUSTOMERS ?= 1000000
BENCH_ENTRIES ?= 10000000

.PHONY: help
help: ## list what there is
	@sed -n 's/^\([a-z-]*\):.*## /  \1\t/p' $(MAKEFILE_LIST) | expand -t 14

.PHONY: run
run: ## start the demo on http://127.0.0.1:8080
	go run ./cmd/candor demo

.PHONY: build
build: ## build both programs into bin/, static
	CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' -o bin/ ./cmd/...

.PHONY: setup
setup: ## install what the tests need
	@tools/setup

.PHONY: test
test: setup test-go test-nested e2e ## run every test

.PHONY: test-go
test-go: ## run the Go tests of this module, with the race detector
	@echo "== Go tests"
	@go build -o bin/testreport ./tools/testreport
	@{ status=0; \
		go test -json -race -timeout 30m $$(go list ./... | grep -vxF '$(RACELESS)') || status=1; \
		go test -json $(RACELESS) || status=1; \
		exit $$status; } | bin/testreport go

.PHONY: test-nested
test-nested: ## run the Go tests of the modules below
	@go build -o bin/testreport ./tools/testreport
	@for m in $(NESTED); do \
		grep -rq --include='*_test.go' --exclude-dir=node_modules '^func Test' $$m || continue; \
		echo "== Go tests of $$m"; \
		(cd $$m && go test -json ./...) | bin/testreport "$$m"; \
	done

.PHONY: e2e
e2e: setup ## run the browser tests
	@echo "== Browser tests"
	@cd frontend/e2e && npx --no-install playwright test

.PHONY: fuzz
fuzz: ## fuzz every fuzz test for FUZZTIME each
	@for p in $$(grep -rl --include=*_test.go '^func Fuzz' . --exclude-dir=node_modules | xargs -n1 dirname | sort -u); do \
		for f in $$(grep -ho '^func Fuzz[A-Za-z0-9_]*' $$p/*_test.go | cut -c6-); do \
			echo "== $$p $$f"; \
			go test -run '^$$' -fuzz "^$$f$$" -fuzztime $(FUZZTIME) $$p; \
		done; \
	done

.PHONY: bench
bench: ## run every benchmark that matches BENCH, some minutes for all
	@go test -run '^$$' -bench '$(BENCH)' -benchmem -timeout 60m \
		$$(grep -rl --include=*_test.go '^func Benchmark' cmd handlers models | xargs -n1 dirname | sort -u | sed 's|^|./|')
	@cd tools/bench && go test -run '^$$' -bench '$(BENCH)' -benchmem -timeout 60m ./...

.PHONY: bench-scale
bench-scale: ## measure at BENCH_CUSTOMERS and BENCH_ENTRIES, in BENCH_DIR, which is kept (the first run takes long)
	@CANDOR_BENCH_DIR='$(BENCH_DIR)' CANDOR_BENCH_CUSTOMERS=$(BENCH_CUSTOMERS) CANDOR_BENCH_ENTRIES=$(BENCH_ENTRIES) \
		go test -run '^$$' -bench 'Scale|Memory|Start' -benchtime 5s -timeout 3h ./cmd/candor

.PHONY: lint
lint: $(LINTER) ## formatting, go vet, golangci-lint, tidy modules, no binaries but the documentation's pictures
	@echo "== binaries"
	@! git ls-files --eol | grep '^i/-text' | grep -v 'docs/pictures/.*\.png$$'
	@for m in . $(NESTED); do echo "== go mod tidy -diff in $$m"; (cd $$m && go mod tidy -diff); done
	@for m in . $(NESTED); do \
		[ -n "$$(cd $$m && go list ./... 2>/dev/null)" ] || continue; \
		echo "== golangci-lint in $$m"; \
		(cd $$m && $(CURDIR)/$(LINTER) fmt --diff --config $(CURDIR)/.golangci.yml && \
			$(CURDIR)/$(LINTER) run --config $(CURDIR)/.golangci.yml ./...); \
	done

.PHONY: tidy
tidy: ## bring every go.mod and go.sum up to date
	@for m in . $(NESTED); do (cd $$m && go mod tidy); done

.PHONY: format
format: $(LINTER) ## format as the linters want it
	@for m in . $(NESTED); do (cd $$m && $(CURDIR)/$(LINTER) fmt --config $(CURDIR)/.golangci.yml); done

$(LINTER): tools/lint/go.mod tools/lint/go.sum
	@echo "== building golangci-lint (some minutes, once)"
	@cd tools/lint && go build -o $(CURDIR)/$@ github.com/golangci/golangci-lint/v2/cmd/golangci-lint

.PHONY: clean
clean: ## remove what was built
	rm -rf bin frontend/e2e/results frontend/e2e/report
