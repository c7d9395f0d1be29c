package main

import (
	"bytes"
	"context"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"candor/models/ledger/ledgertest"
)

// outcome is what a run of the program says.
type outcome struct {
	code        int
	out, errors string
}

func logverify(t *testing.T, args ...string) outcome {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code := run(t.Context(), args, &stdout, &stderr)
	return outcome{code, stdout.String(), stderr.String()}
}

// want fails unless the program ended with the code and said all of that.
func (o outcome) want(t *testing.T, code int, says ...string) {
	t.Helper()
	if o.code != code {
		t.Fatalf("ended with %d, want %d\nstdout: %s\nstderr: %s", o.code, code, o.out, o.errors)
	}
	for _, s := range says {
		if !strings.Contains(o.out+o.errors, s) {
			t.Fatalf("does not say %q\nstdout: %s\nstderr: %s", s, o.out, o.errors)
		}
	}
}

// folder writes files into a new folder.
func folder(t *testing.T, files map[string][]byte) string {
	t.Helper()
	dir := t.TempDir()
	for name, data := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		ledgertest.Must(t, os.MkdirAll(filepath.Dir(path), 0o755))
		ledgertest.Must(t, os.WriteFile(path, data, 0o600))
	}
	return dir
}

func file(t *testing.T, name string, data []byte) string {
	t.Helper()
	return filepath.Join(folder(t, map[string][]byte{name: data}), name)
}

// flip changes the byte at an offset (from the end, if negative) of one of the files.
func flip(t *testing.T, files map[string][]byte, name string, at int) {
	t.Helper()
	data, ok := files[name]
	if !ok {
		t.Fatalf("there is no file %s", name)
	}
	changed := bytes.Clone(data)
	if at < 0 {
		at += len(changed)
	}
	changed[at] ^= 0x01
	files[name] = changed
}

func TestGoodFolderAtAnySize(t *testing.T) {
	for _, size := range []int{2, 3, 255, 256, 257, 600} {
		l := ledgertest.Filled(t, size)
		dir := folder(t, l.Files())
		logverify(t, "--vkey", l.VKey, dir).want(t, 0, "Good")
		logverify(t, "--vkey", l.VKey, "-quiet", dir).want(t, 0)
	}
}

func TestWithoutVKeyTheLogsOwnIsTakenOnTrust(t *testing.T) {
	l := ledgertest.Filled(t, 5)
	logverify(t, folder(t, l.Files())).want(t, 0, "Good", "taken on trust")
	_, other := ledgertest.CheckpointKey(t, "stranger")
	logverify(t, "--vkey", other, folder(t, l.Files())).want(t, 1, "checkpoint")
	logverify(t, folder(t, l.Files()), "--vkey", other, "--vkey", l.VKey).want(t, 0, "Good")
}

func TestQuietSaysNothingOnSuccess(t *testing.T) {
	l := ledgertest.Filled(t, 5)
	if got := logverify(t, "-quiet", "--vkey", l.VKey, folder(t, l.Files())); got.code != 0 || got.out+got.errors != "" {
		t.Fatalf("got %+v", got)
	}
}

