package reproduce

// Budget says how much is spent on a result.
type Budget string

const (
	// Short is a check within minutes, with expectations of its own.
	Short Budget = "short"
	// Full is what was published: as many epochs and seeds.
	Full Budget = "full"
)

// Entry is a published result.
type Entry struct {
	ID     string
	Title  string
	Source string // paper, figure or table, panel

	// Cells are the training runs that it needs; there may be none.
	Cells func(Budget) []Cell

	// Quantities are its numbers, in the order in which people read them.
	Quantities func(Budget) []Quantity

	// Draw draws it into the folder figures, from the cells that have run.
	Draw func(figures string, budget Budget, runs Runs, outcomes []Outcome) error
}

// Cell is one training run of a result: a scenario of package scenarios, and
// what is set in it. Its name, as mnist/dfc-ss/seed-1, is its folder too.
type Cell struct {
	Name     string
	Scenario string
	Set      []string
}
