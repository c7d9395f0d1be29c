package consent

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"candor/models/datamap"
	"candor/models/ledger"
	"candor/models/sequencer"
	"candor/models/store"
)

// Receipts makes receipts of choices.
type Receipts struct {
	Map     *datamap.Holder
	Log     *sequencer.Sequencer
	Key     ledger.Signer // the document key
	VKey    string        // the checkpoint's verifier key
	BaseURL string        // of this site, without a trailing slash
}

// The parties of a receipt. Everybody else is named by their key in the data map.
const (
	controllerParty = "controller"
	principalParty  = "pii_principal"
)

// Receipt makes the receipt of a customer's entry. Only entries about a choice have one.
func (r *Receipts) Receipt(ctx context.Context, customer string, seq uint64) (ledger.Receipt, []byte, error) {
	checkpoint, err := r.Log.Checkpoint(ctx)
	if err != nil {
		return ledger.Receipt{}, nil, fmt.Errorf("receipt: %w", err)
	}
	return r.ReceiptIn(ctx, customer, seq, checkpoint)
}

// ReceiptIn makes a receipt whose proof is under a given checkpoint.
func (r *Receipts) ReceiptIn(ctx context.Context, customer string, seq uint64, checkpoint []byte) (ledger.Receipt, []byte, error) {
	entry, err := r.Log.EntryOf(ctx, customer, seq)
	if err != nil {
		return ledger.Receipt{}, nil, fmt.Errorf("receipt: %w", err)
	}
	m := r.Map.At(entry.Time) // what the choice was about
	purpose, ok := m.Purpose(entry.Detail.Purpose)
	if !ok || entry.Detail.State == "" {
		return ledger.Receipt{}, nil, store.ErrNotFound
	}
	log, err := r.evidence(ctx, entry.Entry, checkpoint)
	if err != nil {
		return ledger.Receipt{}, nil, fmt.Errorf("receipt: %w", err)
	}
	receipt := r.compose(m, entry, purpose)
	receipt.Log = log
	signed, err := ledger.SignReceipt(receipt, r.Key)
	if err != nil {
		return ledger.Receipt{}, nil, fmt.Errorf("receipt: %w", err)
	}
	return receipt, signed, nil
}

func (r *Receipts) evidence(ctx context.Context, e store.Entry, checkpoint []byte) (ledger.ReceiptLog, error) {
	evidence, err := r.Log.Evidence(ctx, e, checkpoint)
	if err != nil {
		return ledger.ReceiptLog{}, err
	}
	keys, err := r.Log.KeyEvidence(ctx, checkpoint)
	if err != nil {
		return ledger.ReceiptLog{}, err
	}
	return ledger.NewReceiptLog(evidence, r.VKey, keys)
}

// compose says, in the field names of ISO/IEC TS 27560, what the entry is about.
func (r *Receipts) compose(m *datamap.Map, e sequencer.Result, p *datamap.Purpose) ledger.Receipt {
	d := e.Detail
	language := "en"
	noticeURL := r.BaseURL + "/notices/" + m.NoticeFor(p)
	if d.Notice != nil {
		language = d.Notice.Locale
		noticeURL = r.BaseURL + "/notices/" + d.Notice.Key + "/versions/" + strconv.Itoa(d.Notice.Version)
	}
	return ledger.Receipt{
		SchemaVersion: ledger.ReceiptSchema,
		ReceiptID:     r.Log.Origin() + "/" + strconv.FormatUint(e.Entry.Seq, 10),
		Record: ledger.ReceiptRecord{
			SchemaVersion: ledger.ReceiptSchema, RecordID: d.ID.String(), PIIPrincipalID: d.Subject,
		},
		Processing: ledger.Processing{
			PrivacyNotice: noticeURL, Language: language, Purposes: []ledger.ReceiptPurpose{r.purpose(m, p, d)},
		},
		Parties: parties(m, p, language),
		Events: []ledger.ReceiptEvent{{
			EventTime: ledger.FormatTime(e.Time), ValidityDuration: p.Renewal, EntityID: entity(d.Actor),
			EventType: d.Kind, EventState: d.State,
		}},
	}
}

func entity(a ledger.Actor) string {
	if a.Type == ledger.ActorCustomer {
		return principalParty
	}
	return controllerParty
}

func (r *Receipts) purpose(m *datamap.Map, p *datamap.Purpose, d ledger.Detail) ledger.ReceiptPurpose {
	out := ledger.ReceiptPurpose{
		Purpose: p.Key, PurposeType: p.DPV, LawfulBasis: string(p.Basis),
		PIIControllers: []string{controllerParty}, CollectionMethod: d.Channel, Jurisdiction: d.Jurisdiction,
		RecipientThirdParties: p.Recipients, WithdrawalMethod: r.BaseURL + "/consents", AuthorityParty: "authority",
	}
	for _, key := range p.Categories {
		category, ok := m.Category(key)
		if !ok { // the map's validation has seen to it
			continue
		}
		out.PIIInformation = append(out.PIIInformation, ledger.PIIInformation{
			PIIType: category.Fideslang, PIIAttributeID: key, PIIOptional: !category.Mandatory,
			SpecialPIICategory: category.Article9 != "",
		})
	}
	return out
}

func parties(m *datamap.Map, p *datamap.Purpose, language string) []ledger.Party {
	o := m.Operator
	parties := []ledger.Party{
		{
			PartyID: controllerParty, PartyAddress: strings.ReplaceAll(strings.TrimSpace(o.Address), "\n", ", "),
			PartyEmail: o.Email, PartyURL: o.Website, PartyPhone: o.Phone, PartyName: o.Name.In(language),
			PartyRole: "pii_controller", PartyContact: o.DPO,
		},
		{PartyID: "authority", PartyURL: o.Authority.Website, PartyName: o.Authority.Name.In(language), PartyRole: "authority"},
	}
	for _, key := range p.Recipients {
		if recipient, ok := m.Recipient(key); ok {
			parties = append(parties, ledger.Party{PartyID: key, PartyName: recipient.Label.In(language), PartyRole: "third_party"})
		}
	}
	return append(parties, ledger.Party{PartyID: principalParty, PartyName: "PII principal", PartyRole: principalParty})
}

// IsChoice says whether a kind of event is one that has a receipt.
func IsChoice(kind string) bool {
	return strings.HasPrefix(kind, "consent.") || strings.HasPrefix(kind, "objection.")
}
