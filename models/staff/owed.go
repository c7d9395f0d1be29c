package staff

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"candor/models"
	"candor/models/ledger"
	"candor/models/staffact"
	"candor/models/store"
)

// owed is something that the log is to say of a member.
type owed struct {
	Event ledger.EventID `json:"event"`
	Kind  string         `json:"kind"`
	By    staffact.By    `json:"by"`
	Roles string         `json:"roles,omitempty"` // that they have since
	About string         `json:"about,omitempty"` // what of them it is about; the member if empty
	// At is when it was done, where the log could not be written; the zero time otherwise.
	At time.Time `json:"at,omitzero"`
}

func (s *Service) owe(by staffact.By, kind, roles string) (owed, error) {
	var random [16]byte
	if _, err := io.ReadFull(s.cfg.Random, random[:]); err != nil {
		return owed{}, fmt.Errorf("draw the id of an event: %w", err)
	}
	now := s.cfg.Clock()
	o := owed{Event: ledger.NewEventID(random, now), Kind: kind, By: by, Roles: roles}
	if s.cfg.Recorder == nil {
		o.At = now.UTC().Truncate(time.Millisecond)
	}
	return o, nil
}

func readOwed(raw []byte) (list []owed, err error) {
	if len(raw) == 0 {
		return nil, nil
	}
	if err := json.Unmarshal(raw, &list); err != nil {
		return nil, errors.New("what is owed of a member of staff is damaged")
	}
	return list, nil
}

func writeOwed(list []owed) ([]byte, error) {
	if len(list) == 0 {
		return nil, nil
	}
	return json.Marshal(list)
}

// settled gives a member of whom the log has said everything: ErrUnknownMember. Without a log nobody is let in, and what
// is owed stays so.
func (s *Service) settled(ctx context.Context, id string) (store.Member, error) {
	m, err := s.cfg.Store.Member(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return m, ErrUnknownMember
	}
	if err != nil {
		return m, models.Wrap("read a member of staff", err)
	}
	return s.settle(ctx, m)
}

// settle has the log say what is owed of a member. The event's ids are kept with it, so that of any number of servers that
// come by at once all say it, and it is there once.
func (s *Service) settle(ctx context.Context, m store.Member) (store.Member, error) {
	if len(m.Owed) == 0 || s.cfg.Recorder == nil {
		return m, nil
	}
	list, err := readOwed(m.Owed)
	if err != nil {
		return m, err
	}
	for _, o := range list {
		act := staffact.Act{Kind: o.Kind, ID: o.Event, About: ledger.About{Type: cmp.Or(o.About, "staff"), Key: m.ID, Part: o.Roles}, At: o.At}
		if _, err := s.cfg.Recorder.Record(ctx, o.By, act); err != nil {
			return m, err
		}
	}
	paid := m
	paid.Owed = nil
	switch err := s.cfg.Store.UpdateMember(ctx, paid); {
	case err == nil:
		paid.Revision++
		return paid, nil
	case errors.Is(err, store.ErrTaken): // another has done so, or changed them again
		return s.settled(ctx, m.ID)
	default:
		return m, models.Wrap("write a member of staff", err)
	}
}

// Settle has the log say what is owed of everybody, as after a command beside a running server.
func (s *Service) Settle(ctx context.Context) error {
	list, err := s.cfg.Store.Members(ctx)
	if err != nil {
		return models.Wrap("list staff", err)
	}
	var errs []error
	for _, m := range list {
		_, err := s.settle(ctx, m)
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}
