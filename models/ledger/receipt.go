package ledger

import (
	"fmt"

	"golang.org/x/mod/sumdb/note"
)

// ReceiptSchema is the schema_version of receipts: the field names are those of ISO/IEC TS 27560 (conformance
// is not claimed), and the members are in the order of the structs here.
const ReceiptSchema = "candor-receipt-v1"

// Receipt is what a customer keeps of one choice: what was agreed, between whom, when, and the proof that the
// log says so. It is signed as a compact JWS whose payload is its canonical JSON.
type Receipt struct {
	SchemaVersion string         `json:"schema_version"` // ReceiptSchema
	ReceiptID     string         `json:"receipt_id"`
	Record        ReceiptRecord  `json:"record"`
	Processing    Processing     `json:"processing"`
	Parties       []Party        `json:"parties"`
	Events        []ReceiptEvent `json:"events"` // in the order they happened; the last is the one in Log
	Log           ReceiptLog     `json:"log"`
}

// ReceiptRecord names the record that the receipt is of, and the person.
type ReceiptRecord struct {
	SchemaVersion  string `json:"schema_version"`
	RecordID       string `json:"record_id"`        // the id of the event in Log
	PIIPrincipalID string `json:"pii_principal_id"` // the person's pseudonym in the log
}

// Processing says what the choice was about.
type Processing struct {
	PrivacyNotice string           `json:"privacy_notice"` // where that version of the notice can be read
	Language      string           `json:"language"`
	Purposes      []ReceiptPurpose `json:"purposes"`
}

// ReceiptPurpose is one purpose. Parties are named by their party_id.
type ReceiptPurpose struct {
	Purpose                string           `json:"purpose"` // the purpose's key
	PurposeType            string           `json:"purpose_type,omitempty"`
	LawfulBasis            string           `json:"lawful_basis,omitempty"`
	PIIInformation         []PIIInformation `json:"pii_information"`
	PIIControllers         []string         `json:"pii_controllers"`
	CollectionMethod       string           `json:"collection_method,omitempty"`
	ProcessingMethod       string           `json:"processing_method,omitempty"`
	StorageLocations       []string         `json:"storage_locations,omitempty"`
	RetentionPeriod        string           `json:"retention_period,omitempty"`
	ProcessingLocations    []string         `json:"processing_locations,omitempty"`
	GeographicRestrictions []string         `json:"geographic_restrictions,omitempty"`
	Services               []string         `json:"services,omitempty"`
	Jurisdiction           string           `json:"jurisdiction,omitempty"`
	RecipientThirdParties  []string         `json:"recipient_third_parties,omitempty"`
	WithdrawalMethod       string           `json:"withdrawal_method,omitempty"`
	PrivacyRights          []string         `json:"privacy_rights,omitempty"`
	CodesOfConduct         []string         `json:"codes_of_conduct,omitempty"`
	ImpactAssessment       string           `json:"impact_assessment,omitempty"`
	AuthorityParty         string           `json:"authority_party,omitempty"`
}

// PIIInformation is one kind of personal data.
type PIIInformation struct {
	PIIType              string `json:"pii_type"`
	PIIAttributeID       string `json:"pii_attribute_id,omitempty"`
	PIIOptional          bool   `json:"pii_optional,omitempty"`
	SensitivePIICategory bool   `json:"sensitive_pii_category,omitempty"`
	SpecialPIICategory   bool   `json:"special_pii_category,omitempty"`
}

// Party is someone involved.
type Party struct {
	PartyID      string `json:"party_id"`
	PartyAddress string `json:"party_address,omitempty"`
	PartyEmail   string `json:"party_email,omitempty"`
	PartyURL     string `json:"party_url,omitempty"`
	PartyPhone   string `json:"party_phone,omitempty"`
	PartyName    string `json:"party_name"`
	PartyRole    string `json:"party_role,omitempty"`
	PartyContact string `json:"party_contact,omitempty"`
	PartyType    string `json:"party_type,omitempty"`
}

// ReceiptEvent is one thing that happened to the consent.
type ReceiptEvent struct {
	EventTime        string `json:"event_time"` // as FormatTime writes it
	ValidityDuration string `json:"validity_duration,omitempty"`
	EntityID         string `json:"entity_id"` // party_id of who acted
	EventType        string `json:"event_type"`
	EventState       string `json:"event_state"`
}

// ReceiptLog is the entry that records the choice, opened and proved. With VKey and Keys, which are what an
// archive holds too, the checkpoint's key is all that a verifier needs.
type ReceiptLog struct {
	Origin string     `json:"origin"`
	Index  uint64     `json:"index"`
	Entry  string     `json:"entry"`
	Detail Base64     `json:"detail"`
	Salt   Base64     `json:"salt"`
	Proof  string     `json:"proof"`          // tlog-proof text
	VKey   string     `json:"vkey,omitempty"` // the checkpoint's verifier key; no reason to trust it
	Keys   []Evidence `json:"keys,omitempty"` // every key event of the log, in its order
}

