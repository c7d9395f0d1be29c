package api_test

import (
	"encoding/json"
	"strings"
	"testing"

	"candor/models/auth"
	"candor/models/editorial"
	"candor/models/ledger"
)

type draftAnswer struct {
	Version  int    `json:"version"`
	State    string `json:"state"`
	Revision int    `json:"revision"`
	Texts    map[string]struct {
		Title string   `json:"title"`
		Body  string   `json:"body"`
		Stale []string `json:"stale"`
	} `json:"texts"`
	Problems  []struct{ Locale, Field, Code string } `json:"problems"`
	Conflicts []struct{ Locale, Field, Mine, Theirs string }
}

func TestDraftOfANotice(t *testing.T) {
	r := newRig(t)
	const path = "/api/v1/notices/privacy/draft"
	send := func(body string) (d draftAnswer) {
		t.Helper()
		a := r.do(t, put(path, body))
		if a.status != 200 || json.Unmarshal([]byte(a.body), &d) != nil {
			t.Fatalf("%s: %d %s", body, a.status, a.body)
		}
		return d
	}
	if a := r.do(t, get(path)); a.status != 404 || a.code(t) != "unknown_draft" {
		t.Errorf("before it is begun: %d %s", a.status, a.body)
	}
	d := send(`{"texts":{"de":{"title":"Datenschutz","summary":"Kurz.","body":"Lang."}}}`)
	if d.Version != 2 || d.State != "draft" || d.Texts["de"].Title != "Datenschutz" || d.Texts["en"].Body != "At length." || len(d.Problems) != 0 {
		t.Errorf("begun: %+v", d)
	}
	seen := d.Revision

	// A person submits and another approves; then the system writes again, and it is a draft.
	by := func(id, role string) editorial.By {
		return editorial.By{Actor: ledger.Actor{Type: ledger.ActorStaff, ID: id}, Role: role}
	}
	ref := editorial.Ref{Kind: editorial.KindNotice, Key: "privacy", Version: 2}
	saved, err := r.Drafts.Save(t.Context(), by("anna", auth.RoleLegalEditor), ref, seen, map[string]string{"en/body": "At more length."})
	if err != nil || !saved.Stale("de/body", "en/body") {
		t.Fatalf("%+v, %v", saved, err)
	}
	d = send(`{"revision":` + itoa(saved.Revision) + `,"texts":{"de":{"body":"Länger."}}}`)
	if len(d.Problems) != 0 {
		t.Fatalf("problems: %+v", d.Problems)
	}
	e, err := r.Drafts.Submit(t.Context(), by("anna", auth.RoleLegalEditor), ref, d.Revision, "")
	if err == nil {
		e, err = r.Drafts.Approve(t.Context(), by("clara", auth.RoleLegalApprover), ref, e.Revision, editorial.Terms{})
	}
	if err != nil || e.State != editorial.Approved {
		t.Fatalf("%+v, %v", e, err)
	}
	if d = send(`{"texts":{"de":{"title":"Ihre Daten"}}}`); d.State != "draft" || d.Texts["de"].Title != "Ihre Daten" {
		t.Errorf("changed after it was approved: %+v", d)
	}

	// What is based on an older revision overwrites nothing.
	d = send(`{"revision":` + itoa(seen) + `,"texts":{"de":{"body":"Anders."},"fr":{"title":"Vie privée"}}}`)
	if len(d.Conflicts) != 1 || d.Conflicts[0].Mine != "Anders." || d.Conflicts[0].Theirs != "Länger." || d.Texts["de"].Body != "Länger." {
		t.Errorf("conflicts: %+v", d)
	}
	if d.Texts["fr"].Title != "Vie privée" || len(d.Problems) != 2 || d.Problems[0].Code != "text_missing" {
		t.Errorf("a language half there: %+v", d.Problems)
	}
	if a := r.do(t, get(path)); a.status != 200 || !strings.Contains(a.body, `"Vie privée"`) {
		t.Errorf("read: %d %s", a.status, a.body)
	}
}

func itoa(n int) string { raw, _ := json.Marshal(n); return string(raw) }

func TestBadDraftsChangeNothing(t *testing.T) {
	r := newRig(t)
	const path = "/api/v1/notices/privacy/draft"
	for body, want := range map[string]string{
		`{}`:                                   "texts required",
		`{"texts":[]}`:                         "texts wrong_type",
		`{"texts":{"de":"x"}}`:                 "texts.de wrong_type",
		`{"texts":{"de":{"titel":"x"}}}`:       "texts.de.titel unknown_member",
		`{"texts":{"de":{"title":7}}}`:         "texts.de.title wrong_type",
		`{"texts":{"de_DE":{"title":"x"}}}`:    "de_DE/title draft_part",
		`{"texts":{"de":{"title":"x\u0000"}}}`: "de/title control_character",
		`{"texts":{},"revision":-1}`:           "revision out_of_range",
		`{"texts":{"de":{"title":"x"}},"a":1}`: "a unknown_member",
		`{"texts":{},"revision":99}`:           " unknown_draft",
		`{"texts":{"de":{"body":"` + strings.Repeat("x", 1+64<<10) + `"}}}`: "de/body draft_part_too_long",
	} {
		a := r.do(t, put(path, body))
		if a.status < 400 || a.status >= 500 {
			t.Errorf("%.60s: %d", body, a.status)
			continue
		}
		if got := a.problem(t).Field + " " + a.code(t); got != want {
			t.Errorf("%.60s: %s, want %s", body, got, want)
		}
	}
	if a := r.do(t, put("/api/v1/notices/nothing/draft", `{"texts":{}}`)); a.status != 404 || a.code(t) != "unknown_notice" {
		t.Errorf("of a notice that is not there: %d %s", a.status, a.body)
	}
	if d, err := r.Drafts.Open(t.Context(), editorial.KindNotice, "privacy"); err == nil {
		t.Errorf("something was changed: %+v", d)
	}
}
