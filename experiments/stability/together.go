package stability

import (
	"context"
	"runtime"
	"sync"
)

// together does n jobs, as many at a time as there are workers (0: one a processor),
// which changes no result. It returns the error of the first job that has one; a
// cancelled context begins no further job and is an error.
func together(ctx context.Context, workers, n int, do func(k int) error) error {
	if workers < 1 {
		workers = runtime.GOMAXPROCS(0)
	}
	errs, next := make([]error, n), make(chan int)
	var wait sync.WaitGroup
	for range min(workers, n) {
		wait.Go(func() {
			for k := range next {
				errs[k] = do(k)
			}
		})
	}
	for k := 0; k < n && ctx.Err() == nil; k++ {
		next <- k
	}
	close(next)
	wait.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return ctx.Err()
}