func TestFirstBadEntryIsNamed(t *testing.T) {
	// The second bundle starts with entry 256; its first entry's signature ends where its length says.
	tests := []struct {
		name string
		edit func(t *testing.T, l *ledgertest.Log, files map[string][]byte)
		says []string
	}{
		{"entry's signature", func(t *testing.T, l *ledgertest.Log, files map[string][]byte) {
			flip(t, files, "tile/entries/001.p/44", 2+len(l.Entries[256])-10)
		}, []string{"entry 256", "signature"}},
		{"entry's payload", func(t *testing.T, l *ledgertest.Log, files map[string][]byte) {
			flip(t, files, "tile/entries/000", 2+len(l.Entries[0])+2+200)
		}, []string{"entry 1:"}},
		{"length in a bundle", func(t *testing.T, _ *ledgertest.Log, files map[string][]byte) {
			flip(t, files, "tile/entries/000", 0)
		}, []string{"entry", "format"}},
		{"leaf hash", func(t *testing.T, _ *ledgertest.Log, files map[string][]byte) {
			flip(t, files, "tile/0/000", 32*17+5)
		}, []string{"entry 17:", "tile/0/000", "tile"}},
		{"leaf hash in a partial tile", func(t *testing.T, _ *ledgertest.Log, files map[string][]byte) {
			flip(t, files, "tile/0/001.p/44", 0)
		}, []string{"entry 256:", "tile/0/001"}},
		{"hash above", func(t *testing.T, _ *ledgertest.Log, files map[string][]byte) {
			flip(t, files, "tile/1/000.p/1", -1)
		}, []string{"entry 0:", "tile/1/000"}},
		{"missing bundle", func(_ *testing.T, _ *ledgertest.Log, files map[string][]byte) {
			delete(files, "tile/entries/001.p/44")
		}, []string{"entry 256:", "tile/entries/001.p/44 is missing"}},
		{"missing hash tile", func(_ *testing.T, _ *ledgertest.Log, files map[string][]byte) {
			delete(files, "tile/0/000")
		}, []string{"entry 0:", "tile/0/000 is missing"}},
		{"disclosure's salt", func(t *testing.T, _ *ledgertest.Log, files map[string][]byte) {
			flip(t, files, "disclosures/1", -5)
		}, []string{"entry 1:", "commit"}},
		{"disclosure of another entry", func(_ *testing.T, _ *ledgertest.Log, files map[string][]byte) {
			files["disclosures/1"] = files["disclosures/0"]
		}, []string{"entry 1:"}},
		{"no disclosure of entry 0", func(_ *testing.T, _ *ledgertest.Log, files map[string][]byte) {
			delete(files, "disclosures/0")
		}, []string{"entry 0", "key"}},
		{"private detail disclosed", func(t *testing.T, l *ledgertest.Log, files map[string][]byte) {
			raw, err := l.Disclosures[7].Encode()
			ledgertest.Must(t, err)
			files["disclosures/7"] = raw
		}, []string{"entry 7:", "disclosure"}},
		{"checkpoint's root", func(t *testing.T, _ *ledgertest.Log, files map[string][]byte) {
			flip(t, files, "checkpoint", len(ledgertest.Origin)+8)
		}, []string{"checkpoint"}},
		{"missing checkpoint", func(_ *testing.T, _ *ledgertest.Log, files map[string][]byte) {
			delete(files, "checkpoint")
		}, []string{"checkpoint is missing"}},
		{"entries cut off and checkpoint kept", func(t *testing.T, l *ledgertest.Log, files map[string][]byte) {
			files["tile/entries/001.p/44"] = files["tile/entries/001.p/44"][:2+len(l.Entries[256])]
		}, []string{"entry 257", "format"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			l := ledgertest.Filled(t, 300)
			files := l.Files()
			test.edit(t, l, files)
			logverify(t, "--vkey", l.VKey, folder(t, files)).want(t, 1, test.says...)
		})
	}
}

func TestOperatorWhoRewritesIsFound(t *testing.T) {
	rewritten := func(t *testing.T, edit func(l *ledgertest.Log)) outcome {
		l := ledgertest.Filled(t, 40)
		edit(l)
		l.Rehash()
		return logverify(t, "--vkey", l.VKey, folder(t, l.Files()))
	}
	t.Run("two entries swapped", func(t *testing.T) {
		rewritten(t, func(l *ledgertest.Log) { l.Entries[20], l.Entries[21] = l.Entries[21], l.Entries[20] }).
			want(t, 1, "entry 20:", "seq 21 stands in its place")
	})
	t.Run("one entry left out", func(t *testing.T) {
		rewritten(t, func(l *ledgertest.Log) {
			l.Entries = append(l.Entries[:30], l.Entries[31:]...)
			l.Disclosures = append(l.Disclosures[:30], l.Disclosures[31:]...)
		}).want(t, 1, "entry 30:", "check: seq")
	})
	t.Run("another history of the same length", func(t *testing.T) {
		rewritten(t, func(l *ledgertest.Log) {
			other := ledgertest.New(t)
			for range 38 {
				other.Choose(5)
			}
			copy(l.Entries[:20], other.Entries[:20])
			copy(l.Disclosures[:20], other.Disclosures[:20])
		}).want(t, 1, "entry 20:", "check: prev")
	})
}

