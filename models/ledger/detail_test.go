package ledger_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"candor/models/ledger"
	"candor/models/ledger/ledgertest"
)

// whole is a detail with every member that a consent can have, and text that needs escaping.
func whole() ledger.Detail {
	supersedes := uint64(41)
	return ledger.Detail{
		Kind: ledger.ConsentWithdrawn, ID: ledger.DerivedEventID("whole"), Subject: ledgertest.Subject(1),
		Actor:   ledger.Actor{Type: ledger.ActorStaff, ID: "Zoë \"Z\" <z@example.test>\u2028"},
		Purpose: "marketing_email", State: "withdrawn",
		Notice: &ledger.NoticeRef{Key: "privacy", Version: 3, Locale: "ar", SHA256: strings.Repeat("0a", 32)},
		UI:     "7", Channel: "phone", Auth: "call back", OccurredAt: time.Date(2025, 12, 31, 23, 59, 59, 0, time.UTC),
		Jurisdiction: "US-CA", Supersedes: &supersedes,
	}
}

func TestDetailIsWrittenInTheOrderOfTheTable(t *testing.T) {
	d := whole()
	raw, err := d.Encode()
	ledgertest.Must(t, err)
	want := `{"kind":"consent.withdrawn","id":"` + d.ID.String() + `","subject":"` + ledgertest.Subject(1) +
		`","actor":{"type":"staff","id":"Zoë \"Z\" <z@example.test>` + "\u2028" + `"},"purpose":"marketing_email","state":"withdrawn",` +
		`"notice":{"key":"privacy","version":3,"locale":"ar","sha256":"` + strings.Repeat("0a", 32) +
		`"},"ui":"7","channel":"phone","auth":"call back","occurred_at":"2025-12-31T23:59:59.000Z","jurisdiction":"US-CA","supersedes":41}`
	if string(raw) != want {
		t.Fatalf("got  %s\nwant %s", raw, want)
	}
	if !json.Valid(raw) {
		t.Fatal("it is not JSON")
	}
}

// backed is a choice that was made elsewhere, with everything that its evidence can say.
func backed() ledger.Detail {
	d := whole()
	d.Backing = &ledger.Backing{
		Kind: "call", Reference: "4711", Note: "asked \"twice\"", SHA256: strings.Repeat("0b", 32), RecordedBy: "agent-12",
	}
	return d
}

// seen is a look at a person's data, with everything that can be said of one.
func seen() ledger.Detail {
	d := whole()
	d.Role, d.Reason = "privacy_officer", "ticket \"4711\""
	d.About = &ledger.About{Type: "field", Key: "payment_method", Version: 2, Part: "pm_1 iban", SHA256: strings.Repeat("0b", 32)}
	return d
}

// The contract only grows: what staff do comes after every other member.
func TestWhatStaffDoComesLast(t *testing.T) {
	d := seen()
	d.Backing = backed().Backing
	raw, err := d.Encode()
	ledgertest.Must(t, err)
	before, err := backed().Encode()
	ledgertest.Must(t, err)
	want := strings.TrimSuffix(string(before), "}") + `,"role":"privacy_officer","reason":"ticket \"4711\"",` +
		`"about":{"type":"field","key":"payment_method","version":2,"part":"pm_1 iban","sha256":"` + strings.Repeat("0b", 32) + `"}}`
	if string(raw) != want {
		t.Fatalf("got  %s\nwant %s", raw, want)
	}
}

// Before what staff do, evidence is the last member.
func TestEvidenceIsTheLastMember(t *testing.T) {
	d := backed()
	raw, err := d.Encode()
	ledgertest.Must(t, err)
	d.Backing = nil
	before, err := d.Encode()
	ledgertest.Must(t, err)
	want := strings.TrimSuffix(string(before), "}") + `,"evidence":{"kind":"call","reference":"4711","note":"asked \"twice\"","sha256":"` +
		strings.Repeat("0b", 32) + `","recorded_by":"agent-12"}}`
	if string(raw) != want {
		t.Fatalf("got  %s\nwant %s", raw, want)
	}
}