// Evidence is what the receipt shows of its entry.
func (l ReceiptLog) Evidence() Evidence {
	return Evidence{Entry: l.Entry, Detail: l.Detail, Salt: l.Salt, Proof: l.Proof}
}

// NewReceiptLog makes a receipt's member `log` from the evidence for its entry, the checkpoint's verifier key
// and the evidence for every key event of the log.
func NewReceiptLog(e Evidence, vkey string, keys []Evidence) (ReceiptLog, error) {
	entry, err := ParseEntry([]byte(e.Entry))
	if err != nil {
		return ReceiptLog{}, fmt.Errorf("entry: %w", err)
	}
	return ReceiptLog{
		Origin: entry.Payload.Log, Index: entry.Payload.Seq,
		Entry: e.Entry, Detail: e.Detail, Salt: e.Salt, Proof: e.Proof, VKey: vkey, Keys: keys,
	}, nil
}

// SignReceipt signs a receipt with a document key. It refuses a receipt that does not agree with its own log
// entry (see VerifyReceipt).
func SignReceipt(r Receipt, s Signer) ([]byte, error) {
	if err := r.agrees(); err != nil {
		return nil, fmt.Errorf("sign receipt: %w", err)
	}
	payload, err := marshal(r)
	if err != nil {
		return nil, fmt.Errorf("sign receipt: %w", err)
	}
	if err := unmarshal(payload, new(Receipt)); err != nil {
		return nil, fmt.Errorf("sign receipt: %w", err)
	}
	return signCompact(s, typReceipt, payload)
}

// ParseReceipt takes a receipt apart if it is canonical. It checks no signature or proof: that is VerifyReceipt.
func ParseReceipt(raw []byte) (r Receipt, keyID string, err error) {
	jws, err := parseCompact(raw, typReceipt)
	if err != nil {
		return Receipt{}, "", err
	}
	if err := unmarshal(jws.payload, &r); err != nil {
		return Receipt{}, "", err
	}
	return r, jws.keyID, r.agrees()
}

// agrees checks that the receipt says what the entry's detail says.
func (r *Receipt) agrees() error {
	e, d, err := Disclosure{Entry: r.Log.Entry, Detail: r.Log.Detail, Salt: r.Log.Salt}.Open()
	if err != nil {
		return err
	}
	switch {
	case r.SchemaVersion != ReceiptSchema || r.Record.SchemaVersion != ReceiptSchema:
		return malformed("schema_version is %s", ReceiptSchema)
	case r.ReceiptID == "" || len(r.Processing.Purposes) == 0 || len(r.Parties) == 0 || len(r.Events) == 0:
		return malformed("a receipt has a receipt_id, purposes, parties and events")
	case r.Log.Keys != nil && len(r.Log.Keys) == 0:
		return malformed("log: keys is absent or not empty")
	case r.Log.Origin != e.Payload.Log || r.Log.Index != e.Payload.Seq:
		return malformed("log: origin and index are not those of the entry")
	case r.Record.RecordID != d.ID.String() || r.Record.PIIPrincipalID != d.Subject:
		return malformed("record: record_id and pii_principal_id are not the id and subject of the entry's detail")
	}
	last := r.Events[len(r.Events)-1]
	if last.EventState != d.State || last.EventTime != FormatTime(e.Payload.Time) {
		return malformed("the last event's time and state are not those of the entry")
	}
	for _, p := range r.Processing.Purposes {
		if p.Purpose == d.Purpose {
			return nil
		}
	}
	return malformed("none of the purposes is the one of the entry's detail")
}

// VerifyReceipt checks everything about a receipt: its encoding, that it agrees with its entry, all that
// Evidence.Open checks, and its signature under a document key of the ring. If keys is nil, the ring is learnt
// from the key events that the receipt carries, so that everything needed beside it is the checkpoint's key.
// The error is a *VerifyError.
func VerifyReceipt(raw []byte, origin string, keys *Keyring, verifiers ...note.Verifier) (Receipt, Opened, error) {
	r, keyID, err := ParseReceipt(raw)
	if err != nil {
		return Receipt{}, Opened{}, &VerifyError{UnknownSeq, FormatCheck, fmt.Errorf("receipt: %w", err)}
	}
	if keys == nil {
		keys = &Keyring{}
		for _, e := range r.Log.Keys {
			if _, err := keys.Learn(e, r.Log.Origin, verifiers...); err != nil {
				return Receipt{}, Opened{}, err
			}
		}
	}
	o, err := r.Log.Evidence().Open(origin, keys, verifiers...)
	if err != nil {
		return Receipt{}, Opened{}, err
	}
	key, err := keys.Lookup(keyID, UseDocument, o.Checkpoint.Size)
	if err != nil {
		return Receipt{}, Opened{}, &VerifyError{UnknownSeq, KeyCheck, fmt.Errorf("receipt: %w", err)}
	}
	if err := verifyCompact(raw, key); err != nil {
		return Receipt{}, Opened{}, &VerifyError{UnknownSeq, SignatureCheck, fmt.Errorf("receipt: %w", err)}
	}
	return r, o, nil
}
