package mail

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"candor/models"
	"candor/models/store"
)

// Message is a mail in plain text.
type Message struct {
	To, Subject, Text string
}

// Sender hands a message to whoever carries it. An error that wraps ErrRefused will not get better.
type Sender interface {
	Send(ctx context.Context, m Message) error
}

var (
	// ErrRefused says that the mail server will not take a message, now or later.
	ErrRefused = errors.New("the mail server refuses the message")
	// ErrNobody says that there is nobody to write to, or nothing to write any more.
	ErrNobody = errors.New("there is nobody to write to")
)

// Config is what an Outbox needs; all of it is required.
type Config struct {
	Store store.SignIns
	// Write says what a mail says, and to whom: ErrNobody if it is not to be sent.
	Write  func(ctx context.Context, m store.Mail) (Message, error)
	Sender Sender
	Clock  func() time.Time
	Logger *slog.Logger
}

// Outbox sends what was put into the store. It is safe for concurrent use.
//
// Each mail is sent at least once, if it can be before it expires: a server that dies between sending one and saying
// so leaves it to be sent again.
type Outbox struct {
	cfg  Config
	wake chan struct{}
	one  sync.Mutex // a round at a time
}

// New makes an Outbox.
func New(c Config) *Outbox { return &Outbox{cfg: c, wake: make(chan struct{}, 1)} }

// Wake has Run look at once. It never blocks.
func (o *Outbox) Wake() {
	select {
	case o.wake <- struct{}{}:
	default:
	}
}

// lookEvery is how soon mail is sent that another server put there.
const lookEvery = time.Second

// Run sends what is due until ctx ends. One server does this for all; two would send some mail twice.
func (o *Outbox) Run(ctx context.Context) error {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		if err := o.Deliver(ctx); err != nil && ctx.Err() == nil {
			o.cfg.Logger.Warn("the outbox could not be read", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-o.wake:
		case <-tick.C:
		}
	}
}

// atOnce is how many mails are looked at in one round.
const atOnce = 100

// Deliver makes one round: it tries to send everything that is due. Errors are the store's.
func (o *Outbox) Deliver(ctx context.Context) error {
	o.one.Lock()
	defer o.one.Unlock()
	due, err := o.cfg.Store.DueMails(ctx, o.cfg.Clock(), atOnce)
	if err != nil {
		return models.Wrap("read outbox", err)
	}
	for _, m := range due {
		if err := o.deliver(ctx, m); err != nil {
			return err
		}
	}
	return nil
}

// deliver sends one mail and takes it out, or says when to try again. A mail whose time is over is dropped: a code
// that has run out helps nobody.
func (o *Outbox) deliver(ctx context.Context, m store.Mail) error {
	if !o.cfg.Clock().Before(m.ExpiresAt) {
		if m.Tried > 0 {
			o.cfg.Logger.Warn("a mail was not sent in time", "kind", m.Kind, "tries", m.Tried)
		}
		return o.drop(ctx, m)
	}
	switch err := o.send(ctx, m); {
	case err == nil || errors.Is(err, ErrNobody):
		return o.drop(ctx, m)
	case errors.Is(err, ErrRefused):
		o.cfg.Logger.Warn("a mail was refused", "kind", m.Kind, "error", err)
		return o.drop(ctx, m)
	case ctx.Err() != nil:
		return models.Wrap("send mail", ctx.Err())
	default:
		o.cfg.Logger.Warn("a mail was not sent; it is tried again", "kind", m.Kind, "error", err)
		m.DueAt, m.Tried = o.cfg.Clock().Add(pause(m.Tried)), m.Tried+1
		return models.Wrap("keep mail", o.cfg.Store.PutMail(ctx, m))
	}
}

func (o *Outbox) send(ctx context.Context, m store.Mail) error {
	message, err := o.cfg.Write(ctx, m)
	if err != nil {
		return err
	}
	return o.cfg.Sender.Send(ctx, message)
}

func (o *Outbox) drop(ctx context.Context, m store.Mail) error {
	return models.Wrap("take mail out", o.cfg.Store.DeleteMail(ctx, m.ID))
}

// pause is how long to wait after so many vain tries: 5 s, 10 s, 20 s, … and at most 5 minutes.
func pause(tried int) time.Duration {
	return min(5*time.Second<<min(tried, 6), 5*time.Minute)
}
