package consent

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"candor/models"
	"candor/models/billing"
	"candor/models/datamap"
	"candor/models/ledger"
	"candor/models/sequencer"
)

// AuthClient says, in the log, that a connected system vouches for who chose.
const AuthClient = "client"

// The limits of evidence, in characters.
const (
	maxEvidenceReference = 200
	maxEvidenceNote      = 1000
	maxRecordedBy        = 128
)

var (
	evidenceKind = regexp.MustCompile(`^[a-z][a-z0-9_]{0,31}$`)
	hexSHA256    = regexp.MustCompile(`^[0-9a-f]{64}$`)
)

// Channels are the ways by which a choice made elsewhere may have reached the operator.
func Channels() []string {
	return []string{
		ledger.ChannelPhone, ledger.ChannelPaper, ledger.ChannelInPerson, ledger.ChannelEmail, ledger.ChannelWeb, ledger.ChannelApp,
		ledger.ChannelAPI, ledger.ChannelGPC,
	}
}

// Told is a choice that a person made elsewhere, and that somebody tells of.
type Told struct {
	Customer, Purpose string
	Action            Action
	Channel           string
	// OccurredAt is when the person chose, to the millisecond: what stands is what they chose last, in whatever order it
	// is told.
	OccurredAt time.Time
	// Notice names the text that the person was given, without its hash. Needed to give and to lift.
	Notice *models.NoticeRef
	// Evidence is what there is to show for it; nil if nothing.
	Evidence *ledger.Backing
	Actor    ledger.Actor
	Auth     string
}

// Tell records a choice made elsewhere. The same choice told again is one event. One that happened before the choice that
// stands is recorded and changes nothing: the outcome's state is the one that goes on standing. Errors are Invalid and name
// the field, or as of Choose.
func (s *Service) Tell(ctx context.Context, t Told) (Outcome, error) {
	t.OccurredAt = t.OccurredAt.UTC().Truncate(time.Millisecond)
	w, purpose, err := s.checkTold(ctx, &t)
	if err != nil {
		return Outcome{}, err
	}
	return s.tell(ctx, t, w, purpose)
}

func (s *Service) tell(ctx context.Context, t Told, w where, p *datamap.Purpose) (Outcome, error) {
	changed := false
	var stands models.State
	result, err := s.cfg.Log.Append(ctx, sequencer.Event{
		Subject: t.Customer,
		Propose: func(at sequencer.Position) (d ledger.Detail, err error) {
			standing, w := at.Standing.Choices.Of(t.Purpose), w.at(s.cfg.Clock())
			stands = w.state(p, standing) // before it
			if t.Channel == ledger.ChannelGPC && standing.Signal {
				return d, sequencer.Unchanged{Seq: standing.Seq}
			}
			d, changed = t.propose(w, p, standing)
			return d, nil
		},
	})
	if err != nil {
		return Outcome{}, fmt.Errorf("tell of a choice: %w", err)
	}
	if result.Repeated { // something else may have come to stand since it was told first
		return Outcome{Entry: result.Entry.Seq, Time: result.Time, State: stands}, nil
	}
	if stands = models.State(result.Detail.State); changed {
		now := w.at(s.cfg.Clock())
		stands = now.after(p, result)
	}
	return Outcome{Entry: result.Entry.Seq, Time: result.Time, State: stands, Changed: changed}, nil
}

// propose says what a choice made elsewhere is where standing holds, and whether it changes anything: a pure function.
// It is recorded in any case, because a choice between it and the one that stands may yet be told of.
func (t *Told) propose(w where, p *datamap.Purpose, standing models.Choice) (d ledger.Detail, changed bool) {
	happened := t.OccurredAt
	if happened.IsZero() {
		happened = w.now
	}
	then := w.at(happened)
	kind, state := t.step(then.state(p, standing))
	d = ledger.Detail{
		Kind: kind, ID: t.event(), Actor: t.Actor, Purpose: t.Purpose, Channel: t.Channel, Auth: t.Auth,
		OccurredAt: t.OccurredAt, Backing: t.Evidence, Jurisdiction: w.jurisdiction,
	}
	var notice models.NoticeRef
	if t.Notice != nil {
		notice = *t.Notice
		d.Notice = (*ledger.NoticeRef)(t.Notice)
	}
	if standing.State != "" {
		last := standing.Last()
		d.Supersedes = &last
	}
	before := w.state(p, standing)
	if !t.OccurredAt.IsZero() && !sequencer.Stands(standing, kind, happened, notice) {
		state = before
		if kind == ledger.ConsentRenewed { // what stands came later: there was nothing to renew
			d.Kind = ledger.ConsentGiven
		}
	} else {
		changed = state != before || t.Action == Give
	}
	d.State = string(state)
	return d, changed
}

