package web

import (
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"candor/frontend"
	"candor/handlers/session"
	"candor/models"
	"candor/models/consent"
	"candor/models/datamap"
	"candor/models/ledger"
	"candor/models/sequencer"
	"candor/models/store"
)

// Receipt is GET /receipts/{seq} and, beside it, .json, .jwt and .tlog-proof: what was recorded, to
// read and to keep.
func (w *Web) Receipt(c *fiber.Ctx) error {
	name, format, _ := strings.Cut(strings.Clone(c.Params("seq")), ".")
	seq, err := strconv.ParseUint(name, 10, 63)
	if err != nil {
		return store.ErrNotFound
	}
	switch format {
	case "":
		return w.receiptPage(c, seq)
	case "json":
		return w.receiptJSON(c, seq)
	case "jwt":
		return w.receiptJWT(c, seq)
	case "tlog-proof":
		return w.receiptProof(c, seq)
	default:
		return store.ErrNotFound
	}
}

func (w *Web) receiptJSON(c *fiber.Ctx, seq uint64) error {
	receipt, _, err := w.Receipts.Receipt(c.UserContext(), session.From(c).Customer(), seq)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderCacheControl, "no-store")
	if c.Query("format") == "kantara" {
		projected, err := consent.ToKantara(receipt)
		if err != nil {
			return err
		}
		return c.JSON(projected)
	}
	return c.JSON(receipt)
}

func (w *Web) receiptJWT(c *fiber.Ctx, seq uint64) error {
	_, signed, err := w.Receipts.Receipt(c.UserContext(), session.From(c).Customer(), seq)
	if err != nil {
		return err
	}
	c.Attachment("receipt-" + strconv.FormatUint(seq, 10) + ".jwt")
	c.Set(fiber.HeaderContentType, "application/jwt")
	c.Set(fiber.HeaderCacheControl, "no-store")
	return c.Send(signed)
}

func (w *Web) receiptProof(c *fiber.Ctx, seq uint64) error {
	if _, err := w.Log.EntryOf(c.UserContext(), session.From(c).Customer(), seq); err != nil {
		return err
	}
	proof, err := w.Log.Proof(c.UserContext(), seq)
	if err != nil {
		return err
	}
	c.Attachment("entry-" + strconv.FormatUint(seq, 10) + ".tlog-proof")
	c.Set(fiber.HeaderContentType, "text/plain; charset=utf-8")
	c.Set(fiber.HeaderCacheControl, "no-store")
	return c.Send(proof)
}

func (w *Web) receiptPage(c *fiber.Ctx, seq uint64) error {
	if c.Query("format") == "kantara" {
		return w.receiptJSON(c, seq)
	}
	v := session.From(c)
	result, err := w.Log.EntryOf(c.UserContext(), v.Customer(), seq)
	if err != nil {
		return err
	}
	purpose, ok := w.Map.At(result.Time).Purpose(result.Detail.Purpose)
	if !ok || !consent.IsChoice(result.Detail.Kind) {
		return store.ErrNotFound
	}
	page, err := w.receiptOf(c, v, result, purpose)
	if err != nil {
		return err
	}
	return w.Show(c, http.StatusOK, page)
}

func (w *Web) receiptOf(c *fiber.Ctx, v *session.Visitor, r sequencer.Result, p *datamap.Purpose) (frontend.ReceiptPage, error) {
	tag := v.Words.Tag()
	profile, err := w.Billing.Customer(c.UserContext(), v.Customer())
	if err != nil {
		return frontend.ReceiptPage{}, err
	}
	note, err := w.Log.Checkpoint(c.UserContext())
	if err != nil {
		return frontend.ReceiptPage{}, err
	}
	checkpoint, err := ledger.ParseCheckpoint(note)
	if err != nil {
		return frontend.ReceiptPage{}, err
	}
	entry, err := ledger.ParseEntry(r.Entry.Raw)
	if err != nil {
		return frontend.ReceiptPage{}, err
	}
	leaf := ledger.LeafHash(r.Entry.Raw)
	page := frontend.ReceiptPage{
		Event: w.event(r, tag), Controller: w.Map.At(r.Time).Operator.Name.In(tag), Person: profile.Name,
		State: frontend.State(r.Detail.State), Auth: r.Detail.Auth, Jurisdiction: r.Detail.Jurisdiction,
		Categories: w.categoryRefs(p, nil, tag), Recipients: w.recipientRefs(p, tag),
		LeafHash: base64.StdEncoding.EncodeToString(leaf[:]), Root: base64.StdEncoding.EncodeToString(checkpoint.Root[:]),
		Size: int64(checkpoint.Size), Origin: checkpoint.Origin, KeyID: entry.KeyID, // below 2^53
		Proof: w.proof(c, r.Entry.Seq), Kantara: true,
	}
	return page, w.receiptText(&page, r.Detail.Notice)
}

// receiptText adds the text as it was shown, in the language it was shown in.
func (w *Web) receiptText(page *frontend.ReceiptPage, ref *ledger.NoticeRef) error {
	if ref == nil {
		return nil
	}
	page.TextSHA256 = ref.SHA256
	for _, l := range w.Languages {
		if l.Tag == ref.Locale {
			page.Language = l.Name
		}
	}
	n, err := w.Notices.Version(ref.Key, ref.Version)
	if models.KindOf(err) == models.NotFound {
		return nil
	}
	if err == nil {
		page.Text, err = noticeText(n, ref.Locale)
	}
	return err
}
