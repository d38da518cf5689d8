package experiments

import (
	"context"
	"errors"

	"credo/experiments/dataset"
	"credo/models"
)

// Start is what a run of a scenario begins with: data, network and weights, the
// user's own included, and the rule with its constants. Studies of a scenario that
// are no training (stability, timescales) begin here.
type Start struct {
	Scenario *Scenario
	Net      *models.Network
	Weights  *models.Weights
	Data     *dataset.Data
	Settings models.Settings
}

// NewStart loads the data and makes the weights exactly as [Run] does. say passes
// on lines for people; it may be nil.
func NewStart(ctx context.Context, s *Scenario, say func(string)) (*Start, error) {
	if s.Network.Recurrent {
		return nil, &InputError{errors.New("a recurrent network has no feedback loop to study: network.recurrent must be false")}
	}
	opt := Options{}
	if say != nil {
		opt.Progress = sayer{say: say}
	}
	r, err := prepare(ctx, s, opt)
	if err != nil {
		return nil, err
	}
	set, err := settings(s)
	set.Stop = ctx.Err
	return &Start{s, r.trainer.net, r.trainer.w, r.trainer.data, set}, err
}

// Varied returns the start with other constants of rule, controller and time, those
// of s, which differs from the start's scenario in nothing else.
func (b *Start) Varied(s *Scenario) (*Start, error) {
	other := *b
	other.Scenario = s
	var err error
	other.Settings, err = settings(s)
	return &other, err
}

// sayer is the progress of what only says lines.
type sayer struct {
	silence
	say func(string)
}

func (s sayer) Say(line string) { s.say(line) }

// SinglePhase returns the constants of the merged phase.
func (b *Start) SinglePhase() models.SinglePhaseSettings { return singlePhase(b.Scenario, b.Settings) }

// Tiles loads the samples index of a split into tiles, whose loss is weighted as
// in a minibatch of theirs.
func (b *Start) Tiles(set *dataset.Set, index []int) []*models.Batch {
	weight := 1.0
	if b.Scenario.Method.TargetScale == "batch" {
		weight = 1 / float64(len(index))
	}
	var tiles []*models.Batch
	for first := 0; first < len(index); first += models.TileRows {
		tile := models.NewBatch(b.Net)
		tile.LossWeight = weight
		load(tile, set, index[first:min(first+models.TileRows, len(index))])
		tiles = append(tiles, tile)
	}
	return tiles
}

// Order returns the training samples in the order in which an epoch, counted from
// 1, presents them.
func (b *Start) Order(epoch int) []int {
	return (&trainer{scenario: b.Scenario, data: b.Data}).order(epoch)
}