func TestDetailReadsBack(t *testing.T) {
	jwk := ledger.NewJWK(public("entry"))
	for name, d := range map[string]ledger.Detail{
		"whole": whole(),
		"key":   {Kind: ledger.KeyAdded, ID: ledger.DerivedEventID("k"), Actor: ledger.Actor{Type: ledger.ActorSystem}, Use: ledger.UseDocument, JWK: &jwk},
		"erased": {
			Kind: ledger.SubjectErased, ID: ledger.DerivedEventID("e"), Actor: ledger.Actor{Type: ledger.ActorSystem},
			Keys: []string{"one", "two", "three"},
		},
		"successor": {
			Kind: ledger.KeyAdded, ID: ledger.DerivedEventID("s"), Actor: ledger.Actor{Type: ledger.ActorSystem}, Use: ledger.UseEntry, JWK: &jwk,
			Succeeds: &ledger.Succession{Log: "old.example.com/log", Checkpoint: "old.example.com/log\n5\n…\n", Survived: 4},
		},
		"choice made elsewhere": backed(),
		"look":                  seen(),
		"later kind":            {Kind: "device.paired_anew", ID: ledger.DerivedEventID("l"), Actor: ledger.Actor{Type: ledger.ActorService, ID: "x"}},
	} {
		raw, err := d.Encode()
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		back, err := ledger.ParseDetail(raw)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		again, err := back.Encode()
		if err != nil || string(again) != string(raw) || !back.OccurredAt.Equal(d.OccurredAt) {
			t.Errorf("%s: %s reads back as %s, %v", name, raw, again, err)
		}
	}
}

func TestDetailThatIsRefused(t *testing.T) {
	jwk := ledger.NewJWK(public("entry"))
	for name, edit := range map[string]func(d *ledger.Detail){
		"no kind":                    func(d *ledger.Detail) { d.Kind = "" },
		"one word":                   func(d *ledger.Detail) { d.Kind = "consent" },
		"upper case":                 func(d *ledger.Detail) { d.Kind = "consent.Given" },
		"no id":                      func(d *ledger.Detail) { d.ID = ledger.EventID{} },
		"no actor":                   func(d *ledger.Detail) { d.Actor = ledger.Actor{} },
		"unknown actor":              func(d *ledger.Detail) { d.Actor.Type = "robot" },
		"short subject":              func(d *ledger.Detail) { d.Subject = "AAAA" },
		"name as subject":            func(d *ledger.Detail) { d.Subject = "cus_1001" },
		"bad UTF-8":                  func(d *ledger.Detail) { d.Channel = "web\xff" },
		"evidence without reference": func(d *ledger.Detail) { d.Backing = &ledger.Backing{Kind: "call"} },
		"evidence without kind":      func(d *ledger.Detail) { d.Backing = &ledger.Backing{Reference: "4711"} },
		"evidence hash":              func(d *ledger.Detail) { d.Backing = &ledger.Backing{Kind: "call", Reference: "4711", SHA256: "0B"} },
		"public evidence": func(d *ledger.Detail) {
			*d = ledger.Detail{
				Kind: ledger.NoticePublished, ID: d.ID, Actor: ledger.Actor{Type: ledger.ActorStaff}, Notice: d.Notice,
				Backing: &ledger.Backing{Kind: "call", Reference: "4711"},
			}
		},
		"about nothing": func(d *ledger.Detail) { d.About = &ledger.About{Type: "record"} },
		"about no type": func(d *ledger.Detail) { d.About = &ledger.About{Key: "invoices"} },
		"about version": func(d *ledger.Detail) { d.About = &ledger.About{Type: "notice", Key: "privacy", Version: -1} },
		"about hash":    func(d *ledger.Detail) { d.About = &ledger.About{Type: "notice", Key: "privacy", SHA256: "0B"} },
		"public reason": func(d *ledger.Detail) {
			*d = ledger.Detail{Kind: ledger.NoticeRetired, ID: d.ID, Actor: ledger.Actor{Type: ledger.ActorStaff}, Notice: d.Notice, Reason: "a name"}
		},
		"notice without key": func(d *ledger.Detail) { d.Notice.Key = "" },
		"notice version 0":   func(d *ledger.Detail) { d.Notice.Version = 0 },
		"notice hash":        func(d *ledger.Detail) { d.Notice.SHA256 = strings.Repeat("0A", 32) },
		"year 10000":         func(d *ledger.Detail) { d.OccurredAt = time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC) },
		"supersedes":         func(d *ledger.Detail) { n := uint64(ledger.MaxSize); d.Supersedes = &n },
		"consent with a key": func(d *ledger.Detail) { d.JWK = &jwk },
		"consent with a use": func(d *ledger.Detail) { d.Use = ledger.UseEntry },
		"too long":           func(d *ledger.Detail) { d.Auth = strings.Repeat("x", ledger.MaxDetailSize) },
		"public about one": func(d *ledger.Detail) {
			*d = ledger.Detail{Kind: ledger.PurposeChanged, ID: d.ID, Actor: ledger.Actor{Type: ledger.ActorStaff}, Subject: d.Subject}
		},
		"public by someone": func(d *ledger.Detail) { *d = ledger.Detail{Kind: ledger.NoticePublished, ID: d.ID, Actor: d.Actor} },
		"key without a use": func(d *ledger.Detail) {
			*d = ledger.Detail{Kind: ledger.KeyAdded, ID: d.ID, Actor: ledger.Actor{Type: ledger.ActorSystem}, JWK: &jwk}
		},
		"key without a jwk": func(d *ledger.Detail) {
			*d = ledger.Detail{Kind: ledger.KeyRetired, ID: d.ID, Actor: ledger.Actor{Type: ledger.ActorSystem}, Use: ledger.UseEntry}
		},
	} {
		d := whole()
		edit(&d)
		if raw, err := d.Encode(); !errors.Is(err, ledger.ErrMalformed) {
			t.Errorf("%s: written as %s, %v", name, raw, err)
		}
	}
}

