package experiments

import (
	"testing"
	"time"
)

// Epochs that are shorter than a checkpoint takes do not wait for one each.
func TestCheckpointsTakeASmallShareOfTheTime(t *testing.T) {
	hour := time.Now().Add(-time.Hour)
	if (saving{hour, 10 * time.Minute}).due() {
		t.Error("a checkpoint of ten minutes is made every hour")
	}
	if !(saving{hour, time.Minute}).due() {
		t.Error("an hour's work is not worth a minute")
	}
	if !(saving{}).due() {
		t.Error("a run does not begin with a checkpoint")
	}
}
