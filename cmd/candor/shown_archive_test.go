package main

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"candor/models/ledger"
)

// archive is a customer's archive, asked for and fetched on the pages.
func (v *visitor) archive() []byte {
	v.t.Helper()
	asked, _ := v.do(http.MethodPost, "/download", url.Values{"csrf": {v.field("/download", csrfField)}})
	path := asked.Header.Get("Location")
	for {
		response, raw := v.do(http.MethodGet, path+"/archive.zip", nil)
		if response.StatusCode == http.StatusOK {
			return []byte(raw)
		}
		if err := v.t.Context().Err(); err != nil {
			v.t.Fatal(err)
		}
	}
}

// unzipped are an archive's files.
func unzipped(t *testing.T, raw []byte) map[string][]byte {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	check(t, err)
	files := map[string][]byte{}
	for _, f := range z.File {
		r, err := f.Open()
		check(t, err)
		files[f.Name], err = io.ReadAll(r)
		check(t, err)
	}
	return files
}

func zipFile(t *testing.T, files map[string][]byte) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for name, content := range files {
		w, err := z.Create(name)
		check(t, err)
		_, err = w.Write(content)
		check(t, err)
	}
	check(t, z.Close())
	return out.Bytes()
}

// Who takes their archive along takes what they were shown: for each choice made on the pages, the text and the words around
// it, as the pages give them back, with the hash that is in the entry. The verifier finds them good, and any other bad.
func TestAnArchiveHoldsWhatWasShown(t *testing.T) {
	s := newSite(t)
	person := s.signIn("customer", "cus_1")
	for i, language := range []string{"en", "ar"} { // yes, then no
		_, page := person.do(http.MethodGet, "/consents?lang="+language, nil)
		for _, card := range cards.FindAllStringSubmatch(page, -1) {
			form := url.Values{"choice": {card[3+i]}, "csrf": csrfField.FindStringSubmatch(page)[1:2], "served": {card[2]}}
			if got := person.status(http.MethodPost, "/consents/"+card[1], form); got != http.StatusSeeOther {
				t.Fatalf("%s in %s: %d", card[1], language, got)
			}
		}
	}
	archive := person.archive()
	files := unzipped(t, archive)
	var list ledger.ShownList
	check(t, json.Unmarshal(files[ledger.ShownIndex], &list))
	if len(list.Entries) < 8 {
		t.Fatalf("only %d entries are listed", len(list.Entries))
	}
	for _, e := range list.Entries {
		for page, text := range map[string]*ledger.ShownText{"notice.txt": e.Notice, "wording.txt": e.Wording} {
			_, shown := person.do(http.MethodGet, fmt.Sprint("/receipts/", e.LogIndex, "/", page), nil)
			sum := sha256.Sum256(files[text.File])
			if string(files[text.File]) != shown || hex.EncodeToString(sum[:]) != text.Named {
				t.Errorf("entry %d: %s is not %s", e.LogIndex, text.File, page)
			}
		}
	}

	dir := t.TempDir()
	verifier, name := filepath.Join(dir, "logverify"), filepath.Join(dir, "archive.zip")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", verifier, "../logverify").CombinedOutput(); err != nil {
		t.Fatalf("build logverify: %v\n%s", err, out)
	}
	verify := func(raw []byte) (int, string) {
		check(t, os.WriteFile(name, raw, 0o600))
		command := exec.CommandContext(t.Context(), verifier, "--vkey", s.program.keys.CheckpointVerifier, name)
		out, _ := command.CombinedOutput()
		return command.ProcessState.ExitCode(), string(out)
	}
	if code, says := verify(archive); code != 0 || !strings.Contains(says, "texts that were shown are there") {
		t.Errorf("logverify ended with %d: %s", code, says)
	}
	altered := list.Entries[0].Wording.File
	files[altered] = slices.Concat(files[altered], []byte("!"))
	if code, says := verify(zipFile(t, files)); code != 1 || !strings.Contains(says, altered+" is not what was shown") {
		t.Errorf("of an altered text logverify says %d: %s", code, says)
	}
}
