package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"strconv"
	"strings"
	"time"

	"candor/models/ledger"
)

// source is where a log is published. Paths are those below /log.
type source interface {
	// get returns a file; errMissing if there is none. Other errors mean that the source could not be read.
	get(ctx context.Context, path string) ([]byte, error)
	// disclosures says which entries are disclosed to everyone; known is false if only asking for each can tell.
	disclosures(ctx context.Context) (seqs map[uint64]bool, known bool, err error)
	String() string
}

var errMissing = errors.New("is missing")

// maxFile is more than any file of a log can have: a bundle of 256 entries of the greatest size.
const maxFile = ledger.TileWidth*(2+ledger.MaxEntrySize) + 1

// dirSource is a folder that holds the files under their paths.
type dirSource struct{ root fs.FS }

func (d dirSource) String() string { return "the folder" }

func (d dirSource) get(_ context.Context, path string) ([]byte, error) {
	f, err := d.root.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s %w", path, errMissing)
	}
	if err != nil {
		return nil, unopenable{fmt.Errorf("open %s: %w", path, reason(err))}
	}
	defer f.Close()
	return readAll(f, path)
}

func (d dirSource) disclosures(context.Context) (map[uint64]bool, bool, error) {
	files, err := fs.ReadDir(d.root, "disclosures")
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, false, unopenable{fmt.Errorf("list disclosures: %w", reason(err))}
	}
	seqs := map[uint64]bool{}
	for _, f := range files {
		if seq, err := strconv.ParseUint(f.Name(), 10, 64); err == nil && strconv.FormatUint(seq, 10) == f.Name() {
			seqs[seq] = true
		}
	}
	return seqs, true, nil
}

// urlSource is a log as it is served.
type urlSource struct {
	base   string
	client *http.Client
}

// openURL finds the log at the URL, or below it at /log.
func openURL(ctx context.Context, url string) (source, error) {
	client := &http.Client{Timeout: time.Minute}
	base := strings.TrimRight(url, "/")
	var found source
	var first error
	for _, base := range []string{base, base + "/log"} {
		src := urlSource{base: base, client: client}
		raw, err := src.get(ctx, "checkpoint")
		if err != nil {
			first = cmp.Or(first, err)
			continue
		}
		if _, err := ledger.ParseCheckpoint(raw); err == nil {
			return src, nil
		}
		found = cmp.Or[source](found, src)
	}
	switch {
	case found != nil:
		return found, nil // whose checkpoint is malformed, which is for the verification to say
	case errors.Is(first, errMissing):
		return nil, unopenable{fmt.Errorf("fetch %s: there is no log: neither %s/checkpoint nor %s/log/checkpoint was found", url, base, base)}
	}
	return nil, first
}

func (u urlSource) String() string { return u.base }

func (u urlSource) get(ctx context.Context, path string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.base+"/"+path, nil)
	if err != nil {
		return nil, unopenable{err}
	}
	resp, err := u.client.Do(req)
	if err != nil {
		return nil, unopenable{err}
	}
	defer resp.Body.Close()
	switch resp.StatusCode {
	case http.StatusOK:
		return readAll(resp.Body, path)
	case http.StatusNotFound, http.StatusGone:
		return nil, fmt.Errorf("%s %w", path, errMissing)
	}
	return nil, unopenable{fmt.Errorf("fetch %s/%s: the server answered %s", u.base, path, resp.Status)}
}

// disclosures asks for the list. It is a help only, so one that cannot be read is as good as none.
func (u urlSource) disclosures(ctx context.Context) (map[uint64]bool, bool, error) {
	raw, err := u.get(ctx, "disclosures")
	if errors.Is(err, errMissing) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	list, err := ledger.ParseDisclosureList(raw)
	if err != nil {
		return nil, false, nil //nolint:nilerr // a help only
	}
	seqs := map[uint64]bool{}
	for _, seq := range list.Disclosures {
		seqs[seq] = true
	}
	return seqs, true, nil
}

func readAll(r io.Reader, path string) ([]byte, error) {
	raw, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if err != nil {
		return nil, unopenable{fmt.Errorf("read %s: %w", path, reason(err))}
	}
	if len(raw) > maxFile {
		return nil, fmt.Errorf("%s has more than %d bytes", path, maxFile)
	}
	return raw, nil
}
