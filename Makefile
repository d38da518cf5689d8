# Pure Go needs no make: go build ./cmd/credo. These targets add OpenBLAS where
# it is installed (Debian: libopenblas-dev), which is two to three times faster.

openblas := $(shell printf '\043include <cblas.h>\nint main(void){return cblas_ddot(0,0,1,0,1)!=0;}\n' \
	| $(CC) -x c - -o /dev/null -lopenblas 2>/dev/null && echo yes)

ifeq ($(openblas),yes)
tags := -tags openblas
export CGO_LDFLAGS += -lopenblas
endif

.PHONY: build test bench
build:
	@echo "OpenBLAS: $(or $(openblas),no; building in pure Go)"
	go build $(tags) -o credo ./cmd/credo

test:
	go test $(tags) ./...

bench:
	go test $(tags) -run - -bench . ./ode ./sde ./models
