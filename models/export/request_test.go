package export

import (
	"errors"
	"slices"
	"testing"
	"time"

	"candor/models"
	"candor/models/store"
)

func TestBadRequestsNameTheField(t *testing.T) {
	r := newRig(t)
	s := r.service()
	day := 24 * time.Hour
	now := r.Time()
	tests := []struct {
		name        string
		request     Request
		field, code string
	}{
		{"unknown category", Request{Categories: []string{"invoices", "secrets"}}, "category", "undeclared_category"},
		{"empty category", Request{Categories: []string{""}}, "category", "undeclared_category"},
		{"from after to", Request{From: now.Add(-day), To: now.Add(-2 * day)}, "from", "from_after_to"},
		{"from equals to", Request{From: now.Add(-day), To: now.Add(-day)}, "from", "from_after_to"},
		{"from in the future", Request{From: now.Add(time.Hour)}, "from", "in_the_future"},
		{"to in the future", Request{To: now.Add(3 * day)}, "to", "in_the_future"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			test.request.Customer = ada
			_, err := s.Ask(t.Context(), test.request)
			var e *models.Error
			if !errors.As(err, &e) || e.Kind != models.Invalid || e.Field != test.field || e.Code != test.code {
				t.Errorf("the error is %v", err)
			}
		})
	}
	if _, err := s.Ask(t.Context(), Request{Customer: "cus_9999"}); models.KindOf(err) != models.NotFound {
		t.Errorf("of an unknown customer the error is %v", err)
	}
	if archives := must[[]store.Archive](t)(s.List(t.Context(), ada)); len(archives) != 0 {
		t.Errorf("bad requests left %d archives", len(archives))
	}
}

// The end of today, exclusive, is a good bound in every time zone.
func TestTodayIsNotTheFuture(t *testing.T) {
	r := newRig(t)
	kiritimati := time.FixedZone("", 14*3600)
	now := time.Date(2026, 11, 12, 0, 30, 0, 0, kiritimati)
	to := time.Date(2026, 11, 13, 0, 0, 0, 0, kiritimati)
	got := must[Request](t)(Request{Customer: ada, From: to.AddDate(0, 0, -1), To: to}.check(r.sources.Map.Current(), now))
	if !got.To.Equal(to) {
		t.Errorf("to is %v", got.To)
	}
}

func TestEqualRequestsAreEqual(t *testing.T) {
	r := newRig(t)
	tidy := func(categories ...string) Request {
		return must[Request](t)(Request{Customer: ada, Categories: categories}.check(r.sources.Map.Current(), r.Time()))
	}
	if got := tidy("tax", "identity", "tax"); !slices.Equal(got.Categories, []string{"identity", "tax"}) {
		t.Errorf("categories: %v", got.Categories)
	}
	var all []string
	for _, c := range r.sources.Map.Current().Categories {
		all = append(all, c.Key)
	}
	if !tidy(all...).equal(tidy()) || tidy("tax").equal(tidy("identity")) {
		t.Error("all categories are the same as none chosen, and one is not another")
	}
}
