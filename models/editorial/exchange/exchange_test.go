package exchange_test

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"strings"
	"testing"

	"candor/models"
	"candor/models/editorial"
	"candor/models/editorial/exchange"
)

var awkward = "We **count** <b>&amp; ]]> \"quotes\".\n\n- one\n- two\tand a tab\n\n  äöü ولا شيء 😀\n"

func document() editorial.Document {
	content := editorial.Content{
		"en/title": "Usage", "en/summary": "May we?", "en/body": awkward,
		"de/title": "Nutzung", "de/body": "Wir zählen.", "fr/title": "Usage",
	}
	d := editorial.Document{Content: content}
	d.Ref, d.Revision = editorial.Ref{Kind: "notice", Key: "usage_analytics", Version: 3}, 12
	d.Parts = map[string]editorial.Part{
		"en/title": {SHA256: "t"}, "en/summary": {SHA256: "s"}, "en/body": {SHA256: "b"},
		"de/title": {Source: "t"}, "de/body": {Source: "older"},
	}
	return d
}

func export() exchange.File {
	return exchange.Export(document(), "en", "de", []string{"title", "summary", "body"})
}

func TestOutAndBack(t *testing.T) {
	f := export()
	states := ""
	for _, u := range f.Units {
		states += fmt.Sprint(u.ID, " ", u.State, ", ")
	}
	if states != "title translated, summary new, body stale, " {
		t.Errorf("taken out: %s", states)
	}
	for name, way := range map[string]struct {
		write func() ([]byte, error)
		read  func([]byte) (exchange.File, error)
	}{"json": {f.JSON, exchange.ReadJSON}, "xliff": {f.XLIFF, exchange.ReadXLIFF}} {
		raw, err := way.write()
		if err != nil {
			t.Fatal(err)
		}
		back, err := way.read(raw)
		if err != nil || !reflect.DeepEqual(back, f) {
			t.Errorf("%s: %v\n%+v, want\n%+v", name, err, back, f)
		}
		want := map[string]string{"de/title": "Nutzung", "de/body": "Wir zählen."} // and no summary is taken away
		if !maps.Equal(back.Changes(), want) {
			t.Errorf("%s: changes %v", name, back.Changes())
		}
		if err := back.Fits(document().Ref, "en"); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if err := back.Fits(editorial.Ref{Kind: "notice", Key: "usage_analytics", Version: 4}, "en"); err == nil {
			t.Errorf("%s: it fits another version", name)
		}
	}
}

func TestMalformedFilesAreRefusedWithTheirPlace(t *testing.T) {
	xliff, _ := export().XLIFF()
	json, _ := export().JSON()
	for name, tt := range map[string]struct {
		raw, where, code string
		read             func([]byte) (exchange.File, error)
	}{
		"cut":        {string(xliff[:len(xliff)-20]), "line", "exchange_line", exchange.ReadXLIFF},
		"no xml":     {"hello", "file", "exchange_head", exchange.ReadXLIFF},
		"nothing":    {"", "file", "exchange_head", exchange.ReadXLIFF},
		"2.0":        {strings.Replace(string(xliff), `version="1.2"`, `version="2.0"`, 1), "line 2", "exchange_line", exchange.ReadXLIFF},
		"entities":   {`<!DOCTYPE x [<!ENTITY a "b">]>` + string(xliff), "line 1", "exchange_line", exchange.ReadXLIFF},
		"inline":     {strings.Replace(string(xliff), "Nutzung", `<g id="1">Nutzung</g>`, 1), "unit title", "exchange_inline", exchange.ReadXLIFF},
		"twice":      {strings.Replace(string(xliff), `id="body"`, `id="title"`, 1), "unit title", "exchange_twice", exchange.ReadXLIFF},
		"no id":      {strings.Replace(string(xliff), `id="body"`, `id=""`, 1), "unit", "exchange_unit", exchange.ReadXLIFF},
		"original":   {strings.Replace(string(xliff), "/12", "/x", 1), "file", "exchange_head", exchange.ReadXLIFF},
		"no utf-8":   {"\xff" + string(xliff), "file", "exchange_utf8", exchange.ReadXLIFF},
		"large":      {strings.Repeat(" ", exchange.MaxFile+1), "file", "exchange_large", exchange.ReadXLIFF},
		"json":       {strings.Replace(string(json), `"units"`, `units`, 1), "line 8", "exchange_line", exchange.ReadJSON},
		"json type":  {strings.Replace(string(json), `"version": 3`, `"version": "3"`, 1), "line 4", "exchange_line", exchange.ReadJSON},
		"json more":  {string(json) + "{}", "line", "exchange_line", exchange.ReadJSON},
		"json empty": {"{}", "file", "exchange_head", exchange.ReadJSON},
	} {
		_, err := tt.read([]byte(tt.raw))
		refused, ok := errors.AsType[*models.Error](err)
		if !ok {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if where := refused.Field + fmt.Sprint(refused.Args); refused.Code != tt.code || !strings.Contains(strings.NewReplacer("[", " ", "]", "").Replace(where), tt.where) {
			t.Errorf("%s: %s %s, want %s %s", name, refused.Code, where, tt.code, tt.where)
		}
	}
}

// What any program sends is refused with an error of ours, or read; and what is read goes out and comes back the same.
func FuzzRead(f *testing.F) {
	xliff, _ := export().XLIFF()
	json, _ := export().JSON()
	for _, seed := range [][]byte{xliff, json, nil, []byte("<xliff"), []byte("{}"), xliff[:100], []byte(strings.Replace(string(xliff), "<target", "<alt-trans><target>x</target></alt-trans><target", 1))} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		for _, read := range []func([]byte) (exchange.File, error){exchange.ReadXLIFF, exchange.ReadJSON} {
			file, err := read(raw)
			if err != nil {
				if _, ours := errors.AsType[*models.Error](err); !ours {
					t.Fatalf("refused with %v", err)
				}
				continue
			}
			out, err := file.JSON()
			if err != nil {
				t.Fatal(err)
			}
			if back, err := exchange.ReadJSON(out); err != nil || !reflect.DeepEqual(back.Changes(), file.Changes()) {
				t.Fatalf("%v: %+v comes back as %+v", err, file, back)
			}
		}
	})
}
