package keys

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"

	"candor/models/ledger"
)

const origin = "privacy.example.test/log"

// stream is fixed randomness, so that a test can ask for the same keys again.
type stream byte

func (s *stream) Read(b []byte) (int, error) {
	for i := range b {
		*s++
		b[i] = byte(*s) * 7
	}
	return len(b), nil
}

func openSet(t *testing.T, dir string) *Set {
	t.Helper()
	set, err := OpenFiles(dir, origin, new(stream))
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func TestKeysAreMadeOnceAndReadAgain(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "deep", "keys")
	first := openSet(t, dir)
	second, err := OpenFiles(dir, origin, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	signers := [][2]Signer{{first.Entry, second.Entry}, {first.Document, second.Document}, {first.Token, second.Token}}
	ids := map[string]bool{}
	for _, pair := range signers {
		ids[pair[0].KeyID()] = true
		message := []byte("message")
		signature, err := pair[1].Sign(message)
		if err != nil || !ed25519.Verify(pair[0].Public(), message, signature) {
			t.Error("a signature of the key that was read again does not verify", err)
		}
		if pair[0].KeyID() != ledger.KeyID(pair[1].Public()) {
			t.Error("the key's id is not its thumbprint")
		}
	}
	if len(ids) != 3 {
		t.Error("two uses share a key")
	}
	sealed, err := first.Master.Encrypt([]byte("key"), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := second.Master.Decrypt(sealed, nil); err != nil {
		t.Error("the master that was read again is another", err)
	}
	if len(first.Secret) != SecretSize || !bytes.Equal(first.Secret, second.Secret) || first.CheckpointVerifier != second.CheckpointVerifier {
		t.Error("secret or checkpoint key is another")
	}
	if _, err := os.Stat(filepath.Join(dir, unfinishedFile)); !errors.Is(err, os.ErrNotExist) {
		t.Error("the folder is still marked as unfinished", err)
	}
}

func TestCheckpointSignatureOpensWithTheVerifierKey(t *testing.T) {
	set := openSet(t, filepath.Join(t.TempDir(), "keys"))
	text := origin + "\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"
	signed, err := note.Sign(&note.Note{Text: text}, set.Checkpoint)
	if err != nil {
		t.Fatal(err)
	}
	verifier, err := note.NewVerifier(set.CheckpointVerifier)
	if err != nil {
		t.Fatal(err)
	}
	opened, err := note.Open(signed, note.VerifierList(verifier))
	if err != nil || opened.Text != text || set.Checkpoint.Name() != origin || verifier.Name() != origin {
		t.Fatal(opened, err)
	}
	// The same key under another origin is another key.
	_, vkey, err := newNoteSigner("other.example.test/log", ed25519.NewKeyFromSeed(make([]byte, 32)))
	if err != nil {
		t.Fatal(err)
	}
	_, same, err := newNoteSigner(origin, ed25519.NewKeyFromSeed(make([]byte, 32)))
	if err != nil || strings.Split(vkey, "+")[1] == strings.Split(same, "+")[1] {
		t.Fatal(vkey, same, err)
	}
}

func TestKeyFilesAreTheirOwnersAlone(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "keys")
	openSet(t, dir)
	names, err := os.ReadDir(dir)
	if err != nil || len(names) != 6 {
		t.Fatal(names, err)
	}
	for _, name := range append([]string{""}, entryFile, documentFile, tokenFile, checkpointFile, masterFile, secretFile) {
		path := filepath.Join(dir, name)
		info, err := os.Stat(path)
		if err != nil || info.Mode().Perm()&0o077 != 0 {
			t.Fatal(name, info.Mode(), err)
		}
		was := info.Mode().Perm()
		for _, wider := range []os.FileMode{0o040, 0o004, 0o020} {
			if err := os.Chmod(path, was|wider); err != nil {
				t.Fatal(err)
			}
			if _, err := OpenFiles(dir, origin, new(stream)); err == nil || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), "chmod") {
				t.Errorf("%s with mode %o: %v", name, was|wider, err)
			}
		}
		if err := os.Chmod(path, was); err != nil {
			t.Fatal(err)
		}
	}
	openSet(t, dir)
}

func TestALostOrDamagedKeyIsNamedAndNeverReplaced(t *testing.T) {
	for _, name := range []string{entryFile, documentFile, tokenFile, checkpointFile, masterFile, secretFile} {
		dir := filepath.Join(t.TempDir(), "keys")
		openSet(t, dir)
		path := filepath.Join(dir, name)
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, damage := range [][]byte{nil, raw[:len(raw)/2], append(bytes.Clone(raw), raw...), []byte("text")} {
			if err := os.WriteFile(path, damage, 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := OpenFiles(dir, origin, new(stream))
			if err == nil || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), "restore it") {
				t.Errorf("%s with %d bytes: %v", name, len(damage), err)
			}
			if err != nil && len(raw) > 40 && strings.Contains(err.Error(), string(raw[30:40])) {
				t.Errorf("%s: the error quotes the key", name)
			}
		}
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		if _, err := OpenFiles(dir, origin, new(stream)); err == nil || !strings.Contains(err.Error(), path+" is missing") {
			t.Errorf("%s removed: %v", name, err)
		}
		if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s was made anew", name)
		}
	}
}

// A first start that was cut short has given nobody a key, so the next start makes all of them.
func TestAFirstStartThatWasCutShortIsBegunAgain(t *testing.T) {
	short := errors.New("out of randomness")
	dir := filepath.Join(t.TempDir(), "keys")
	cut := readerFunc(func(b []byte) (int, error) { return 0, short })
	if _, err := OpenFiles(dir, origin, cut); !errors.Is(err, short) {
		t.Fatal(err)
	}
	names, err := os.ReadDir(dir)
	if err != nil || len(names) == 0 {
		t.Fatal("the test shows nothing", names, err)
	}
	openSet(t, dir)
	openSet(t, dir)
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(b []byte) (int, error) { return f(b) }

func TestABadOriginIsRefusedBeforeAnythingIsMade(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "keys")
	for _, bad := range []string{"", "https://example.test/log", "a b", "a+b", "example.test/log/"} {
		if _, err := OpenFiles(dir, bad, new(stream)); err == nil {
			t.Errorf("%q was accepted", bad)
		}
	}
	if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
		t.Fatal("the folder was made", err)
	}
}