// step is what an action means where a person stood when they chose.
func (t *Told) step(state models.State) (kind string, next models.State) {
	switch t.Action {
	case Give:
		if state == models.Given {
			return ledger.ConsentRenewed, models.Given
		}
		return ledger.ConsentGiven, models.Given
	case Object:
		return ledger.ObjectionRaised, models.Objected
	case Lift:
		return ledger.ObjectionLifted, models.Permitted
	}
	if state == models.Given || state == models.Withdrawn {
		return ledger.ConsentWithdrawn, models.Withdrawn
	}
	return ledger.ConsentRefused, models.Refused
}

// event is derived from everything that was told, so that telling it again is one event; none for what has no time of
// its own.
func (t *Told) event() ledger.EventID {
	if t.OccurredAt.IsZero() {
		return ledger.EventID{}
	}
	n, e := models.NoticeRef{}, ledger.Backing{}
	if t.Notice != nil {
		n = *t.Notice
	}
	if t.Evidence != nil {
		e = *t.Evidence
	}
	return ledger.DerivedEventID("told", t.Customer, t.Purpose, string(t.Action), t.Channel, ledger.FormatTime(t.OccurredAt),
		n.Key, strconv.Itoa(n.Version), n.Locale, e.Kind, e.Reference, e.Note, e.SHA256, e.RecordedBy)
}

// checkTold refuses what cannot have been chosen, and completes the notice.
func (s *Service) checkTold(ctx context.Context, t *Told) (where, *datamap.Purpose, error) {
	w, purpose, err := s.choosable(ctx, s.cfg.Map.In(ctx), t.Customer, t.Purpose, t.Action)
	if err != nil {
		return w, nil, err
	}
	allows := t.Action == Give || t.Action == Lift
	if !slices.Contains(Channels(), t.Channel) || (allows && t.Channel == ledger.ChannelGPC) {
		return w, nil, models.Fail(models.Invalid, "bad_channel", "channels", strings.Join(Channels(), ", ")).In("channel")
	}
	if t.OccurredAt.After(s.cfg.Clock()) {
		return w, nil, models.Fail(models.Invalid, "in_the_future").In("occurred_at")
	}
	if err := checkEvidence(t.Evidence); err != nil {
		return w, nil, err
	}
	notice, err := s.told(w.m, purpose, t.Notice, t.OccurredAt)
	if err != nil && allows {
		return w, nil, err
	}
	t.Notice = notice // a withdrawal is not refused for it: what is known of the text is recorded
	return w, purpose, nil
}

// told finds the text that a person was given at a time: of the purpose's notice, the version in force then, in a
// language that it has.
func (s *Service) told(m *datamap.Map, p *datamap.Purpose, ref *models.NoticeRef, at time.Time) (*models.NoticeRef, error) {
	if ref == nil {
		return nil, models.Fail(models.Invalid, "required").In("notice")
	}
	key := m.NoticeFor(p)
	if ref.Key != key {
		return nil, models.Fail(models.Invalid, "wrong_notice", "notice", key).In("notice.key")
	}
	n, err := s.cfg.Notices.Version(key, ref.Version)
	if err != nil {
		return nil, models.Fail(models.Invalid, "unknown_notice").In("notice.version")
	}
	text, ok := n.Texts[ref.Locale]
	if !ok {
		return nil, models.Fail(models.Invalid, "notice_not_in_language").In("notice.locale")
	}
	if then, err := s.cfg.Notices.At(key, at); err != nil || then.Version != ref.Version {
		return nil, models.Fail(models.Invalid, "notice_not_in_force").In("notice.version")
	}
	return &models.NoticeRef{Key: key, Version: n.Version, Locale: ref.Locale, SHA256: text.SHA256}, nil
}

// checkEvidence holds evidence to short lines that are no payment card data: the log keeps it for as long as the choice
// must be proved.
func checkEvidence(e *ledger.Backing) error {
	if e == nil {
		return nil
	}
	switch {
	case !evidenceKind.MatchString(e.Kind):
		return models.Fail(models.Invalid, "bad_evidence_kind").In("evidence.kind")
	case e.Reference == "":
		return models.Fail(models.Invalid, "required").In("evidence.reference")
	case e.SHA256 != "" && !hexSHA256.MatchString(e.SHA256):
		return models.Fail(models.Invalid, "bad_sha256").In("evidence.sha256")
	}
	for _, text := range []struct {
		field, value string
		most         int
	}{
		{"evidence.reference", e.Reference, maxEvidenceReference},
		{"evidence.note", e.Note, maxEvidenceNote},
		{"evidence.recorded_by", e.RecordedBy, maxRecordedBy},
	} {
		switch {
		case utf8.RuneCountInString(text.value) > text.most:
			return models.Fail(models.Invalid, "too_long", "max", text.most).In(text.field)
		case strings.ContainsFunc(text.value, func(r rune) bool { return unicode.IsControl(r) && r != '\n' }):
			return models.Fail(models.Invalid, "control_character").In(text.field)
		case billing.HoldsCardNumber(text.value):
			return models.Fail(models.Invalid, "card_data").In(text.field)
		}
	}
	return nil
}
