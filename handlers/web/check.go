package web

import (
	"encoding/base64"
	"errors"
	"net/http"
	"slices"

	"github.com/gofiber/fiber/v2"

	"candor/frontend"
	"candor/handlers/session"
	"candor/models/keys"
	"candor/models/ledger"
	"candor/models/sequencer"
)

// maxChecked is how many of the newest entries are checked at once; the archive has all.
const maxChecked = 500

// Check is GET /check: what the server finds when it verifies the visitor's entries, and the page
// that verifies them in the browser.
func (w *Web) Check(c *fiber.Ctx) error {
	v := session.From(c)
	results, err := w.Log.History(c.UserContext(), v.Customer(), maxChecked)
	if err != nil {
		return err
	}
	note, err := w.Log.Checkpoint(c.UserContext())
	if err != nil {
		return err
	}
	checkpoint, err := ledger.ParseCheckpoint(note)
	if err != nil {
		return err
	}
	page := frontend.CheckPage{
		Origin: checkpoint.Origin, VKey: w.VKey, Size: int64(checkpoint.Size), // below 2^53
		Root:   base64.StdEncoding.EncodeToString(checkpoint.Root[:]),
		Server: frontend.CheckResult{Done: len(results) > 0, OK: true},
	}
	for _, r := range results {
		event := w.event(r, v.Words.Tag())
		entry := frontend.CheckEntry{
			Index: event.Entry, Kind: event.Kind, At: event.At, Purpose: event.Purpose, Proof: w.proof(c, r.Entry.Seq),
		}
		if entry.Proof == frontend.ProofFailed {
			page.Server.OK, page.Server.Entry = false, entry.Index
		}
		page.Entries = append(page.Entries, entry)
	}
	return w.Show(c, http.StatusOK, page)
}

// evidence is everything that a browser needs to verify a customer's entries by itself.
type evidence struct {
	Origin     string            `json:"origin"`
	VKey       string            `json:"vkey"`
	Checkpoint string            `json:"checkpoint"`
	Entries    []indexed         `json:"entries"`
	Keys       []ledger.JWK      `json:"keys"`
	KeyEntries []ledger.Evidence `json:"key_entries"` // where the log added those keys
}

type indexed struct {
	Index uint64 `json:"index"`
	ledger.Evidence
}

// CheckJSON is GET /check.json.
func (w *Web) CheckJSON(c *fiber.Ctx) error {
	results, err := w.Log.History(c.UserContext(), session.From(c).Customer(), maxChecked)
	if err != nil {
		return err
	}
	note, err := w.Log.Checkpoint(c.UserContext()) // after them, so that it covers them
	if err != nil {
		return err
	}
	out := evidence{Origin: w.Log.Origin(), VKey: w.VKey, Checkpoint: string(note), Entries: []indexed{}}
	for _, r := range slices.Backward(results) {
		if err := w.addEvidence(c, &out, r, note); err != nil {
			return err
		}
	}
	if out.KeyEntries, err = w.Log.KeyEvidence(c.UserContext(), note); err != nil {
		return err
	}
	for _, k := range w.Log.Keys() {
		out.Keys = append(out.Keys, ledger.NewJWK(k.Key))
	}
	c.Set(fiber.HeaderCacheControl, "no-store")
	return c.JSON(out)
}

func (w *Web) addEvidence(c *fiber.Ctx, out *evidence, r sequencer.Result, note []byte) error {
	e, err := w.Log.Evidence(c.UserContext(), r.Entry, note)
	if errors.Is(err, keys.ErrDestroyed) { // erased since it was listed
		return nil
	}
	if err != nil {
		return err
	}
	out.Entries = append(out.Entries, indexed{Index: r.Entry.Seq, Evidence: e})
	return nil
}
