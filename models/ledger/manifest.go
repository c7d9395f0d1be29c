package ledger

import (
	"bytes"
	"fmt"
	"path"
	"strings"
)

// Manifest lists what an archive holds and what was withheld from it. manifest.json is its canonical JSON;
// manifest.jws is a compact JWS whose payload is exactly those bytes.
type Manifest struct {
	Customer  string         `json:"customer"`
	CreatedAt string         `json:"created_at"` // as FormatTime writes it
	Origin    string         `json:"origin"`
	Files     []ManifestFile `json:"files"` // every file of the archive but manifest.json, manifest.jws and SHA256SUMS
	Withheld  []Withheld     `json:"withheld"`
}

// ManifestFile is one file of the archive.
type ManifestFile struct {
	Path      string `json:"path"` // relative, with slashes
	MediaType string `json:"media_type"`
	Bytes     int64  `json:"bytes"`
	SHA256    string `json:"sha256"` // 64 lower-case hexadecimal digits
	Category  string `json:"category,omitempty"`
	Records   *int64 `json:"records,omitempty"`
}

// Withheld is a category that the archive does not hold, and the ground for that.
type Withheld struct {
	Category string `json:"category"`
	Ground   string `json:"ground"`
	Until    string `json:"until,omitempty"`
}

// SignManifest writes manifest.json and, signed with a document key, manifest.jws.
func SignManifest(m Manifest, s Signer) (manifest, jws []byte, err error) {
	if m.Files == nil {
		m.Files = []ManifestFile{}
	}
	if m.Withheld == nil {
		m.Withheld = []Withheld{}
	}
	if manifest, err = marshal(m); err != nil {
		return nil, nil, fmt.Errorf("sign manifest: %w", err)
	}
	if _, err = ParseManifest(manifest); err != nil {
		return nil, nil, fmt.Errorf("sign manifest: %w", err)
	}
	jws, err = signCompact(s, typManifest, manifest)
	return manifest, jws, err
}

// ParseManifest reads manifest.json as SignManifest writes it.
func ParseManifest(raw []byte) (Manifest, error) {
	var m Manifest
	if err := unmarshal(raw, &m); err != nil {
		return Manifest{}, err
	}
	if m.Files == nil || m.Withheld == nil {
		return Manifest{}, malformed("files and withheld are lists")
	}
	if err := ValidOrigin(m.Origin); err != nil {
		return Manifest{}, malformed("origin: %w", err)
	}
	if _, err := ParseTime(m.CreatedAt); err != nil {
		return Manifest{}, malformed("created_at: %w", err)
	}
	seen := map[string]bool{}
	for _, f := range m.Files {
		switch {
		case !validPath(f.Path) || Unlisted(f.Path) || seen[f.Path]:
			return Manifest{}, malformed("files: path %q is not allowed or listed twice", f.Path)
		case f.Bytes < 0 || !validHex(f.SHA256) || f.MediaType == "" || (f.Records != nil && *f.Records < 0):
			return Manifest{}, malformed("files: %s needs media_type, bytes and sha256 (hexadecimal)", f.Path)
		}
		seen[f.Path] = true
	}
	return m, nil
}

// validPath says whether p is a relative path that stays where it is unpacked.
func validPath(p string) bool {
	return p != "" && path.Clean(p) == p && !path.IsAbs(p) && p != "." && p != ".." && !strings.HasPrefix(p, "../") &&
		!strings.ContainsAny(p, "\\\x00\n\r")
}

// Unlisted says whether p is one of the files that cannot be in the manifest because they depend on it.
func Unlisted(p string) bool {
	return p == "manifest.json" || p == "manifest.jws" || p == "SHA256SUMS"
}

// VerifyManifest checks that jws signs exactly the bytes of manifest under a document key of the ring that
// was valid at the size of the archive's checkpoint.
func VerifyManifest(manifest, jws []byte, keys *Keyring, size uint64) (Manifest, error) {
	c, err := parseCompact(jws, typManifest)
	if err != nil {
		return Manifest{}, fmt.Errorf("manifest.jws: %w", err)
	}
	if !bytes.Equal(c.payload, manifest) {
		return Manifest{}, fmt.Errorf("manifest.jws: %w: it does not sign the bytes of manifest.json", ErrSignature)
	}
	key, err := keys.Lookup(c.keyID, UseDocument, size)
	if err != nil {
		return Manifest{}, fmt.Errorf("manifest.jws: %w", err)
	}
	if err := verifyCompact(jws, key); err != nil {
		return Manifest{}, fmt.Errorf("manifest.jws: %w", err)
	}
	m, err := ParseManifest(manifest)
	if err != nil {
		return Manifest{}, fmt.Errorf("manifest.json: %w", err)
	}
	return m, nil
}
