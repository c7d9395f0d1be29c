package web

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"candor/frontend"
	"candor/handlers/session"
	"candor/models"
	"candor/models/auth"
	"candor/models/consent"
	"candor/models/ledger"
	"candor/models/notice"
)

// justNow is how long after a choice the page confirms it.
const justNow = 5 * time.Minute

// Choices is GET /consents.
func (w *Web) Choices(c *fiber.Ctx) error {
	v := session.From(c)
	states, err := w.Consent.Purposes(c.UserContext(), v.Customer(), v.Words.Tag())
	if err != nil {
		return err
	}
	choices, err := w.choicesOf(c, v, states)
	if err != nil {
		return err
	}
	page := frontend.ChoicesPage{Choices: choices, Signal: w.signal(c, states, v.Words.Tag())}
	return w.ShowWith(c, http.StatusOK, w.flash(c), page)
}

func (w *Web) flash(c *fiber.Ctx) frontend.Flash {
	if c.Query("done") == "nothing" {
		return frontend.FlashNothingChanged
	}
	return frontend.FlashNone
}

// Choose is POST /consents/{purpose}: the form's choice, recorded before it is answered.
func (w *Web) Choose(c *fiber.Ctx) error {
	v := session.From(c)
	choice := consent.Choice{
		Customer: v.Customer(), Purpose: strings.Clone(c.Params("purpose")),
		Action: consent.Action(strings.Clone(c.FormValue("choice"))),
		Actor:  ledger.Actor{Type: ledger.ActorCustomer}, Channel: "web", Auth: v.Session.Method,
	}
	if !slices.Contains([]consent.Action{consent.Give, consent.Withdraw, consent.Object, consent.Lift}, choice.Action) {
		return consent.ErrNotOffered
	}
	served, err := w.Auth.OpenServed(v.Secret, c.FormValue("served"))
	switch {
	case err == nil && served.Purpose == choice.Purpose:
		choice.Shown = &consent.Shown{Notice: served.Notice, UI: served.UI, Nonce: served.Nonce}
	case err != nil && !errors.Is(err, models.ErrStaleServed):
		return err
	}
	choice.Confirmed = c.FormValue("confirmed") == "yes"
	outcome, err := w.Consent.Choose(c.UserContext(), choice)
	switch {
	case errors.Is(err, consent.ErrUnconfirmed):
		return w.askTwice(c, choice)
	case errors.Is(err, consent.ErrNothingToLift), err == nil && !outcome.Changed:
		return c.Redirect(back(c)+"?done=nothing#choice-"+url.PathEscape(choice.Purpose), http.StatusSeeOther)
	case err != nil:
		return err
	}
	return c.Redirect(back(c)+"?done="+url.QueryEscape(choice.Purpose)+"#choice-"+url.PathEscape(choice.Purpose), http.StatusSeeOther)
}

// back is the page that the form stood on: one of the two that have it.
func back(c *fiber.Ctx) string {
	if c.FormValue("return") == "/" {
		return "/"
	}
	return "/consents"
}

// choices are all purposes as the visitor finds them, each with the exact text that a choice is about.
func (w *Web) choices(c *fiber.Ctx, v *session.Visitor) ([]frontend.Choice, error) {
	states, err := w.Consent.Purposes(c.UserContext(), v.Customer(), v.Words.Tag())
	if err != nil {
		return nil, err
	}
	return w.choicesOf(c, v, states)
}

func (w *Web) choicesOf(c *fiber.Ctx, v *session.Visitor, states []consent.PurposeState) ([]frontend.Choice, error) {
	done := c.Query("done")
	w.noteAsked(c, v, states)
	out := make([]frontend.Choice, 0, len(states))
	for _, ps := range states {
		choice := w.choice(ps, v.Words.Tag())
		if ps.Choice.State != "" {
			choice.Recorded = w.recorded(c, ps)
		}
		if ps.Purpose.Chosen() {
			choice.Confirmed = done == ps.Purpose.Key && w.Clock().Sub(ps.Choice.Since) < justNow
			if err := w.offer(c, &choice, ps, v); err != nil {
				return nil, err
			}
		}
		out = append(out, choice)
	}
	return out, nil
}

func (w *Web) choice(ps consent.PurposeState, tag string) frontend.Choice {
	p := ps.Purpose
	choice := frontend.Choice{
		Purpose: p.Key, Label: p.Label.In(tag), Summary: p.Summary.In(tag),
		OnMeaning: p.On.In(tag), OffMeaning: p.Off.In(tag), Required: p.Because.In(tag),
		Basis: frontend.Basis(p.Basis), State: frontend.State(ps.State), ExpiresAt: ps.ExpiresAt,
		On: string(ps.On), Off: string(ps.Off), HeldBack: ps.HeldBack,
		Categories: w.categoryRefs(p, nil, tag), Recipients: w.recipientRefs(p, tag),
	}
	if ps.Parent != nil {
		choice.Parent = &frontend.Ref{Key: ps.Parent.Key, Label: ps.Parent.Label.In(tag)}
	}
	return choice
}

