package exchange

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"candor/models"
)

// JSON writes the file as JSON.
func (f File) JSON() ([]byte, error) {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false) // people read and edit it
	e.SetIndent("", "  ")
	if err := e.Encode(f); err != nil {
		return nil, fmt.Errorf("write a file for translators: %w", err)
	}
	return out.Bytes(), nil
}

// ReadJSON reads what JSON has written and a translator changed. Errors are models.Invalid, and say in which line.
func ReadJSON(raw []byte) (File, error) {
	var f File
	if err := readable(raw); err != nil {
		return f, err
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(&f); err != nil {
		return File{}, atLine(raw, d.InputOffset(), err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return File{}, atLine(raw, d.InputOffset(), errors.New("there is something after the end"))
	}
	return f, f.check()
}

// readable refuses what is too large or no text.
func readable(raw []byte) error {
	if len(raw) > MaxFile {
		return models.Fail(models.TooLarge, "exchange_large", "max", MaxFile>>20).In("file")
	}
	if !utf8.Valid(raw) {
		return models.Fail(models.Invalid, "exchange_utf8").In("file")
	}
	return nil
}

// atLine says where a file cannot be read.
func atLine(raw []byte, offset int64, cause error) error {
	if syntax, ok := errors.AsType[*json.SyntaxError](cause); ok {
		offset = syntax.Offset
	}
	if typed, ok := errors.AsType[*json.UnmarshalTypeError](cause); ok {
		offset = typed.Offset
	}
	line := 1 + bytes.Count(raw[:min(max(offset, 0), int64(len(raw)))], []byte("\n"))
	return models.Fail(models.Invalid, "exchange_line", "line", line).In("file").Because(cause)
}
