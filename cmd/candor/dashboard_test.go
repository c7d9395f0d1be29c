package main

import (
	"encoding/json"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"

	"candor/models"
)

// metricName finds the names of metrics in a query or a text; what follows a brace is labels.
var metricName = regexp.MustCompile(`\b(?:candor|go|process)_[a-z0-9_]+`)

// exported are the names of all metrics that a running program has, and of the series of its histograms.
func exported(t *testing.T) map[string]bool {
	t.Helper()
	s := newSite(t)
	s.anonymous().status(http.MethodGet, "/", nil)
	_, end := s.program.metrics.StoreCall(t.Context(), "log", "Append") // none has failed so far
	away := error(models.Fail(models.Unavailable, "store_unavailable"))
	end(&away)
	families, err := s.program.metrics.Registry.Gather()
	check(t, err)
	names := map[string]bool{}
	for _, f := range families {
		names[f.GetName()] = true
		if f.GetMetric()[0].GetHistogram() != nil {
			for _, part := range []string{"_bucket", "_sum", "_count"} {
				names[f.GetName()+part] = true
			}
		}
	}
	return names
}

// dashboard is what Grafana reads of a dashboard, as far as it can be wrong here.
type dashboard struct {
	Title, UID    string
	SchemaVersion int
	Panels        []struct {
		ID         int
		Type       string
		Title      string
		Datasource struct{ Type, UID string }
		GridPos    struct{ X, Y, W, H int }
		Targets    []struct{ RefID, Expr string }
	}
}

func TestTheDashboardShowsMetricsThatThereAre(t *testing.T) {
	raw, err := os.ReadFile("../../docs/grafana-dashboard.json")
	check(t, err)
	var d dashboard
	check(t, json.Unmarshal(raw, &d))
	if d.Title == "" || d.UID == "" || d.SchemaVersion < 36 {
		t.Errorf("the dashboard is %q, %q, schema %d", d.Title, d.UID, d.SchemaVersion)
	}
	names, shown, rows, ids := exported(t), map[string]bool{}, 0, map[int]bool{}
	taken := map[[2]int]string{}
	for _, p := range d.Panels {
		if ids[p.ID] || p.ID == 0 {
			t.Errorf("%s: the id %d is another panel's", p.Title, p.ID)
		}
		ids[p.ID] = true
		for x := p.GridPos.X; x < p.GridPos.X+p.GridPos.W; x++ {
			for y := p.GridPos.Y; y < p.GridPos.Y+p.GridPos.H; y++ {
				if other, ok := taken[[2]int{x, y}]; ok || x >= 24 {
					t.Fatalf("%s does not fit on the dashboard, or covers %q", p.Title, other)
				}
				taken[[2]int{x, y}] = p.Title
			}
		}
		if p.Type == "row" {
			rows++
			continue
		}
		if p.Type != "timeseries" || p.Datasource.Type != "prometheus" || p.Datasource.UID != "${datasource}" || len(p.Targets) == 0 {
			t.Errorf("%s is not drawn from the data source that one chooses", p.Title)
		}
		for _, target := range p.Targets {
			asked := metricName.FindAllString(target.Expr, -1)
			if len(asked) == 0 || target.RefID == "" || strings.Count(target.Expr, "(") != strings.Count(target.Expr, ")") {
				t.Errorf("%s asks %s", p.Title, target.Expr)
			}
			for _, name := range asked {
				shown[name] = true
				if !names[name] {
					t.Errorf("%s asks for %s, which there is not", p.Title, name)
				}
			}
		}
	}
	if rows != 5 {
		t.Errorf("%d rows, want 5", rows)
	}
	for name := range names {
		if strings.HasPrefix(name, "candor_") && !strings.HasSuffix(name, "_bucket") && !strings.HasSuffix(name, "_sum") &&
			!strings.HasSuffix(name, "_count") && !shown[name] && !shown[name+"_bucket"] && !shown[name+"_count"] {
			t.Errorf("the dashboard does not show %s", name)
		}
	}
}

// The operator's guide has a row for each metric of ours, and names none that there is not.
func TestTheGuideKnowsEveryMetric(t *testing.T) {
	raw, err := os.ReadFile("../../docs/operations.md")
	check(t, err)
	names, guide := exported(t), string(raw)
	for name := range names {
		histogram := false
		for _, part := range []string{"_bucket", "_sum", "_count"} {
			whole, cut := strings.CutSuffix(name, part)
			histogram = histogram || cut && names[whole]
		}
		if strings.HasPrefix(name, "candor_") && !histogram && !strings.Contains(guide, "\n| `"+name+"` |") {
			t.Errorf("docs/operations.md has no row for %s", name)
		}
	}
	for _, name := range metricName.FindAllString(guide, -1) {
		if !names[name] {
			t.Errorf("docs/operations.md names %s, which there is not", name)
		}
	}
}
