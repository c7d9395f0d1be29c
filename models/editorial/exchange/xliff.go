package exchange

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"candor/models"
)

// namespace is XLIFF 1.2's (OASIS, xliff-core-1.2).
const namespace = "urn:oasis:names:tc:xliff:document:1.2"

// xliff is the part of XLIFF 1.2 that is written. One file element has all units; original names the text and the revision.
type xliff struct {
	XMLName xml.Name  `xml:"urn:oasis:names:tc:xliff:document:1.2 xliff"`
	Version string    `xml:"version,attr"`
	File    xliffFile `xml:"file"`
}

type xliffFile struct {
	Original string      `xml:"original,attr"`
	Datatype string      `xml:"datatype,attr"`
	Source   string      `xml:"source-language,attr"`
	Target   string      `xml:"target-language,attr"`
	Units    []xliffUnit `xml:"body>trans-unit"`
}

type xliffUnit struct {
	ID     string      `xml:"id,attr"`
	Space  string      `xml:"http://www.w3.org/XML/1998/namespace space,attr"`
	Source string      `xml:"source"`
	Target xliffTarget `xml:"target"`
	Note   string      `xml:"note,omitempty"`
}

type xliffTarget struct {
	State string `xml:"state,attr"`
	Text  string `xml:",chardata"`
}

// original is "KIND/KEY/VERSION/REVISION".
func (f File) original() string {
	return fmt.Sprintf("%s/%s/%d/%d", f.Kind, f.Key, f.Version, f.Revision)
}

// states are those of a target in XLIFF 1.2, section 2.2.4.
var states = map[State]string{New: "needs-translation", Stale: "needs-review-translation", Translated: "translated"}

// XLIFF writes the file as XLIFF 1.2.
func (f File) XLIFF() ([]byte, error) {
	x := xliff{Version: "1.2", File: xliffFile{Original: f.original(), Datatype: "plaintext", Source: f.Source, Target: f.Target}}
	for _, u := range f.Units {
		x.File.Units = append(x.File.Units, xliffUnit{
			ID: u.ID, Space: "preserve", Source: u.Source, Target: xliffTarget{states[u.State], u.Target}, Note: u.Note,
		})
	}
	raw, err := xml.MarshalIndent(x, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("write a file for translators: %w", err)
	}
	return append([]byte(xml.Header), append(raw, '\n')...), nil
}

// ReadXLIFF reads what XLIFF has written and a translator's tool changed: elements and attributes that it added are passed
// over, and a target's inline tags are refused, because there are none in what was taken out. Errors are models.Invalid, and
// say in which line or unit.
func ReadXLIFF(raw []byte) (File, error) {
	if err := readable(raw); err != nil {
		return File{}, err
	}
	r := reader{d: xml.NewDecoder(bytes.NewReader(raw))}
	err := r.document()
	if refused, ok := errors.AsType[*models.Error](err); ok {
		return File{}, refused
	}
	if err != nil {
		line, _ := r.d.InputPos()
		return File{}, models.Fail(models.Invalid, "exchange_line", "line", line).In("file").Because(err)
	}
	return r.file, r.file.check()
}

// reader goes through a document once, token by token, so that it can say where it stands.
type reader struct {
	d     *xml.Decoder
	file  File
	files int
}

// document reads to the end. A declaration of entities is refused: none is needed, and some are bombs.
func (r *reader) document() error {
	for {
		t, err := r.d.Token()
		if errors.Is(err, io.EOF) {
			if r.files != 1 {
				return models.Fail(models.Invalid, "exchange_head").In("file")
			}
			return nil
		}
		if err != nil {
			return err
		}
		switch t := t.(type) {
		case xml.Directive:
			return errors.New("a document type is declared")
		case xml.StartElement:
			if err := r.element(t); err != nil {
				return err
			}
		}
	}
}

func (r *reader) element(t xml.StartElement) error {
	if t.Name.Space != namespace {
		return nil
	}
	switch t.Name.Local {
	case "xliff":
		if attribute(t, "version") != "1.2" {
			return errors.New("it is not XLIFF 1.2")
		}
	case "file":
		r.files++
		return r.head(t)
	case "trans-unit":
		if r.files != 1 || len(r.file.Units) >= maxUnits {
			return errors.New("there are too many files or units")
		}
		return r.unit(t)
	}
	return nil
}

func (r *reader) head(t xml.StartElement) error {
	parts := strings.Split(attribute(t, "original"), "/")
	if len(parts) != 4 {
		return models.Fail(models.Invalid, "exchange_head").In("file")
	}
	version, err := strconv.Atoi(parts[2])
	revision, wrong := strconv.Atoi(parts[3])
	if err != nil || wrong != nil {
		return models.Fail(models.Invalid, "exchange_head").In("file")
	}
	r.file = File{
		Kind: parts[0], Key: parts[1], Version: version, Revision: revision,
		Source: attribute(t, "source-language"), Target: attribute(t, "target-language"),
	}
	return nil
}

// unit reads one. Units within units, and alternatives, are passed over.
func (r *reader) unit(start xml.StartElement) error {
	u := Unit{ID: attribute(start, "id"), State: New}
	for {
		t, err := r.d.Token()
		if err != nil {
			return err
		}
		switch t := t.(type) {
		case xml.EndElement:
			r.file.Units = append(r.file.Units, u)
			return nil
		case xml.StartElement:
			switch {
			case t.Name.Space == namespace && t.Name.Local == "source":
				u.Source, err = r.text(u.ID)
			case t.Name.Space == namespace && t.Name.Local == "target":
				for state, name := range states {
					if attribute(t, "state") == name {
						u.State = state
					}
				}
				u.Target, err = r.text(u.ID)
			case t.Name.Space == namespace && t.Name.Local == "note":
				u.Note, err = r.text(u.ID)
			default:
				err = r.d.Skip()
			}
			if err != nil {
				return err
			}
		}
	}
}

// text reads to the end of an element that has text alone.
func (r *reader) text(unit string) (string, error) {
	var text strings.Builder
	for {
		t, err := r.d.Token()
		if err != nil {
			return "", err
		}
		switch t := t.(type) {
		case xml.CharData:
			text.Write(t)
		case xml.StartElement:
			return "", models.Fail(models.Invalid, "exchange_inline").In("unit " + unit)
		case xml.EndElement:
			return text.String(), nil
		}
	}
}

func attribute(t xml.StartElement, name string) string {
	for _, a := range t.Attr {
		if a.Name.Local == name && a.Name.Space == "" {
			return a.Value
		}
	}
	return ""
}
