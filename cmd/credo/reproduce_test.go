package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"credo/experiments/reproduce"
)

func TestReproduceListsWhatIsKnown(t *testing.T) {
	dir := folder(t)
	var list []reproduce.Report
	credo(t, dir, "reproduce", "--json").expect(t, exitDone).value(t, &list)
	var ids []string
	for _, r := range list {
		ids = append(ids, r.ID)
		if r.Source == "" || len(r.Published) == 0 || r.Measured != nil {
			t.Errorf("%s: source %q, %d published, %d measured", r.ID, r.Source, len(r.Published), len(r.Measured))
		}
	}
	if got := strings.Join(ids, " "); got != "dfc-table1 dfc-table2 dfc-fig1d dfc-fig2 dfc-fig3 dfc-fig4 dfc-cond3-proxy dfc-timescales fa-fig2 fa-fig3ab fa-fig3d fa-fig4 fa-fig5 np-fig2 np-fig3 np-fig4 np-fig5 np-direct np-sde gbp-fig2a gbp-fig2b gbp-fig3 gbp-fig4" {
		t.Errorf("IDs %s", got)
	}
	if left := contents(t, dir); len(left) > 0 {
		t.Errorf("files were left: %v", left)
	}
}

// A figure that needs one short run is measured, judged and drawn.
func TestReproduceMeasuresAFigure(t *testing.T) {
	dir := folder(t)
	var reports []reproduce.Report
	credo(t, dir, "reproduce", "dfc-fig1d", "--json", "--out", "again").expect(t, exitDone).value(t, &reports)
	if len(reports) != 1 || reports[0].Verdict != reproduce.Reproduced || len(reports[0].Measured) != len(reports[0].Published) {
		t.Fatalf("%+v", reports)
	}
	for _, file := range []string{"report.txt", "report.json", "cells.csv", "figures/dfc-fig1d.png", "cells/presentation/arrays.npz"} {
		if _, err := os.Stat(filepath.Join(dir, reports[0].Out, file)); err != nil {
			t.Error(err)
		}
	}
}
