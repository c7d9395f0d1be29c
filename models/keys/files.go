package keys

import (
	"bytes"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/tink"
	"golang.org/x/mod/sumdb/note"

	"candor/models/ledger"
)

// The files of the folder. Each key has one use (log-format.md, Tree, checkpoint, serving).
const (
	entryFile      = "entry.key"      // signs entries
	documentFile   = "document.key"   // signs receipts and manifests
	tokenFile      = "token.key"      // signs access and served tokens
	checkpointFile = "checkpoint.key" // signs checkpoints
	masterFile     = "master.json"    // a Tink key set that wraps the key store's keys
	secretFile     = "secret"         // 32 random bytes
	unfinishedFile = "unfinished"     // there while the others are being made for the first time
)

// SecretSize is the length of Set.Secret in bytes.
const SecretSize = 32

// Set is every key that a server needs besides those in the key store.
type Set struct {
	Entry, Document, Token Signer
	Checkpoint             note.Signer // its name is the log's origin
	CheckpointVerifier     string      // the vkey, name+hash+key
	Master                 tink.AEAD
	Secret                 []byte // SecretSize random bytes, for HMACs
}

// OpenFiles reads the keys from a folder that holds nothing else, and makes them, with mode 0600,
// where the folder is empty or not there. origin is the log's and names the checkpoint's key.
//
// A key is never made beside others: a missing one has been lost, and a new one in its place would
// quietly begin another log or lose every sealed field. That, and a file or folder that others may
// read, is an error that names it and the remedy. Tink draws the master key from the system's own
// randomness; random serves for all others.
func OpenFiles(dir, origin string, random io.Reader) (*Set, error) {
	if err := ledger.ValidOrigin(origin); err != nil {
		return nil, fmt.Errorf("open keys: the log's origin: %w", err)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("open keys: %w", err)
	}
	if err := private(dir, 0o700); err != nil {
		return nil, fmt.Errorf("open keys: %w", err)
	}
	fresh, err := neverUsed(dir)
	if err != nil {
		return nil, fmt.Errorf("open keys: %w", err)
	}
	if fresh {
		if err := makeFiles(dir, random); err != nil {
			return nil, fmt.Errorf("make keys: %w", err)
		}
	}
	set, err := readFiles(dir, origin)
	if err != nil {
		return nil, fmt.Errorf("open keys: %w", err)
	}
	return set, nil
}

// private refuses what others than the owner may read, write or search.
func private(path string, mode fs.FileMode) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if wider := info.Mode().Perm() &^ mode; wider != 0 {
		return fmt.Errorf("%s has mode %04o, so others than its owner may reach the keys: run chmod %o on it, "+
			"and consider whether the keys are still secret", path, info.Mode().Perm(), mode)
	}
	return nil
}

// neverUsed says whether keys are to be made: the folder is empty, or the process that made the last
// ones ended before it had all of them.
func neverUsed(dir string) (bool, error) {
	names, err := os.ReadDir(dir)
	if err != nil || len(names) == 0 {
		return err == nil, err
	}
	_, err = os.Stat(filepath.Join(dir, unfinishedFile))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

func makeFiles(dir string, random io.Reader) error {
	unfinished := filepath.Join(dir, unfinishedFile)
	if err := writeFile(unfinished, nil); err != nil {
		return err
	}
	for _, name := range []string{entryFile, documentFile, tokenFile, checkpointFile} {
		raw, err := newSigningKey(random)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if err := writeFile(filepath.Join(dir, name), raw); err != nil {
			return err
		}
	}
	master, err := newMaster()
	if err != nil {
		return fmt.Errorf("%s: %w", masterFile, err)
	}
	if err := writeFile(filepath.Join(dir, masterFile), master); err != nil {
		return err
	}
	secret := make([]byte, SecretSize)
	if _, err := io.ReadFull(random, secret); err != nil {
		return fmt.Errorf("%s: %w", secretFile, err)
	}
	if err := writeFile(filepath.Join(dir, secretFile), secret); err != nil {
		return err
	}
	if err := syncFolder(dir); err != nil {
		return err
	}
	if err := os.Remove(unfinished); err != nil {
		return err
	}
	return syncFolder(dir)
}

// writeFile writes a file that only its owner may read, to the disk, over what an unfinished start left.
func writeFile(path string, raw []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600) // the operator names the folder
	if err != nil {
		return err
	}
	_, err = f.Write(raw)
	return errors.Join(err, f.Sync(), f.Close())
}

func syncFolder(dir string) error {
	d, err := os.Open(dir) // the operator names the folder
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

func newSigningKey(random io.Reader) ([]byte, error) {
	seed := make([]byte, ed25519.SeedSize)
	if _, err := io.ReadFull(random, seed); err != nil {
		return nil, err
	}
	der, err := x509.MarshalPKCS8PrivateKey(ed25519.NewKeyFromSeed(seed))
	if err != nil {
		return nil, err
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), nil
}

func newMaster() ([]byte, error) {
	handle, err := keyset.NewHandle(aead.AES256GCMKeyTemplate())
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = insecurecleartextkeyset.Write(handle, keyset.NewJSONWriter(&out))
	return out.Bytes(), err
}

func readFiles(dir, origin string) (*Set, error) {
	set := &Set{}
	for name, signer := range map[string]*Signer{entryFile: &set.Entry, documentFile: &set.Document, tokenFile: &set.Token} {
		key, err := readSigningKey(filepath.Join(dir, name))
		if err != nil {
			return nil, err
		}
		*signer = NewSigner(key)
	}
	key, err := readSigningKey(filepath.Join(dir, checkpointFile))
	if err != nil {
		return nil, err
	}
	if set.Checkpoint, set.CheckpointVerifier, err = newNoteSigner(origin, key); err != nil {
		return nil, err
	}
	if set.Master, err = readMaster(filepath.Join(dir, masterFile)); err != nil {
		return nil, err
	}
	path := filepath.Join(dir, secretFile)
	if set.Secret, err = readFile(path); err != nil {
		return nil, err
	}
	if len(set.Secret) != SecretSize {
		return nil, damaged(path)
	}
	return set, nil
}

func readFile(path string) ([]byte, error) {
	raw, err := os.ReadFile(path) // the operator names the folder
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s is missing although other keys are there: restore it from the backup of this folder "+
			"(a new key in its place would not fit what has been signed and sealed)", path)
	}
	if err != nil {
		return nil, err
	}
	return raw, private(path, 0o600)
}

func damaged(path string) error {
	return fmt.Errorf("%s does not hold the key it should: restore it from the backup of this folder", path)
}

func readSigningKey(path string) (ed25519.PrivateKey, error) {
	raw, err := readFile(path)
	if err != nil {
		return nil, err
	}
	block, rest := pem.Decode(raw)
	if block == nil || block.Type != "PRIVATE KEY" || len(bytes.TrimSpace(rest)) > 0 {
		return nil, damaged(path)
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	key, ok := parsed.(ed25519.PrivateKey)
	if err != nil || !ok {
		return nil, damaged(path)
	}
	return key, nil
}

func readMaster(path string) (tink.AEAD, error) {
	raw, err := readFile(path)
	if err != nil {
		return nil, err
	}
	handle, err := insecurecleartextkeyset.Read(keyset.NewJSONReader(bytes.NewReader(raw)))
	if err != nil {
		return nil, damaged(path) // the library's error may quote the key
	}
	master, err := aead.New(handle)
	if err != nil {
		return nil, damaged(path)
	}
	return master, nil
}
