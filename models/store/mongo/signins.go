package mongo

import (
	"context"
	"errors"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"candor/models/store"
)

type emailKey struct {
	Customer string `bson:"_id"`
	Key      string `bson:"key"`
}

type identity struct {
	Key      string        `bson:"_id"`
	Customer string        `bson:"customer"`
	Created  bson.DateTime `bson:"created"`
}

type challenge struct {
	ID      string        `bson:"_id"`
	Kind    string        `bson:"kind"`
	Subject string        `bson:"subject"`
	Session string        `bson:"session"`
	Target  string        `bson:"target"`
	Tries   int           `bson:"tries"` // left
	Created bson.DateTime `bson:"created"`
	Expires bson.DateTime `bson:"expires"`
}

func (c challenge) give() store.Challenge {
	return store.Challenge{
		ID: c.ID, Kind: c.Kind, Subject: c.Subject, Session: c.Session, Target: c.Target, Tries: c.Tries,
		CreatedAt: at(c.Created), ExpiresAt: at(c.Expires),
	}
}

type count struct {
	Key   string        `bson:"_id"`
	N     int           `bson:"n"`
	Until bson.DateTime `bson:"until"`
}

type mail struct {
	ID      string        `bson:"_id"`
	Kind    string        `bson:"kind"`
	Subject string        `bson:"subject"`
	Locale  string        `bson:"locale"`
	Tried   int           `bson:"tried"`
	Due     bson.DateTime `bson:"due"`
	Expires bson.DateTime `bson:"expires"`
}

func (m mail) give() store.Mail {
	return store.Mail{
		ID: m.ID, Kind: m.Kind, Subject: m.Subject, Locale: m.Locale, Tried: m.Tried, DueAt: at(m.Due), ExpiresAt: at(m.Expires),
	}
}

// PutEmails writes each, and removes those without a key.
func (s *Store) PutEmails(ctx context.Context, keys []store.EmailKey) error {
	last := make(map[string]string, len(keys))
	for _, k := range keys {
		last[k.Customer] = k.Key
	}
	writes := make([]mongo.WriteModel, 0, len(last))
	for customer, key := range last {
		if key == "" {
			writes = append(writes, mongo.NewDeleteOneModel().SetFilter(named(customer)))
			continue
		}
		writes = append(writes, mongo.NewReplaceOneModel().SetFilter(named(customer)).
			SetReplacement(emailKey{customer, key}).SetUpsert(true))
	}
	return s.d.bulk(ctx, emailsName, writes)
}

// CustomersOfEmail lists those who have a key.
func (s *Store) CustomersOfEmail(ctx context.Context, key string, limit int) ([]string, error) {
	docs, err := page[emailKey](ctx, s.d.on(emailsName), bson.D{{Key: "key", Value: key}}, ascending("_id"), limit)
	return convert(docs, err, func(d emailKey) string { return d.Customer })
}

// BindIdentity is one insert, so that of any number of callers one wins.
func (s *Store) BindIdentity(ctx context.Context, i store.Identity) (store.Identity, error) {
	err := create(ctx, s.d.on(identitiesName), identity{i.Key, i.Customer, ms(i.CreatedAt)}, store.ErrExists)
	if err != nil && err != store.ErrExists { //nolint:errorlint // create gives the very value
		return store.Identity{}, err
	}
	doc, err := one[identity](ctx, s.d.on(identitiesName), named(i.Key))
	if err != nil {
		return store.Identity{}, err
	}
	return store.Identity{Key: doc.Key, Customer: doc.Customer, CreatedAt: at(doc.Created)}, nil
}

// ForgetIdentities removes a customer's.
func (s *Store) ForgetIdentities(ctx context.Context, customer string) error {
	return s.d.removeAll(ctx, identitiesName, "customer", []string{customer})
}

// CreateChallenge adds one.
func (s *Store) CreateChallenge(ctx context.Context, c store.Challenge) error {
	return create(ctx, s.d.on(challengesName), challenge{
		ID: c.ID, Kind: c.Kind, Subject: c.Subject, Session: c.Session, Target: c.Target, Tries: c.Tries,
		Created: ms(c.CreatedAt), Expires: ms(c.ExpiresAt),
	}, store.ErrExists)
}