func TestSince(t *testing.T) {
	l := ledgertest.Filled(t, 300)
	dir := folder(t, l.Files())
	for _, size := range []uint64{2, 255, 256, 257, 300} {
		logverify(t, "--vkey", l.VKey, "--since", file(t, "old", l.Checkpoint(size)), dir).want(t, 0, "continues")
	}
	other := ledgertest.New(t)
	for range 10 {
		other.Choose(7)
	}
	logverify(t, "--vkey", l.VKey, "--since", file(t, "old", other.Checkpoint(8)), dir).want(t, 1, "check: consistency")
	longer := ledgertest.Filled(t, 301)
	logverify(t, "--vkey", l.VKey, "--since", file(t, "old", longer.Checkpoint(301)), dir).want(t, 1, "cut off")
	logverify(t, "--vkey", l.VKey, "--since", file(t, "old", []byte("nonsense")), dir).want(t, 1, "earlier checkpoint")
	logverify(t, "--vkey", l.VKey, "--since", filepath.Join(dir, "no such file"), dir).want(t, 2)
}

func TestKeyRotation(t *testing.T) {
	l := ledgertest.Filled(t, 10)
	l.AddKey("entry", "entry 2")
	l.SignWith("entry 2")
	l.RetireKey("entry", "entry")
	l.Choose(1)
	logverify(t, "--vkey", l.VKey, folder(t, l.Files())).want(t, 0, "Good")
	l.SignWith("entry")
	bad := l.Choose(1)
	if bad != 13 {
		t.Fatalf("entry %d", bad)
	}
	logverify(t, "--vkey", l.VKey, folder(t, l.Files())).want(t, 1, "entry 13:", "retired before this, by entry 11", "check: key")

	l = ledgertest.Filled(t, 10)
	l.SignWith("document")
	l.Choose(0)
	logverify(t, "--vkey", l.VKey, folder(t, l.Files())).want(t, 1, "entry 10:", `for use "document", not "entry"`)
}

// serve serves a log below /log.
func serve(t *testing.T, files map[string][]byte) (url string) {
	t.Helper()
	root := os.DirFS(folder(t, files))
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		data, err := fs.ReadFile(root, strings.TrimPrefix(r.URL.Path, "/log/"))
		if err != nil {
			http.NotFound(w, r)
			return
		}
		_, _ = w.Write(data)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

func TestURL(t *testing.T) {
	l := ledgertest.Filled(t, 300)
	url := serve(t, l.Files())
	logverify(t, "--vkey", l.VKey, url+"/log").want(t, 0, "Good")
	logverify(t, "--vkey", l.VKey, url+"/log/").want(t, 0, "Good")
	logverify(t, "--vkey", l.VKey, url).want(t, 0, "Good")
	logverify(t, url).want(t, 0, "taken on trust")

	files := l.Files()
	flip(t, files, "tile/entries/000", 2+len(l.Entries[0])+2+200)
	url = serve(t, files)
	logverify(t, "--vkey", l.VKey, url).want(t, 1, "entry 1:")
}

func TestURLWithAListOfDisclosuresIsNotProbed(t *testing.T) {
	l := ledgertest.Filled(t, 300)
	files := l.Files()
	disclosures := map[string][]byte{"/log/disclosures": l.DisclosureList()}
	for name, data := range files {
		disclosures["/log/"+name] = data
	}
	probes := make(chan string, 1000)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/log/disclosures/") {
			probes <- r.URL.Path
		}
		data, ok := disclosures[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		_, _ = w.Write(data)
	}))
	defer server.Close()
	logverify(t, "--vkey", l.VKey, server.URL+"/log").want(t, 0, "Good", "2 public details")
	if len(probes) != 2 {
		t.Fatalf("asked for %d disclosures, there are 2", len(probes))
	}
}

