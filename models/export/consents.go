package export

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"candor/models"
	"candor/models/consent"
	"candor/models/keys"
	"candor/models/ledger"
	"candor/models/notice"
	"candor/models/store"
)

// consents is what the archive says of a customer's choices.
type consents struct {
	origin     string
	checkpoint []byte
	size       uint64
	standing   models.Standing
	stands     map[string]consent.Stands
	// events are the newest of the customer's entries, oldest first, for index.html.
	events  []happening
	entries int64
	notices []noticeText
	named   []naming
	shown   ledger.ShownList // of the same entries
}

// happening is an entry of the customer's with what it says.
type happening struct {
	ledger.Payload
	ledger.Detail
}

// noticeText is one text of consents/notices.json.
type noticeText struct {
	Key     string `json:"key"`
	Version int    `json:"version"`
	Locale  string `json:"locale"`
	Title   string `json:"title"`
	Summary string `json:"summary"`
	Body    string `json:"body"`
	SHA256  string `json:"sha256"`
}

// pageSize is how many entries of the log are read at a time.
const pageSize = 256

// writeConsents writes consents/. Everything in it is proved under one checkpoint, so that it fits
// together however fast the log grows meanwhile.
func (a *archive) writeConsents(ctx context.Context) error {
	c := &a.consents
	var err error
	c.standing, err = a.Log.Newest(ctx, a.customer.Ref) // before the checkpoint, which then covers it
	if err != nil {
		return fmt.Errorf("standing choices: %w", err)
	}
	if c.stands, err = a.Consents.Stand(ctx, c.standing); err != nil {
		return err
	}
	if c.checkpoint, err = a.Log.Checkpoint(ctx); err != nil {
		return fmt.Errorf("checkpoint: %w", err)
	}
	head, err := ledger.ParseCheckpoint(c.checkpoint)
	if err != nil {
		return fmt.Errorf("checkpoint: %w", err)
	}
	c.origin, c.size = head.Origin, head.Size
	for _, write := range []func(context.Context) error{a.writeLog, a.writeKeys, a.writeReceipts, a.writeShown} {
		if err := write(ctx); err != nil {
			return err
		}
	}
	if err := a.writeNotices(); err != nil {
		return err
	}
	jwks, err := ledger.EncodeJWKS(a.Log.Keys())
	if err != nil {
		return fmt.Errorf("key set: %w", err)
	}
	if err := a.bundle.put("consents/jwks.json", "application/json", "", jwks); err != nil {
		return err
	}
	const text = "text/plain; charset=utf-8"
	if err := a.bundle.put("consents/checkpoint", text, "", c.checkpoint); err != nil {
		return err
	}
	return a.bundle.put("consents/vkey", text, "", []byte(a.VerifierKey+"\n"))
}

// writeLog writes the customer's entries, oldest first, each with its disclosure and proof. The store
// pages them newest first: the pages are found first, and then read from the last one back.
func (a *archive) writeLog(ctx context.Context) error {
	pages, erased, err := a.pages(ctx)
	if err != nil {
		return err
	}
	m, err := a.bundle.create("consents/log.jsonl", "application/jsonl", "")
	if err != nil {
		return err
	}
	for _, newest := range slices.Backward(pages) {
		entries, err := a.Log.EntriesOf(ctx, a.customer.Ref, newest, pageSize)
		if err != nil {
			return fmt.Errorf("read history: %w", err)
		}
		for _, e := range slices.Backward(entries) {
			switch err := a.writeEntry(ctx, m, e); {
			case errors.Is(err, keys.ErrDestroyed):
				erased = true
			case err != nil:
				return err
			}
		}
	}
	if erased {
		a.withhold("consents", a.words.T("archive.ground_erased"))
	}
	m.Records = &a.consents.entries
	return m.Close()
}

// pages gives the newest entry of each page of the customer's history, newest first, and says whether what was before
// them has been erased.
func (a *archive) pages(ctx context.Context) (pages []uint64, erased bool, err error) {
	for newest := a.consents.standing.Seq; newest > 0; {
		entries, err := a.Log.EntriesOf(ctx, a.customer.Ref, newest, pageSize)
		if err != nil {
			return nil, false, fmt.Errorf("read history: %w", err)
		}
		if len(entries) == 0 { // not theirs: the erasure
			return pages, true, nil
		}
		pages = append(pages, newest)
		newest = entries[len(entries)-1].Previous
	}
	return pages, false, nil
}

