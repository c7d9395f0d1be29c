package mongo

import (
	"context"
	"errors"

	"go.mongodb.org/mongo-driver/v2/bson"

	"candor/models/store"
)

// newest is the one document of checkpoints.
const newest = "newest"

type checkpoint struct {
	Name string `bson:"_id"`
	Size int64  `bson:"size"`
	Note []byte `bson:"note"`
}

// Checkpoint reads the saved one.
func (k *KeyStore) Checkpoint(ctx context.Context) (size uint64, note []byte, err error) {
	doc, err := one[checkpoint](ctx, k.d.on(checkpointsName), named(newest))
	return uint64(doc.Size), doc.Note, err
}

// AdvanceCheckpoint is one compare-and-swap. The first is an insert; if another was faster it is there now,
// and may be smaller.
func (k *KeyStore) AdvanceCheckpoint(ctx context.Context, size uint64, note []byte) error {
	n := position(size)
	smaller := append(named(newest), bson.E{Key: "size", Value: bson.D{{Key: "$lt", Value: n}}})
	grow := func() (bool, error) {
		return k.d.swap(ctx, checkpointsName, smaller, bson.D{{Key: "size", Value: n}, {Key: "note", Value: blob(note)}})
	}
	if grown, err := grow(); err != nil || grown {
		return err
	}
	err := create(ctx, k.d.on(checkpointsName), checkpoint{Name: newest, Size: n, Note: blob(note)}, store.ErrTaken)
	if !errors.Is(err, store.ErrTaken) {
		return err
	}
	grown, err := grow()
	if err == nil && !grown {
		return store.ErrTaken
	}
	return err
}
