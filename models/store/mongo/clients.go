package mongo

import (
	"context"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"candor/models/store"
)

type apiClient struct {
	ID         string        `bson:"_id"`
	Name       string        `bson:"name"`
	SecretHash string        `bson:"secret_hash"`
	Scopes     []string      `bson:"scopes"`
	Created    bson.DateTime `bson:"created"`
	Revoked    bson.DateTime `bson:"revoked"` // the zero time while it may call
}

func (d apiClient) give() store.Client {
	return store.Client{ID: d.ID, Name: d.Name, SecretHash: d.SecretHash, Scopes: d.Scopes, CreatedAt: at(d.Created), RevokedAt: at(d.Revoked)}
}

// PutClient writes one.
func (s *Store) PutClient(ctx context.Context, c store.Client) error {
	return s.d.put(ctx, clientsName, 1, func(int) (string, any) {
		return c.ID, apiClient{ID: c.ID, Name: c.Name, SecretHash: c.SecretHash, Scopes: c.Scopes, Created: ms(c.CreatedAt), Revoked: ms(c.RevokedAt)}
	})
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
