package sweep

import (
	"context"
	"runtime"
	"sync"
)

// Together does the jobs, as many at a time as there are workers (0: one a
// processor); fewer jobs than workers have several each. That changes no
// result. A job that fails keeps no other from running: errs[k] is what was
// wrong with jobs[k]. A cancelled context ends the jobs under way with a
// checkpoint, from which the same call goes on, and is no error.
func Together(ctx context.Context, jobs []Job, workers int, say func(line string)) (errs []error) {
	if len(jobs) == 0 {
		return nil
	}
	if workers < 1 {
		workers = runtime.GOMAXPROCS(0)
	}
	progress := newProgress(len(jobs), say)
	share := max(1, workers/len(jobs))
	errs = make([]error, len(jobs))
	next := make(chan int)
	var wait sync.WaitGroup
	for range min(workers, len(jobs)) {
		wait.Go(func() {
			for k := range next {
				errs[k] = jobs[k].do(ctx, share, progress)
			}
		})
	}
	for k := range jobs {
		next <- k
	}
	close(next)
	wait.Wait()
	return errs
}