func TestDetailHasOneEncoding(t *testing.T) {
	raw, err := whole().Encode()
	ledgertest.Must(t, err)
	good := string(raw)
	for name, bad := range map[string]string{
		"white space":      strings.Replace(good, `,"id"`, `, "id"`, 1),
		"text behind":      good + " ",
		"second object":    good + "{}",
		"unknown member":   strings.Replace(good, `,"ui"`, `,"x":1,"ui"`, 1),
		"member twice":     strings.Replace(good, `,"ui":"7"`, `,"ui":"7","ui":"7"`, 1),
		"another order":    strings.Replace(good, `"ui":"7","channel":"phone"`, `"channel":"phone","ui":"7"`, 1),
		"another case":     strings.Replace(good, `"ui"`, `"UI"`, 1),
		"needless escape":  strings.Replace(good, `"phone"`, `"\u0070hone"`, 1),
		"escaped slash":    strings.Replace(good, `US-CA`, `US\/CA`, 1),
		"HTML escape":      strings.Replace(good, `<`, `\u003c`, 1),
		"escaped U+2028":   strings.Replace(good, "\u2028", `\u2028`, 1),
		"empty member":     strings.Replace(good, `"ui":"7"`, `"ui":""`, 1),
		"null member":      strings.Replace(good, `"ui":"7"`, `"ui":null`, 1),
		"null notice":      strings.Replace(good, `,"jurisdiction"`, `,"jwk":null,"jurisdiction"`, 1),
		"exponent":         strings.Replace(good, `"supersedes":41`, `"supersedes":4.1e1`, 1),
		"bad UTF-8":        strings.Replace(good, `Zo`, "Zo\xff", 1),
		"lone surrogate":   strings.Replace(good, `Zo`, `Zo\ud800`, 1),
		"short time":       strings.Replace(good, `59.000Z`, `59Z`, 1),
		"id in upper case": strings.Replace(good, `"id":"`+whole().ID.String(), `"id":"`+strings.ToUpper(whole().ID.String()), 1),
		"array":            "[" + good + "]",
		"nothing":          "",
		"null":             "null",
	} {
		if bad == good {
			t.Errorf("%s: nothing was changed", name)
		}
		if _, err := ledger.ParseDetail([]byte(bad)); !errors.Is(err, ledger.ErrMalformed) {
			t.Errorf("%s: accepted (%v): %s", name, err, bad)
		}
	}
}

func TestPublicKinds(t *testing.T) {
	for kind, want := range map[string]bool{
		ledger.KeyAdded: true, ledger.KeyRetired: true, ledger.NoticePublished: true, ledger.NoticeRetired: true, ledger.PurposeChanged: true,
		ledger.ConsentGiven: false, ledger.SubjectErased: false, ledger.AccessViewed: false, ledger.RequestOpened: false, "purpose.changed.not": false,
	} {
		if ledger.IsPublic(kind) != want {
			t.Errorf("%s: public is %v", kind, !want)
		}
	}
}
