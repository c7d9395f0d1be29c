package mongo

import (
	"context"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"candor/models/store"
)

type session struct {
	Hash     string        `bson:"_id"`
	Customer string        `bson:"customer"`
	Role     string        `bson:"role"`
	Method   string        `bson:"method"`
	Created  bson.DateTime `bson:"created"`
	Expires  bson.DateTime `bson:"expires"`
}

type link struct {
	Hash      string        `bson:"_id"`
	ID        string        `bson:"id"`
	Customer  string        `bson:"customer"`
	ReturnURL string        `bson:"return_url"`
	Locale    string        `bson:"locale"`
	Created   bson.DateTime `bson:"created"`
	Expires   bson.DateTime `bson:"expires"`
	Used      bson.DateTime `bson:"used"` // the zero time while unused
}

// CreateSession adds a session.
func (s *Store) CreateSession(ctx context.Context, n store.Session) error {
	return create(ctx, s.d.on(sessionsName), session{
		Hash: n.Hash, Customer: n.Customer, Role: n.Role, Method: n.Method, Created: ms(n.CreatedAt), Expires: ms(n.ExpiresAt),
	}, store.ErrExists)
}

// Session gives one that has not ended.
func (s *Store) Session(ctx context.Context, hash string, now time.Time) (store.Session, error) {
	doc, err := one[session](ctx, s.d.on(sessionsName), named(hash))
	if err != nil {
		return store.Session{}, err
	}
	if doc.Expires <= ms(now) {
		return store.Session{}, store.ErrNotFound
	}
	return store.Session{
		Hash: doc.Hash, Customer: doc.Customer, Role: doc.Role, Method: doc.Method, CreatedAt: at(doc.Created), ExpiresAt: at(doc.Expires),
	}, nil
}

// EndSession removes one.
func (s *Store) EndSession(ctx context.Context, hash string) error {
	_, err := s.d.on(sessionsName).DeleteOne(ctx, named(hash))
	return failure(err)
}

// CreateLink adds a link.
func (s *Store) CreateLink(ctx context.Context, l store.Link) error {
	return create(ctx, s.d.on(linksName), link{
		Hash: l.Hash, ID: l.ID, Customer: l.Customer, ReturnURL: l.ReturnURL, Locale: l.Locale,
		Created: ms(l.CreatedAt), Expires: ms(l.ExpiresAt), Used: ms(l.UsedAt),
	}, store.ErrExists)
}

// Link gives one, used or not.
func (s *Store) Link(ctx context.Context, hash string) (store.Link, error) {
	doc, err := one[link](ctx, s.d.on(linksName), named(hash))
	if err != nil {
		return store.Link{}, err
	}
	return store.Link{
		Hash: doc.Hash, ID: doc.ID, Customer: doc.Customer, ReturnURL: doc.ReturnURL, Locale: doc.Locale,
		CreatedAt: at(doc.Created), ExpiresAt: at(doc.Expires), UsedAt: at(doc.Used),
	}, nil
}

// UseLink is one compare-and-swap, so that of any number of callers one succeeds.
func (s *Store) UseLink(ctx context.Context, hash string, now time.Time) error {
	unused := append(named(hash), bson.E{Key: "used", Value: ms(time.Time{})})
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
