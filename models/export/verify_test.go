package export

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"candor/models/consent"
)

// logverify builds the customers' verifier, and gives what runs it on an archive.
func logverify(t *testing.T, vkey string) func(raw []byte) (code int, says string) {
	t.Helper()
	program := filepath.Join(t.TempDir(), "logverify")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", program, "candor/cmd/logverify").CombinedOutput(); err != nil {
		t.Fatalf("build logverify: %v\n%s", err, out)
	}
	name := filepath.Join(t.TempDir(), "archive.zip")
	return func(raw []byte) (int, string) {
		t.Helper()
		check(t, os.WriteFile(name, raw, 0o600))
		c := exec.CommandContext(t.Context(), program, "--vkey", vkey, name)
		out, _ := c.CombinedOutput()
		return c.ProcessState.ExitCode(), string(out)
	}
}

// The program that trusts nobody finds an archive good, and any byte changed in what it is about bad,
// even where whoever changed it made the zip file, and every hash that needs no key, anew.
func TestVerifiedByAStranger(t *testing.T) {
	r := newRig(t)
	r.choose(bo, "usage_analytics", consent.Give)
	for i := range 4 {
		r.choose(ada, "usage_analytics", []consent.Action{consent.Give, consent.Withdraw}[i%2])
	}
	r.choose(ada, "fraud_prevention", consent.Object)
	s := r.service()
	raw := r.read(s, r.ask(s, Request{Customer: ada}), 0, -1)
	verify := logverify(t, r.Set.CheckpointVerifier)
	if code, says := verify(raw); code != 0 || !strings.Contains(says, "6 entries and 2 receipts") {
		t.Fatalf("logverify ended with %d: %s", code, says)
	}

	u := unzip(t, raw)
	bad := func(what, name string, content []byte, reason string) {
		t.Helper()
		files := map[string][]byte{}
		maps.Copy(files, u.files)
		files[name] = content
		files["SHA256SUMS"] = bytes.ReplaceAll(files["SHA256SUMS"], []byte(sum(u.files[name])), []byte(sum(content)))
		if code, says := verify(zipped(t, files)); code != 1 || !strings.Contains(says, reason) {
			t.Errorf("%s was changed, and logverify ended with %d: %s", what, code, says)
		}
	}
	for _, part := range []string{"entry", "detail", "salt", "proof"} {
		first, _, _ := bytes.Cut(u.file("consents/log.jsonl"), []byte("\n"))
		length := len(valueOf(t, first, part))
		for _, at := range []int{0, 1, length / 3, length / 2, length - 2, length - 1} {
			line := changedMember(t, first, part, at)
			content := bytes.Replace(u.file("consents/log.jsonl"), first, line, 1)
			bad(fmt.Sprintf("byte %d of the %s", at, part), "consents/log.jsonl", content, "consents/log.jsonl, line 1")
		}
	}
	for _, name := range []string{
		"manifest.json", "manifest.jws", "data/usage_detail.json", "data/invoices.csv", "documents/invoices/inv_1/bill 1.pdf",
		"index.html", "processing.json", "consents/receipts/usage_analytics.jwt", "consents/checkpoint", "consents/shown/index.json",
		shownFile(u), "schema/manifest.schema.json",
	} {
		content := u.file(name)
		for _, at := range []int{0, len(content) / 2, len(content) - 1} {
			changed := bytes.Clone(content)
			changed[at] ^= 1
			bad(fmt.Sprintf("byte %d of %s", at, name), name, changed, strings.TrimSuffix(name, ".json"))
		}
	}
}

func valueOf(t *testing.T, line []byte, name string) string {
	t.Helper()
	var members map[string]string
	check(t, json.Unmarshal(line, &members))
	return members[name]
}

// changedMember is a line of evidence with one character of one member changed, and still good JSON.
func changedMember(t *testing.T, line []byte, name string, at int) []byte {
	t.Helper()
	var e struct {
		Entry  string `json:"entry"`
		Detail string `json:"detail"`
		Salt   string `json:"salt"`
		Proof  string `json:"proof"`
	}
	check(t, json.Unmarshal(line, &e))
	m := map[string]*string{"entry": &e.Entry, "detail": &e.Detail, "salt": &e.Salt, "proof": &e.Proof}[name]
	b := []byte(*m)
	b[at] ^= 1
	*m = string(b)
	return must[[]byte](t)(json.Marshal(e))
}

func zipped(t *testing.T, files map[string][]byte) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	var names []string
	for name := range files {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		w := must[io.Writer](t)(z.Create(name))
		must[int](t)(w.Write(files[name]))
	}
	check(t, z.Close())
	return out.Bytes()
}

// An archive that is damaged on the way is found so, whichever file it hits.
func TestDamagedOnTheWay(t *testing.T) {
	r := newRig(t)
	s := r.service()
	raw := r.read(s, r.ask(s, Request{Customer: nemo}), 0, -1)
	verify := logverify(t, r.Set.CheckpointVerifier)
	z := must[*zip.Reader](t)(zip.NewReader(bytes.NewReader(raw), int64(len(raw))))
	for i := 0; i < len(z.File); i += 5 {
		f := z.File[i]
		changed := bytes.Clone(raw)
		changed[must[int64](t)(f.DataOffset())+int64(f.CompressedSize64)/2] ^= 0x10 // far below 2^63
		if code, says := verify(changed); code != 1 {
			t.Errorf("%s was damaged: ended with %d: %s", f.Name, code, says)
		}
	}
	if code, _ := verify(raw[:len(raw)/2]); code != 1 {
		t.Error("half an archive is none")
	}
}
