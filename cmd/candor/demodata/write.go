package demodata

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"candor/models/datamap"
)

// The files, in the order in which they are to be imported.
var fileNames = []string{"customers.jsonl", "accounts.jsonl", "bills.jsonl", "usage.jsonl"}

// Write makes an operator's files in dir, which must exist, and gives their paths in the order in
// which they are to be imported. operator is utility, saas or telecom, m its data map. All that
// is dated has happened before the month of now began in the operator's time zone, or at its very start.
//
// Customers are as many as the operator usually has; or, if customers is not 0, that many, of whom those beyond the
// usual ones have a profile, contracts and a way to pay, and no bills or usage. progress is told how many are written.
// Memory does not grow with their number; the files do, by about 1 KB each.
func Write(dir, operator string, m *datamap.Map, now time.Time, customers int, progress func(done int)) ([]string, error) {
	c, err := companyOf(operator, m, now)
	if err != nil {
		return nil, err
	}
	if customers == 0 {
		customers = c.customers
	}
	out, paths, err := create(dir)
	if err != nil {
		return nil, err
	}
	for n := range customers {
		if a := newAccount(c, n); n < c.customers {
			a.write(out)
		} else {
			a.writeSmall(out)
		}
		progress(n + 1)
	}
	if err := out.close(); err != nil {
		return nil, fmt.Errorf("write demo data: %w", err)
	}
	return paths, nil
}

// output is the four files. Each keeps its first error, which close tells.
type output struct {
	customers, accounts, bills, usage *lineFile
}

func create(dir string) (*output, []string, error) {
	var files []*lineFile
	var paths []string
	for _, name := range fileNames {
		path := filepath.Join(dir, name)
		f, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
		if err != nil {
			for _, open := range files {
				err = errors.Join(err, open.close())
			}
			return nil, nil, fmt.Errorf("create demo data: %w", err)
		}
		files = append(files, newLineFile(f))
		paths = append(paths, path)
	}
	return &output{customers: files[0], accounts: files[1], bills: files[2], usage: files[3]}, paths, nil
}

func (o *output) close() error {
	return errors.Join(o.customers.close(), o.accounts.close(), o.bills.close(), o.usage.close())
}

// lineFile writes JSON Lines.
type lineFile struct {
	file *os.File
	buf  *bufio.Writer
	enc  *json.Encoder
	err  error
}

func newLineFile(f *os.File) *lineFile {
	buf := bufio.NewWriterSize(f, 64<<10)
	enc := json.NewEncoder(buf)
	enc.SetEscapeHTML(false)
	return &lineFile{file: f, buf: buf, enc: enc}
}

func (f *lineFile) line(v any) {
	if f.err == nil {
		f.err = f.enc.Encode(v)
	}
}

// fail keeps the first error.
func (f *lineFile) fail(err error) {
	if f.err == nil {
		f.err = err
	}
}

func (f *lineFile) close() error {
	return errors.Join(f.err, f.buf.Flush(), f.file.Close())
}

// customerLine, recordLine and documentPart are the lines of the import.
type customerLine struct {
	Type           string `json:"type"`
	Ref            string `json:"ref"`
	Name           string `json:"name"`
	CustomerNumber string `json:"customer_number"`
	Email          string `json:"email"`
	Phone          string `json:"phone"`
	Address        string `json:"address"`
	Locale         string `json:"locale"`
	Jurisdiction   string `json:"jurisdiction"`
}

type recordLine struct {
	Type       string            `json:"type"`
	Customer   string            `json:"customer"`
	Category   string            `json:"category"`
	ID         string            `json:"id"`
	OccurredAt string            `json:"occurred_at"`
	Source     string            `json:"source"`
	Fields     map[string]string `json:"fields"`
	Documents  []documentPart    `json:"documents,omitempty"`
}

type documentPart struct {
	Name      string `json:"name"`
	MediaType string `json:"media_type"`
	Base64    []byte `json:"base64"`
}