// Challenge gives one that has not ended.
func (s *Store) Challenge(ctx context.Context, id string, now time.Time) (store.Challenge, error) {
	doc, err := one[challenge](ctx, s.d.on(challengesName), append(named(id), lasting(now)))
	if err != nil {
		return store.Challenge{}, err
	}
	return doc.give(), nil
}

func lasting(now time.Time) bson.E {
	return bson.E{Key: "expires", Value: bson.D{{Key: "$gt", Value: ms(now)}}}
}

// TryChallenge takes a try away in one step, so that no two callers have the same.
func (s *Store) TryChallenge(ctx context.Context, id string, now time.Time) (store.Challenge, error) {
	open := append(named(id), lasting(now), bson.E{Key: "tries", Value: bson.D{{Key: "$gt", Value: 0}}})
	res := s.d.on(challengesName).FindOneAndUpdate(ctx, open, bson.D{{Key: "$inc", Value: bson.D{{Key: "tries", Value: -1}}}},
		options.FindOneAndUpdate().SetReturnDocument(options.After))
	raw, err := res.Raw()
	if err != nil {
		return store.Challenge{}, failure(err)
	}
	var doc challenge
	if err := decode(raw, &doc); err != nil {
		return store.Challenge{}, err
	}
	return doc.give(), nil
}

// EndChallenge removes one, for one caller.
func (s *Store) EndChallenge(ctx context.Context, id string) error {
	res, err := s.d.on(challengesName).DeleteOne(ctx, named(id))
	if err != nil {
		return failure(err)
	}
	if res.DeletedCount == 0 {
		return store.ErrNotFound
	}
	return nil
}

// Count adds one. A counter that ended is removed first, by whoever comes first.
func (s *Store) Count(ctx context.Context, key string, now, until time.Time) (int, error) {
	counts := s.d.on(countsName)
	ended := append(named(key), bson.E{Key: "until", Value: bson.D{{Key: "$lte", Value: ms(now)}}})
	if _, err := counts.DeleteOne(ctx, ended); err != nil {
		return 0, failure(err)
	}
	add := bson.D{{Key: "$inc", Value: bson.D{{Key: "n", Value: 1}}}}
	for {
		raw, err := counts.FindOneAndUpdate(ctx, named(key), add, options.FindOneAndUpdate().SetReturnDocument(options.After)).Raw()
		if err == nil {
			var doc count
			err = decode(raw, &doc)
			return doc.N, err
		}
		if err := failure(err); !errors.Is(err, store.ErrNotFound) {
			return 0, err
		}
		err = create(ctx, counts, count{key, 1, ms(until)}, store.ErrExists)
		if err == nil {
			return 1, nil
		}
		if !errors.Is(err, store.ErrExists) { // otherwise another caller was first
			return 0, err
		}
	}
}

// PutMail writes one.
func (s *Store) PutMail(ctx context.Context, m store.Mail) error {
	return s.d.put(ctx, mailsName, 1, func(int) (string, any) {
		return m.ID, mail{m.ID, m.Kind, m.Subject, m.Locale, m.Tried, ms(m.DueAt), ms(m.ExpiresAt)}
	})
}

// DueMails lists what to send.
func (s *Store) DueMails(ctx context.Context, now time.Time, limit int) ([]store.Mail, error) {
	docs, err := page[mail](ctx, s.d.on(mailsName), bson.D{{Key: "due", Value: bson.D{{Key: "$lte", Value: ms(now)}}}},
		ascending("due", "_id"), limit)
	return convert(docs, err, mail.give)
}

// DeleteMail removes one.
func (s *Store) DeleteMail(ctx context.Context, id string) error {
	_, err := s.d.on(mailsName).DeleteOne(ctx, named(id))
	return failure(err)
}

// ForgetSignIns removes what ended long ago.
func (s *Store) ForgetSignIns(ctx context.Context, before time.Time) error {
	for name, field := range map[string]string{challengesName: "expires", countsName: "until"} {
		if _, err := s.d.on(name).DeleteMany(ctx, bson.D{{Key: field, Value: bson.D{{Key: "$lt", Value: ms(before)}}}}); err != nil {
			return failure(err)
		}
	}
	return nil
}
