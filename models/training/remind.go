package training

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"time"

	"candor/models"
	"candor/models/mail"
	"candor/models/store"
)

// MailKind is that of reminders in the outbox.
const MailKind = "training"

// Of a standing that is due a reminder goes out RemindBefore its end and remindLast before it, and of one that is missing
// when it has become so, but not for longer than remindLapsed: who switches mail on wakes no sleeping dogs. Marks are
// forgotten when no reminder of theirs can come any more.
const (
	remindLast   = 7 * 24 * time.Hour
	remindLapsed = 90 * 24 * time.Hour
	remindForget = RemindBefore + remindLapsed + 30*24*time.Hour
	remindEvery  = time.Hour
	remindKept   = 3 * 24 * time.Hour // for a mail server that is away
)

// Addressee is a member of staff who can be written to.
type Addressee struct {
	models.Staff

	Email string
}

// Outbox takes mail that is to be sent; store.SignIns is one.
type Outbox interface {
	PutMail(ctx context.Context, m store.Mail) error
}

// Reminders tells members of staff by mail what is due soon, and what has lapsed. What the outbox holds is a member's ID: name,
// address and text are put together when it is sent. All is required.
type Reminders struct {
	Training *Service
	// Members lists who is on the staff, with an address or without one.
	Members func(ctx context.Context) ([]Addressee, error)
	Outbox  Outbox
	Wake    func() // there is mail to be sent
	// Words speaks a language (BCP 47) in mails, and Language is that of whoever has attested nothing yet.
	Words    func(locale string) mail.Words
	Language func() string
	// Operator is the company's name in a language; BaseURL this site's.
	Operator func(locale string) string
	BaseURL  string
	Logger   *slog.Logger
}

// Run reminds until ctx ends. One server does this for all; another that takes over, or a start, repeats nothing.
func (r *Reminders) Run(ctx context.Context) error {
	for pause := time.Duration(0); ; pause = remindEvery {
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(pause):
		}
		if err := r.Once(ctx); err != nil && ctx.Err() == nil {
			r.Logger.Warn("not every member of staff was reminded of what is due", "error", err)
		}
	}
}

// Once gives the outbox a mail for each member with an address of whom something has become due or missing since it was told.
func (r *Reminders) Once(ctx context.Context) error {
	members, err := r.Members(ctx)
	if err != nil {
		return err
	}
	var reached []models.Staff
	for _, m := range members {
		if m.Email != "" {
			reached = append(reached, m.Staff)
		}
	}
	rows, err := r.Training.Report(ctx, reached)
	if err != nil {
		return err
	}
	of := map[string][]Standing{}
	for _, row := range rows {
		of[row.Member.ID] = append(of[row.Member.ID], row.Standing)
	}
	for _, m := range reached {
		if err := r.remind(ctx, m.ID, of[m.ID]); err != nil {
			return fmt.Errorf("remind staff: %w", err)
		}
	}
	return models.Wrap("forget reminders", r.Training.cfg.Attestations.ForgetReminders(ctx, r.Training.cfg.Clock().Add(-remindForget)))
}

// remind puts one mail for all that is new. It is marked afterwards, so that a crash in between leaves out nothing; what is
// put again takes the place of what is still there.
func (r *Reminders) remind(ctx context.Context, member string, standings []Standing) error {
	marks, now := r.Training.cfg.Attestations, r.Training.cfg.Clock()
	var fresh []string
	for _, st := range standings {
		id := reminderID(member, st, now)
		if id == "" {
			continue
		}
		there, err := marks.Reminded(ctx, id)
		if err != nil {
			return err
		}
		if !there {
			fresh = append(fresh, id)
		}
	}
	if len(fresh) == 0 {
		return nil
	}
	err := r.Outbox.PutMail(ctx, store.Mail{
		ID: hashed(fresh...), Kind: MailKind, Subject: member, Locale: r.language(standings), DueAt: now, ExpiresAt: now.Add(remindKept),
	})
	if err != nil {
		return err
	}
	r.Wake()
	for _, id := range fresh {
		if err := marks.MarkReminder(ctx, id, now); err != nil && !errors.Is(err, store.ErrExists) {
			return err
		}
	}
	return nil
}

// reminderID names what a member is to be told of a standing, the same at each look; empty for nothing.
func reminderID(member string, st Standing, now time.Time) string {
	var stage string
	switch left := st.Until.Sub(now); {
	case st.State == Missing && left > -remindLapsed:
		stage = "lapsed"
	case st.State == Due && left <= remindLast:
		stage = "last"
	case st.State == Due && left <= RemindBefore:
		stage = "due"
	default:
		return ""
	}
	return hashed(member, st.Requirement.Key, strconv.FormatInt(st.Until.UnixMilli(), 10), stage)
}

func hashed(parts ...string) string {
	sum := sha256.Sum256([]byte("reminder\x00" + strings.Join(parts, "\x00")))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// language is the one in which they last attested something.
func (r *Reminders) language(standings []Standing) string {
	var last store.Attestation
	for _, st := range standings {
		if st.Attested.Seq > last.Seq {
			last = st.Attested
		}
	}
	if last.Seq == 0 {
		return r.Language()
	}
	return last.Locale
}

// Write says what is due and missing when the mail is sent: mail.ErrNobody if that is nothing any more, or whoever it is for
// has left.
func (r *Reminders) Write(ctx context.Context, m store.Mail) (mail.Message, error) {
	members, err := r.Members(ctx)
	if err != nil {
		return mail.Message{}, err
	}
	i := slices.IndexFunc(members, func(a Addressee) bool { return a.ID == m.Subject })
	if i < 0 || members[i].Email == "" {
		return mail.Message{}, mail.ErrNobody
	}
	standings, err := r.Training.Standings(ctx, members[i].Staff)
	if err != nil {
		return mail.Message{}, err
	}
	words := r.Words(m.Locale)
	var missing, due []string
	for _, st := range standings {
		text, _ := st.Requirement.In(m.Locale)
		line := "– " + text.Title + ": " + words.T("training."+string(st.State)+"."+string(st.Reason), "date", st.Until)
		switch {
		case st.State == Missing:
			missing = append(missing, line)
		case reminderID(m.Subject, st, r.Training.cfg.Clock()) != "":
			due = append(due, line)
		}
	}
	args := []any{
		"operator", r.Operator(m.Locale), "missing", strings.Join(missing, "\n"), "due", strings.Join(due, "\n"),
		"link", r.BaseURL + "/staff/training",
	}
	subject, paragraphs := "mail.training.due.subject", []string{"mail.training.due.text"}
	switch {
	case len(missing) > 0 && len(due) > 0:
		subject, paragraphs = "mail.training.withheld.subject", []string{"mail.training.withheld.text", "mail.training.also"}
	case len(missing) > 0:
		subject, paragraphs = "mail.training.withheld.subject", []string{"mail.training.withheld.text"}
	case len(due) == 0:
		return mail.Message{}, mail.ErrNobody
	}
	return mail.Letter(words, members[i].Email, args, subject, append(paragraphs, "mail.training.link")...), nil
}
