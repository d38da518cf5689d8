// Command credo simulates how networks assign credit: see credo help.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"credo/experiments"
	"credo/experiments/schema"
)

// Exit codes, as the contract with the user has them.
const (
	exitDone        = 0
	exitFailed      = 1
	exitInput       = 2
	exitInterrupted = 130
)

func main() {
	signals := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) { // as nohup has it
		signals = append(signals, syscall.SIGHUP)
	}
	// In "credo run ... 2>&1 | tee log" Ctrl-C ends tee as well: what is said to nobody must not end credo before its checkpoint.
	signal.Ignore(syscall.SIGPIPE)
	ctx, stop := signal.NotifyContext(context.Background(), signals...)
	context.AfterFunc(ctx, stop) // a second signal ends credo at once
	code := report(newRoot().ExecuteContext(ctx))
	stop()
	os.Exit(code)
}

// report tells people what went wrong and returns the exit code.
func report(err error) int {
	problems, bare := err.(schema.Problems) // in a wrapping the rest has something to say too
	var wrong inputError
	var given *experiments.InputError
	switch {
	case err == nil:
		return exitDone
	case bare:
		fmt.Fprintln(os.Stderr, problems)
		return exitInput
	case errors.Is(err, experiments.ErrInterrupted):
		fmt.Fprintln(os.Stderr, "credo:", err)
		return exitInterrupted
	case errors.Is(err, context.Canceled):
		fmt.Fprintln(os.Stderr, "credo: interrupted")
		return exitInterrupted
	case errors.As(err, &problems), errors.As(err, &wrong), errors.As(err, &given):
		fmt.Fprintln(os.Stderr, "credo:", err)
		return exitInput
	default:
		fmt.Fprintln(os.Stderr, "credo:", err)
		return exitFailed
	}
}

// inputError marks an error as the user's to mend: wrong flags, missing files.
type inputError struct{ error }

func (e inputError) Unwrap() error { return e.error }
