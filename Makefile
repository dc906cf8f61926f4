# make run    starts the server, its private Postgres included; ARGS="--addr :9000" are passed on
# make test   runs every test, against a real Postgres
# make test-corpus reads real data of others, which are no part of the repository; CORPUS is the folder they lie in
# make test-image compiles the program of deploy/Dockerfile for each processor, and runs it alone in a folder
# make soak   has the machines below one, two and three servers fail in every way, for SOAK each, 10m by default; SERVERS="2" for others.
#             Then it lets the checker of subscriptions run for as long
# make plans  reads the plans of hot statements in an account of a million conversations
# make bench  measures what requests cost, beside their limit; SIZES="10000,100000" for other accounts, ROWS="inbox,list" for some rows,
#             BENCH_DATA=/folder to keep the seeded accounts for the next run
# make bench-live  measures what following costs, beside its limit; see bench/README.md
# make page   builds the inbox page, the sidebar for other pages and the explorer into the folders named dist
# make documents writes the typed documents of the TypeScript client, after a change of the schema
# make notices writes the licences of the software of others that Deskwire contains, after a change of go.mod or web/package-lock.json
# make check  is what CI asks before the tests: format, generated code, lint (vet is a part of it), the page

GO       ?= go
ARGS     ?=
LINT_VER := v2.15.0
LINTER   := bin/golangci-lint-$(LINT_VER)

# The race detector needs a C compiler. Where there is none the tests run without it.
RACE := $(if $(shell command -v $$($(GO) env CC)),-race)

# Whole-program tests of what happens at once run with the race detector. The others walk the whole API, and it would make that five times as long.
TOGETHER := Race|Checker|Fleet|Idempotency|Live|Drain|Stream|Presence|Crowd|Together

# The TypeScript client, whose tests run in Node, and the page.
CLIENT := web/client
PAGE   := web

.PHONY: run test test-packages test-program test-page test-together test-corpus test-image soak plans bench bench-live generate check format generated lint postgres client documents notices page page-check page-modules

# exec: signals reach the server itself, and no shell stands between.
run:
	@[ -n "$$DATABASE_URL" ] || scripts/postgres.sh
	@$(GO) build -o bin/deskwire .
	@exec bin/deskwire $(ARGS)

# One run tells all failures: a part that fails does not keep the next one from running.
test: postgres client page-modules
	@failed=; \
	$(MAKE) --no-print-directory test-packages || failed=yes; \
	$(MAKE) --no-print-directory --keep-going test-program test-page || failed=yes; \
	$(MAKE) --no-print-directory test-together || failed=yes; \
	[ -z "$$failed" ]

# make check vets.
test-packages:
	$(GO) test -vet=off $(RACE) -timeout 20m $$($(GO) list ./... | grep -v /e2e)

test-program:
	$(GO) test -vet=off -timeout 25m -parallel 4 ./e2e -skip '$(TOGETHER)|^TestPage$$'

test-page:
	$(GO) test -vet=off -timeout 25m ./e2e -run '^TestPage$$'

test-together:
	$(GO) test -vet=off $(RACE) -timeout 20m ./e2e -run '$(TOGETHER)'

# Each package's corpus_test.go says which files it reads.
CORPUS ?= $(abspath ../shared/data)
test-corpus: postgres
	@[ -d "$(CORPUS)" ] || { echo "there is no folder $(CORPUS): say where the real data lie with CORPUS=/folder"; exit 1; }
	CORPUS="$(CORPUS)" $(GO) test -tags corpus -timeout 20m -run TestCorpus ./mailhtml ./intake ./e2e

# Compiles the image's program for each processor, and runs it where there is nothing else.
test-image: postgres
	$(GO) test -tags image -timeout 20m -run TestImage ./deploy

SOAK    ?= 10m
SERVERS ?= 1,2,3
soak: postgres
	SOAK=$(SOAK) SERVERS=$(SERVERS) $(GO) test ./e2e -run TestSoak -v -timeout 0
	SOAK=$(SOAK) $(GO) test $(RACE) ./e2e -run TestChecker -v -timeout 0

# The plans of hot statements at a million conversations; the tests read them in a small account.
plans: postgres
	PLANS=1000000 $(GO) test ./e2e -run TestQueryPlans -v -timeout 0

SIZES ?= 10000,100000,1000000
bench: postgres
	$(GO) run ./bench requests -conversations $(SIZES) -row "$(ROWS)" -data "$(BENCH_DATA)" $(if $(ROWS),,-write)

bench-live: postgres
	$(GO) run ./bench live -write

# Server binaries, installed or fetched; quiet when they are there.
postgres:
	@scripts/postgres.sh

# What the client is built and tested with; quiet when it is there.
client: $(CLIENT)/node_modules/.package-lock.json

$(CLIENT)/node_modules/.package-lock.json: $(CLIENT)/package-lock.json
	npm ci --prefix $(CLIENT) --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error
	@touch $@

# Writes the client's typed documents, for the schema as it is.
documents: client
	node $(PAGE)/scripts/schema.mjs
	npm run --prefix $(CLIENT) --silent documents -- ../build/schema.graphql

page-modules: $(PAGE)/node_modules/.package-lock.json

# Not npm ci: it insists on packages for every platform, which some registries do not have. The versions are those of the lock file.
$(PAGE)/node_modules/.package-lock.json: $(PAGE)/package-lock.json
	npm install --no-save --prefix $(PAGE) --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error
	@touch $@

# Builds what is committed: whoever runs the server needs no Node.
page: page-modules
	npm run --prefix $(PAGE) --silent build

# Types, lint, and that what is built from the sources is what is committed.
BUILT := $(PAGE)/dist $(PAGE)/element/dist $(PAGE)/explorer/dist
page-check: page-modules
	npm run --prefix $(PAGE) --silent check
	@rm -rf bin/built && mkdir -p bin/built && tar cf - $(BUILT) | tar xf - -C bin/built
	@npm run --prefix $(PAGE) --silent build >/dev/null
	@for dir in $(BUILT); do diff -r bin/built/$$dir $$dir || { echo "$$dir is not what its sources give: commit what make page has written now"; exit 1; }; done

notices: page-modules
	$(GO) run ./notices/generate

generate:
	$(GO) generate ./...

check: format generated lint page-check

format:
	@bad=$$(find . \( -name node_modules -o -name '.?*' \) -prune -o -name '*.go' -print0 | xargs -0 "$$($(GO) env GOROOT)/bin/gofmt" -l); \
	if [ -n "$$bad" ]; then echo "not formatted, run gofmt -w on:"; echo "$$bad"; exit 1; fi

# Generating must change nothing. Trees of all files are compared, through an
# index of its own, so that this works with uncommitted work too.
tree = rm -f bin/index && GIT_INDEX_FILE=bin/index git add -A && GIT_INDEX_FILE=bin/index git write-tree
generated:
	@mkdir -p bin
	@set -e; before=$$($(tree)); $(MAKE) --no-print-directory generate; after=$$($(tree)); \
	git diff --stat --exit-code "$$before" "$$after" || \
	{ echo "generated code is not what make generate writes: commit what it has written now"; exit 1; }

# Building the linter takes three minutes, so it is built once.
$(LINTER):
	GOBIN=$(CURDIR)/bin $(GO) install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(LINT_VER)
	mv bin/golangci-lint $@

lint: $(LINTER)
	$(LINTER) run