func (a *archive) writeEntry(ctx context.Context, m *member, e store.Entry) error {
	evidence, err := a.Log.Evidence(ctx, e, a.consents.checkpoint)
	if err != nil {
		return fmt.Errorf("prove entry %d: %w", e.Seq, err)
	}
	entry, detail, err := ledger.Disclosure{Entry: evidence.Entry, Detail: evidence.Detail, Salt: evidence.Salt}.Open()
	if err != nil {
		return fmt.Errorf("entry %d: %w", e.Seq, err)
	}
	if err := writeEvidence(m, evidence); err != nil {
		return err
	}
	c := &a.consents
	c.entries++
	c.events = append(c.events, happening{entry.Payload, detail})
	if len(c.events) > onPage {
		c.events = c.events[1:]
	}
	if detail.Notice != nil {
		a.quote(*detail.Notice)
	}
	c.name(e.Seq, detail)
	return nil
}

func writeEvidence(m *member, e ledger.Evidence) error {
	line, err := e.Encode()
	if err != nil {
		return fmt.Errorf("write evidence: %w", err)
	}
	_, err = m.Write(append(line, '\n'))
	return err
}

// writeKeys writes the log's key events, with which its signatures are checked (log-format, "Public
// details").
func (a *archive) writeKeys(ctx context.Context) error {
	events, err := a.Log.KeyEvidence(ctx, a.consents.checkpoint)
	if err != nil {
		return fmt.Errorf("key events: %w", err)
	}
	m, err := a.bundle.create("consents/keys.jsonl", "application/jsonl", "")
	if err != nil {
		return err
	}
	for _, e := range events {
		if err := writeEvidence(m, e); err != nil {
			return err
		}
	}
	return m.Close()
}

// writeReceipts writes one receipt per choice that stands.
func (a *archive) writeReceipts(ctx context.Context) error {
	for i := range a.Map.Purposes {
		purpose := a.Map.Purposes[i].Key
		choice := a.consents.standing.Choices.Of(purpose)
		if choice.State == "" {
			continue
		}
		_, receipt, err := a.Receipts.ReceiptIn(ctx, a.customer.Ref, choice.Seq, a.consents.checkpoint)
		if errors.Is(err, keys.ErrDestroyed) {
			continue // noted when the log was written
		}
		if err != nil {
			return fmt.Errorf("receipt of entry %d: %w", choice.Seq, err)
		}
		path := "consents/receipts/" + purpose + ".jwt"
		if err := a.bundle.put(path, "application/jwt", "", receipt); err != nil {
			return err
		}
		a.consents.receipt(choice.Seq, path)
	}
	return nil
}

// quote keeps the text that an entry names, once.
func (a *archive) quote(ref ledger.NoticeRef) {
	n, err := a.Notices.Version(ref.Key, ref.Version)
	if err != nil { // the entry still says which text it was
		return
	}
	a.keep(n, ref.Locale)
}

func (a *archive) keep(n notice.Notice, locale string) {
	if !n.Intact() { // consents/shown/index.json says so
		return
	}
	text, tag := n.In(locale)
	c := &a.consents
	if slices.ContainsFunc(c.notices, func(t noticeText) bool {
		return t.Key == n.Key && t.Version == n.Version && t.Locale == tag
	}) {
		return
	}
	c.notices = append(c.notices, noticeText{
		Key: n.Key, Version: n.Version, Locale: tag,
		Title: text.Title, Summary: text.Summary, Body: text.Body, SHA256: text.SHA256,
	})
}

// writeNotices writes the texts that the customer's entries name, and the general notice in force.
func (a *archive) writeNotices() error {
	if n, err := a.Notices.Current(a.Map.Operator.Notice); err == nil {
		a.keep(n, a.words.Tag())
	}
	return a.putJSON("consents/notices.json", struct {
		Notices []noticeText `json:"notices"`
	}{append([]noticeText{}, a.consents.notices...)})
}

// putJSON adds a JSON file.
func (a *archive) putJSON(path string, v any) error {
	m, err := a.bundle.create(path, "application/json", "")
	if err != nil {
		return err
	}
	enc := json.NewEncoder(m)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(v); err != nil {
		return fmt.Errorf("write a file of the archive: %w", err)
	}
	return m.Close()
}
