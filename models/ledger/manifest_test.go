package ledger_test

import (
	"errors"
	"strings"
	"testing"

	"candor/models/ledger"
	"candor/models/ledger/ledgertest"
)

func manifest() ledger.Manifest {
	records := int64(2)
	return ledger.Manifest{
		Customer: "cus_1001", CreatedAt: "2026-01-02T00:00:00.000Z", Origin: ledgertest.Origin,
		Files: []ledger.ManifestFile{
			{Path: "README.txt", MediaType: "text/plain", Bytes: 5, SHA256: strings.Repeat("0a", 32)},
			{Path: "data/contact.json", MediaType: "application/json", Bytes: 9, SHA256: strings.Repeat("1b", 32), Category: "contact", Records: &records},
		},
		Withheld: []ledger.Withheld{{Category: "credit", Ground: "Art. 15(4)", Until: "2027-01-01"}},
	}
}

func TestManifestText(t *testing.T) {
	signer := ledger.NewSigner(ledgertest.Key("document"))
	raw, jws, err := ledger.SignManifest(manifest(), signer)
	ledgertest.Must(t, err)
	want := `{"customer":"cus_1001","created_at":"2026-01-02T00:00:00.000Z","origin":"privacy.example.com/log","files":[` +
		`{"path":"README.txt","media_type":"text/plain","bytes":5,"sha256":"` + strings.Repeat("0a", 32) + `"},` +
		`{"path":"data/contact.json","media_type":"application/json","bytes":9,"sha256":"` + strings.Repeat("1b", 32) + `","category":"contact","records":2}],` +
		`"withheld":[{"category":"credit","ground":"Art. 15(4)","until":"2027-01-01"}]}`
	if string(raw) != want {
		t.Errorf("got  %s\nwant %s", raw, want)
	}
	keys := ledger.TrustedKeys(ledger.PublishedKey{Key: public("document"), Use: ledger.UseDocument})
	if m, err := ledger.VerifyManifest(raw, jws, keys, 2); err != nil || m.Customer != "cus_1001" || len(m.Files) != 2 {
		t.Errorf("reads back as %+v, %v", m, err)
	}
	wrong := ledger.TrustedKeys(ledger.PublishedKey{Key: public("document"), Use: ledger.UseEntry})
	if _, err := ledger.VerifyManifest(raw, jws, wrong, 2); !errors.Is(err, ledger.ErrKey) {
		t.Errorf("under an entry key: %v", err)
	}
	_, forged, err := ledger.SignManifest(manifest(), forger{signer, ledger.NewSigner(ledgertest.Key("other"))})
	ledgertest.Must(t, err)
	if _, err := ledger.VerifyManifest(raw, forged, keys, 2); !errors.Is(err, ledger.ErrSignature) {
		t.Errorf("forged: %v", err)
	}
	raw, _, err = ledger.SignManifest(ledger.Manifest{CreatedAt: "2026-01-02T00:00:00.000Z", Origin: "a"}, signer)
	if want := `{"customer":"","created_at":"2026-01-02T00:00:00.000Z","origin":"a","files":[],"withheld":[]}`; err != nil || string(raw) != want {
		t.Errorf("the empty one is %s, %v", raw, err)
	}
}

func TestManifestThatIsRefused(t *testing.T) {
	for name, edit := range map[string]func(m *ledger.Manifest){
		"time":            func(m *ledger.Manifest) { m.CreatedAt = "yesterday" },
		"origin":          func(m *ledger.Manifest) { m.Origin = "" },
		"listed twice":    func(m *ledger.Manifest) { m.Files[1].Path = m.Files[0].Path },
		"itself":          func(m *ledger.Manifest) { m.Files[1].Path = "manifest.json" },
		"outside":         func(m *ledger.Manifest) { m.Files[1].Path = "../x" },
		"absolute":        func(m *ledger.Manifest) { m.Files[1].Path = "/x" },
		"not clean":       func(m *ledger.Manifest) { m.Files[1].Path = "a//b" },
		"backslash":       func(m *ledger.Manifest) { m.Files[1].Path = `a\b` },
		"line break":      func(m *ledger.Manifest) { m.Files[1].Path = "a\nb" },
		"no path":         func(m *ledger.Manifest) { m.Files[1].Path = "" },
		"folder":          func(m *ledger.Manifest) { m.Files[1].Path = "data/" },
		"hash":            func(m *ledger.Manifest) { m.Files[1].SHA256 = "x" },
		"no media type":   func(m *ledger.Manifest) { m.Files[1].MediaType = "" },
		"negative length": func(m *ledger.Manifest) { m.Files[1].Bytes = -1 },
		"negative count":  func(m *ledger.Manifest) { n := int64(-1); m.Files[1].Records = &n },
		"bad UTF-8":       func(m *ledger.Manifest) { m.Customer = "\xff" },
	} {
		m := manifest()
		edit(&m)
		if raw, _, err := ledger.SignManifest(m, ledger.NewSigner(ledgertest.Key("document"))); !errors.Is(err, ledger.ErrMalformed) {
			t.Errorf("%s: signed (%v): %s", name, err, raw)
		}
	}
}
