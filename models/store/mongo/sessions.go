package mongo

import (
	"context"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"candor/models/store"
)

type session struct {
	Hash      string        `bson:"_id"`
	Customer  string        `bson:"customer"`
	Staff     string        `bson:"staff"`
	Method    string        `bson:"method"`
	ID        string        `bson:"id"`
	Link      string        `bson:"link"`
	ReturnURL string        `bson:"return_url"`
	Created   bson.DateTime `bson:"created"`
	Expires   bson.DateTime `bson:"expires"`
	Seen      bson.DateTime `bson:"seen"`
	Proved    bson.DateTime `bson:"proved"`
}

func (s session) give() store.Session {
	return store.Session{
		Hash: s.Hash, Customer: s.Customer, Staff: s.Staff, Method: s.Method, ID: s.ID, Link: s.Link, ReturnURL: s.ReturnURL,
		CreatedAt: at(s.Created), ExpiresAt: at(s.Expires), SeenAt: at(s.Seen), ProvedAt: at(s.Proved),
	}
}

type link struct {
	Hash      string        `bson:"_id"`
	ID        string        `bson:"id"`
	Customer  string        `bson:"customer"`
	ReturnURL string        `bson:"return_url"`
	Locale    string        `bson:"locale"`
	Flow      string        `bson:"flow"`
	Created   bson.DateTime `bson:"created"`
	Expires   bson.DateTime `bson:"expires"`
	Used      bson.DateTime `bson:"used"`    // the zero time while unused
	Revoked   bson.DateTime `bson:"revoked"` // the zero time while it is not; absent from links of earlier versions
}

func (l link) give() store.Link {
	out := store.Link{
		Hash: l.Hash, ID: l.ID, Customer: l.Customer, ReturnURL: l.ReturnURL, Locale: l.Locale, Flow: l.Flow,
		CreatedAt: at(l.Created), ExpiresAt: at(l.Expires), UsedAt: at(l.Used), RevokedAt: at(l.Revoked),
	}
	if l.Revoked == 0 {
		out.RevokedAt = time.Time{}
	}
	return out
}

// CreateSession adds a session.
func (s *Store) CreateSession(ctx context.Context, n store.Session) error {
	return create(ctx, s.d.on(sessionsName), session{
		Hash: n.Hash, Customer: n.Customer, Staff: n.Staff, Method: n.Method, ID: n.ID, Link: n.Link, ReturnURL: n.ReturnURL,
		Created: ms(n.CreatedAt), Expires: ms(n.ExpiresAt), Seen: ms(n.SeenAt), Proved: ms(n.ProvedAt),
	}, store.ErrExists)
}

// Session gives one that has not ended.
func (s *Store) Session(ctx context.Context, hash string, now time.Time) (store.Session, error) {
	doc, err := one[session](ctx, s.d.on(sessionsName), named(hash))
	if err != nil {
		return store.Session{}, err
	}
	if doc.Expires <= ms(now) || doc.nobodys() {
		return store.Session{}, store.ErrNotFound
	}
	return doc.give(), nil
}

// nobodys says whether it is one of a role alone, as the demo of earlier versions began them.
func (s session) nobodys() bool { return s.Customer == "" && s.Staff == "" }

// SessionsOf lists a customer's.
func (s *Store) SessionsOf(ctx context.Context, customer string, now time.Time) ([]store.Session, error) {
	if customer == "" { // staff have none
		return nil, nil
	}
	return s.sessionsBy(ctx, "customer", customer, now)
}

// SessionsOfStaff lists a member's.
func (s *Store) SessionsOfStaff(ctx context.Context, member string, now time.Time) ([]store.Session, error) {
	if member == "" { // customers have none
		return nil, nil
	}
	return s.sessionsBy(ctx, "staff", member, now)
}

func (s *Store) sessionsBy(ctx context.Context, field, who string, now time.Time) ([]store.Session, error) {
	docs, err := all[session](ctx, s.d.on(sessionsName), bson.D{{Key: field, Value: who}, lasting(now)},
		options.Find().SetSort(bson.D{{Key: "created", Value: -1}, {Key: "_id", Value: 1}}))
	return convert(docs, err, session.give)
}

// MarkSession moves two of its times forward.
func (s *Store) MarkSession(ctx context.Context, hash string, seen, proved time.Time) error {
	_, err := s.d.on(sessionsName).UpdateOne(ctx, named(hash),
		bson.D{{Key: "$max", Value: bson.D{{Key: "seen", Value: ms(seen)}, {Key: "proved", Value: ms(proved)}}}})
	return failure(err)
}

// EndSession removes one.
func (s *Store) EndSession(ctx context.Context, hash string) error {
	_, err := s.d.on(sessionsName).DeleteOne(ctx, named(hash))
	return failure(err)
}

// CreateLink adds a link.
func (s *Store) CreateLink(ctx context.Context, l store.Link) error {
	return create(ctx, s.d.on(linksName), link{
		Hash: l.Hash, ID: l.ID, Customer: l.Customer, ReturnURL: l.ReturnURL, Locale: l.Locale, Flow: l.Flow,
		Created: ms(l.CreatedAt), Expires: ms(l.ExpiresAt), Used: ms(l.UsedAt), Revoked: ms(l.RevokedAt),
	}, store.ErrExists)
}

// Link gives one, used or not.
func (s *Store) Link(ctx context.Context, hash string) (store.Link, error) {
	doc, err := one[link](ctx, s.d.on(linksName), named(hash))
	if err != nil {
		return store.Link{}, err
	}
	return doc.give(), nil
}

// LinkNamed gives one by its ID.
func (s *Store) LinkNamed(ctx context.Context, id string) (store.Link, error) {
	doc, err := one[link](ctx, s.d.on(linksName), bson.D{{Key: "id", Value: id}})
	if err != nil {
		return store.Link{}, err
	}
	return doc.give(), nil
}

// RevokeLink marks one revoked, the first time.
func (s *Store) RevokeLink(ctx context.Context, id string, now time.Time) error {
	standing := bson.D{{Key: "id", Value: id}, {Key: "revoked", Value: notRevoked}}
	swapped, err := s.d.swap(ctx, linksName, standing, bson.D{{Key: "revoked", Value: ms(now)}})
	if err != nil || swapped {
		return err
	}
	_, err = s.LinkNamed(ctx, id)
	return err
}

// notRevoked matches a link that is not: null stands for the links of earlier versions, which do not say.
var notRevoked = bson.D{{Key: "$in", Value: bson.A{ms(time.Time{}), nil}}}

// UseLink is one compare-and-swap, so that of any number of callers one succeeds.
func (s *Store) UseLink(ctx context.Context, hash string, now time.Time) error {
	unused := append(named(hash), bson.E{Key: "used", Value: ms(time.Time{})}, bson.E{Key: "revoked", Value: notRevoked})
	swapped, err := s.d.swap(ctx, linksName, unused, bson.D{{Key: "used", Value: ms(now)}})
	if err != nil || swapped {
		return err
	}
	if _, err := s.Link(ctx, hash); err != nil {
		return err
	}
	return store.ErrExists
}

// Forget removes what ended long ago.
func (s *Store) Forget(ctx context.Context, before time.Time) error {
	ended := bson.D{{Key: "expires", Value: bson.D{{Key: "$lt", Value: ms(before)}}}}
	for _, name := range []string{sessionsName, linksName} {
		if _, err := s.d.on(name).DeleteMany(ctx, ended); err != nil {
			return failure(err)
		}
	}
	return nil
}