func TestFullTileInPlaceOfAPartialOneThatIsGone(t *testing.T) {
	l := ledgertest.Filled(t, 256)
	files := l.Files()
	files["checkpoint"] = l.Checkpoint(200)
	delete(files, "tile/1/000.p/1")
	logverify(t, "--vkey", l.VKey, folder(t, files)).want(t, 0, "200 entries")
}

func TestWhatCannotBeOpened(t *testing.T) {
	l := ledgertest.Filled(t, 3)
	url := serve(t, map[string][]byte{"x": nil})
	broken := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) }))
	defer broken.Close()
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	for _, args := range [][]string{
		{},
		{"a", "b"},
		{"--no-such-flag"},
		{"--vkey", "nonsense", "."},
		{"--vkey", l.VKey},
		{filepath.Join(t.TempDir(), "missing.zip")},
		{url},
		{broken.URL},
		{gone.URL},
	} {
		logverify(t, args...).want(t, 2, "logverify: ")
	}
	logverify(t, "-help").want(t, 0, "archive.zip")
}

func TestInterruptedRunCallsNothingGoodOrBad(t *testing.T) {
	l := ledgertest.Filled(t, 300)
	url := serve(t, l.Files())
	files := l.ArchiveFiles(1)
	l.Seal(files)
	for _, arg := range []string{url, folder(t, l.Files()), file(t, "archive.zip", l.Zip(files))} {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		var out bytes.Buffer
		if code := run(ctx, []string{"--vkey", l.VKey, arg}, &out, &out); code != 2 {
			t.Errorf("%s: ended with %d: %s", arg, code, out.String())
		}
	}
}

func TestSinceGoesWithALogOnly(t *testing.T) {
	l := ledgertest.Filled(t, 20)
	since := file(t, "old", l.Checkpoint(5))
	logverify(t, "--vkey", l.VKey, "--since", since, file(t, "receipt.jwt", l.Receipt(7))).want(t, 2, "--since")
	logverify(t, "--vkey", l.VKey, "--since", since, file(t, "a.zip", []byte("PK"))).want(t, 2, "--since")
}

func TestReceipt(t *testing.T) {
	l := ledgertest.Filled(t, 20)
	raw := l.Receipt(7)
	name := file(t, "receipt.jwt", raw)
	logverify(t, "--vkey", l.VKey, name).want(t, 0, "Good", "entry 7", "consent.given")
	logverify(t, name).want(t, 0, "taken on trust")
	_, other := ledgertest.CheckpointKey(t, "stranger")
	logverify(t, "--vkey", other, name).want(t, 1, "check: checkpoint")
	for at := 0; at < len(raw); at += 41 {
		changed := bytes.Clone(raw)
		changed[at] ^= 1
		logverify(t, "--vkey", l.VKey, file(t, "receipt.jwt", changed)).want(t, 1, "BAD: ")
	}
}

func TestReceiptWithoutKeysNeedsTheKeySet(t *testing.T) {
	l := ledgertest.Filled(t, 20)
	name := file(t, "receipt.jwt", l.BareReceipt(7))
	keys := file(t, "jwks.json", l.JWKS())
	logverify(t, "--vkey", l.VKey, "--jwks", keys, name).want(t, 0, "Good")
	logverify(t, "--vkey", l.VKey, name).want(t, 1, "--jwks")
	logverify(t, "--vkey", l.VKey, "--jwks", name+"x", name).want(t, 2)
}

func TestNeitherLogNorArchiveNorReceipt(t *testing.T) {
	logverify(t, file(t, "notes.txt", []byte("hello"))).want(t, 1, "not a good receipt")
	logverify(t, file(t, "empty", nil)).want(t, 1)
	logverify(t, file(t, "broken.zip", []byte("PK\x03\x04 and then nothing"))).want(t, 1, "zip")
}
