package mongo

import (
	"context"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"candor/models/store"
)

type apiClient struct {
	ID       string                   `bson:"_id"`
	Name     string                   `bson:"name"`
	Scopes   []string                 `bson:"scopes"`
	Secrets  []clientSecret           `bson:"secrets"`
	Keys     []clientKey              `bson:"keys"`
	Used     map[string]bson.DateTime `bson:"used"` // by the id of a secret or key, which is base64url
	Created  bson.DateTime            `bson:"created"`
	Revoked  bson.DateTime            `bson:"revoked"` // the zero time while it may call
	Revision int                      `bson:"revision"`
	// SecretHash is the one secret of a client that was written when each had one.
	SecretHash string `bson:"secret_hash,omitempty"`
}

type clientSecret struct {
	ID      string        `bson:"id"`
	Hash    string        `bson:"hash"`
	Created bson.DateTime `bson:"created"`
	Ends    bson.DateTime `bson:"ends"` // the zero time if it has no end
}

type clientKey struct {
	ID      string        `bson:"id"`
	KeyID   string        `bson:"kid"`
	JWK     string        `bson:"jwk"`
	Created bson.DateTime `bson:"created"`
}

func (d apiClient) give() store.Client {
	c := store.Client{
		ID: d.ID, Name: d.Name, Scopes: d.Scopes, CreatedAt: at(d.Created), RevokedAt: at(d.Revoked), Revision: d.Revision,
	}
	if d.SecretHash != "" {
		d.Secrets = append(d.Secrets, clientSecret{ID: "first", Hash: d.SecretHash, Created: d.Created, Ends: ms(time.Time{})})
	}
	for _, s := range d.Secrets {
		c.Secrets = append(c.Secrets, store.ClientSecret{ID: s.ID, Hash: s.Hash, CreatedAt: at(s.Created), EndsAt: at(s.Ends)})
	}
	for _, k := range d.Keys {
		c.Keys = append(c.Keys, store.ClientKey{ID: k.ID, KeyID: k.KeyID, JWK: []byte(k.JWK), CreatedAt: at(k.Created)})
	}
	for id, when := range d.Used {
		if c.Used == nil {
			c.Used = make(map[string]time.Time, len(d.Used))
		}
		c.Used[id] = at(when)
	}
	return c
}

func apiClientOf(c store.Client) apiClient {
	d := apiClient{
		ID: c.ID, Name: c.Name, Scopes: c.Scopes, Secrets: []clientSecret{}, Keys: []clientKey{}, Used: map[string]bson.DateTime{},
		Created: ms(c.CreatedAt), Revoked: ms(c.RevokedAt), Revision: c.Revision,
	}
	for _, s := range c.Secrets {
		d.Secrets = append(d.Secrets, clientSecret{ID: s.ID, Hash: s.Hash, Created: ms(s.CreatedAt), Ends: ms(s.EndsAt)})
	}
	for _, k := range c.Keys {
		d.Keys = append(d.Keys, clientKey{ID: k.ID, KeyID: k.KeyID, JWK: string(k.JWK), Created: ms(k.CreatedAt)})
	}
	for id, when := range c.Used {
		d.Used[id] = ms(when)
	}
	return d
}

// CreateClient adds one.
func (s *Store) CreateClient(ctx context.Context, c store.Client) error {
	return create(ctx, s.d.on(clientsName), apiClientOf(c), store.ErrExists)
}

// PutClient writes one as it is.
func (s *Store) PutClient(ctx context.Context, c store.Client) error {
	return s.d.put(ctx, clientsName, 1, func(int) (string, any) { return c.ID, apiClientOf(c) })
}

// UpdateClient is one compare-and-swap of the revision.
func (s *Store) UpdateClient(ctx context.Context, c store.Client) error {
	d := apiClientOf(c)
	revision := bson.E{Key: "revision", Value: d.Revision}
	if d.Revision == 0 { // one that was written before there were revisions has none
		revision.Value = bson.D{{Key: "$not", Value: bson.D{{Key: "$gt", Value: 0}}}}
	}
	swapped, err := s.d.swap(ctx, clientsName, append(named(c.ID), revision), bson.D{
		{Key: "name", Value: d.Name},
		{Key: "scopes", Value: d.Scopes},
		{Key: "secrets", Value: d.Secrets},
		{Key: "keys", Value: d.Keys},
		{Key: "created", Value: d.Created},
		{Key: "revoked", Value: d.Revoked},
		{Key: "revision", Value: d.Revision + 1},
		{Key: "secret_hash", Value: ""},
	})
	if err != nil || swapped {
		return err
	}
	if _, err := s.Client(ctx, c.ID); err != nil {
		return err
	}
	return store.ErrTaken
}

// Client gives one, revoked or not.
func (s *Store) Client(ctx context.Context, id string) (store.Client, error) {
	doc, err := one[apiClient](ctx, s.d.on(clientsName), named(id))
	if err != nil {
		return store.Client{}, err
	}
	return doc.give(), nil
}

// Clients lists all.
func (s *Store) Clients(ctx context.Context) ([]store.Client, error) {
	docs, err := all[apiClient](ctx, s.d.on(clientsName), bson.D{}, options.Find().SetSort(ascending("_id")))
	return convert(docs, err, apiClient.give)
}

// NoteClientUse keeps the later of two times.
func (s *Store) NoteClientUse(ctx context.Context, client, used string, when time.Time) error {
	_, err := s.d.on(clientsName).UpdateOne(ctx, named(client), bson.D{{Key: "$max", Value: bson.D{{Key: "used." + used, Value: ms(when)}}}})
	return failure(err)
}

type assertion struct {
	Name  string        `bson:"_id"`
	Until bson.DateTime `bson:"until"`
}

// UseAssertion adds its name, which only one can.
func (s *Store) UseAssertion(ctx context.Context, name string, until time.Time) error {
	return create(ctx, s.d.on(assertionsName), assertion{Name: name, Until: ms(until)}, store.ErrExists)
}

// ForgetAssertions removes those that have run out.
func (s *Store) ForgetAssertions(ctx context.Context, before time.Time) error {
	_, err := s.d.on(assertionsName).DeleteMany(ctx, bson.D{{Key: "until", Value: bson.D{{Key: "$lt", Value: ms(before)}}}})
	return failure(err)
}
