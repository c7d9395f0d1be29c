package ledger

// Where an archive holds what its customer was shown.
const (
	ShownFolder = "consents/shown/"
	ShownIndex  = ShownFolder + "index.json"
)

// ShownFile is the file that holds the text with a hash, of 64 lower-case hexadecimal digits.
func ShownFile(sha256 string) string { return ShownFolder + sha256 + ".txt" }

// ShownList is consents/shown/index.json: of every entry in consents/log.jsonl that names what was shown, in its order, which
// files that is. It may be written with white space, and later members may be added.
type ShownList struct {
	Entries []ShownEntry `json:"entries"`
}

// ShownEntry is one of them. What its entry does not name is nil.
type ShownEntry struct {
	LogIndex uint64     `json:"log_index"`
	Notice   *ShownText `json:"notice,omitempty"`
	Wording  *ShownText `json:"wording,omitempty"`
	// Receipt is the entry's receipt, if the archive holds it.
	Receipt string `json:"receipt,omitempty"`
}

// ShownText is a text that an entry names: either File, which is ShownFile of what is named, or why there is none.
type ShownText struct {
	Named  string      `json:"named"` // notice.sha256 or ui, as it stands in the entry
	File   string      `json:"file,omitempty"`
	Absent ShownAbsent `json:"absent,omitempty"`
}

// ShownAbsent says why a text that was shown is not there.
type ShownAbsent string

// The reasons.
const (
	ShownUnkept  ShownAbsent = "unkept"  // the entry is older than the keeping of words; it names a release
	ShownLost    ShownAbsent = "lost"    // it should have been kept, and is not
	ShownChanged ShownAbsent = "changed" // what is kept is not what the entry names
)

// Named lists what an entry names of what was shown, without saying where it is.
func (d Detail) Named(seq uint64) (e ShownEntry, ok bool) {
	e.LogIndex = seq
	if d.Notice != nil {
		e.Notice = &ShownText{Named: d.Notice.SHA256}
	}
	if d.UI != "" {
		e.Wording = &ShownText{Named: d.UI}
	}
	return e, e.Notice != nil || e.Wording != nil
}

// IsSHA256 says whether text is a hash as it stands in details: 64 lower-case hexadecimal digits.
func IsSHA256(text string) bool { return validHex(text) }