// recorded says which entry a state rests on, and whether it verifies.
func (w *Web) recorded(c *fiber.Ctx, ps consent.PurposeState) *frontend.Recorded {
	return &frontend.Recorded{
		Entry: int64(ps.Choice.Seq), At: ps.Choice.Since, Version: ps.Choice.Notice.Version, // below 2^53
		Proof: w.proof(c, ps.Choice.Seq),
	}
}

// proof verifies an entry for a page: its place in the published tree.
func (w *Web) proof(c *fiber.Ctx, seq uint64) frontend.Proof {
	err := w.Log.Verify(c.UserContext(), seq)
	switch {
	case err == nil:
		return frontend.ProofVerified
	case models.KindOf(err) == models.Unavailable:
		return frontend.ProofPending
	default:
		w.Logger.Error("an entry does not verify", "entry", seq, "error", err)
		return frontend.ProofFailed
	}
}

// offer puts the text in force before the person, with the token that proves it was shown. A text that is not the one that
// was published is not shown; the choice is, without the token: a no needs none, and no yes can be given.
func (w *Web) offer(c *fiber.Ctx, choice *frontend.Choice, ps consent.PurposeState, v *session.Visitor) error {
	n, err := w.Notices.Current(w.Map.Current().NoticeFor(ps.Purpose))
	if err != nil {
		return err
	}
	if choice.Notice, err = noticeText(n, v.Words.Tag()); errors.Is(err, notice.ErrDamaged) {
		choice.Attention = frontend.AttentionDamaged
		return nil
	}
	if err != nil {
		return err
	}
	if ps.State == models.NeverAsked && !ps.HeldBack {
		choice.Attention = frontend.AttentionNeverAsked
	}
	choice.Renewal = renewal(ps, n, v.Words.Tag())
	ui, err := w.keepWording(c, *choice, v)
	if err != nil || ui == "" {
		return err
	}
	choice.Served, err = w.Auth.Served(v.Secret, auth.Served{Purpose: ps.Purpose.Key, Notice: n.Ref(v.Words.Tag()), UI: ui})
	return err
}

// keepWording keeps the words that a choice is about to be served with, and gives their hash. Where the store takes none
// the page is shown nonetheless, without the token: to say no one needs none, and to say yes one is asked to read again.
func (w *Web) keepWording(c *fiber.Ctx, choice frontend.Choice, v *session.Visitor) (string, error) {
	path := "/consents"
	if c.Path() == "/" {
		path = "/"
	}
	wording, err := w.Pages.Wording(v.Words, path, choice)
	if err != nil {
		return "", err
	}
	ui, err := w.Shown.Keep(c.UserContext(), wording.Text)
	if err != nil {
		w.Logger.Warn("words could not be kept, so that no yes can be given to them", "error", err)
		return "", nil
	}
	return ui, nil
}

// renewal says why the person is asked anew, if they are, in the words of the text in force.
func renewal(ps consent.PurposeState, current notice.Notice, tag string) *frontend.Renewal {
	if ps.Asked.Why == consent.NotAsked {
		return nil
	}
	had, now := ps.Asked.Had, ps.Asked.Now
	r := &frontend.Renewal{
		Why: string(ps.Asked.Why), Had: frontend.NoticeRef{Key: had.Key, Version: had.Version}, Now: frontend.NoticeRef{Key: now.Key, Version: now.Version},
	}
	if had.Key != now.Key || had.Version != now.Version {
		text, _ := current.In(tag)
		r.Summary = text.Summary
	}
	if ps.State == models.Given {
		r.Until = ps.ExpiresAt
	} else {
		r.Since = ps.Since
	}
	return r
}

// noteAsked has the log say what the visitor was asked anew. A page that a browser fetches in advance has asked nobody. If
// the log cannot take it just now the next page tries again, and this one is shown all the same.
func (w *Web) noteAsked(c *fiber.Ctx, v *session.Visitor, states []consent.PurposeState) {
	if c.Method() != fiber.MethodGet || strings.Contains(c.Get("Sec-Purpose"), "prefetch") {
		return
	}
	if err := w.Consent.Ask(c.UserContext(), v.Customer(), states); err != nil {
		w.Logger.Error("that a customer was asked anew was not recorded", "error", err)
	}
}
