package editorial

import (
	"context"
	"time"

	"candor/models/auth"
)

// Kind is a kind of text: what is peculiar to notices, to the data map, or to requirements.
type Kind interface {
	// Name is what revisions are kept under and what the log calls it: KindNotice, …
	Name() string
	// Permissions are what one needs to write and to approve it.
	Permissions() (write, approve auth.Permission)
	// Newest tells of a key: the highest version that is published, withdrawn ones included, and what the next version is
	// to begin with. Version 0 without content is a key under which nothing is published. It fails for a key that can not
	// be.
	Newest(ctx context.Context, key string) (Base, error)
	// InForce is the version of a key that is in force at a time; 0 if none is.
	InForce(ctx context.Context, key string, at time.Time) (int, error)
	// Source names the part of which a part is a translation; empty if it is none.
	Source(part string) string
	// Part refuses a part that cannot be, or a text that it cannot have. Other limits are kept already.
	Part(part, text string) error
	// Check lists what is missing from a version or wrong with it: it is not published before that is mended.
	Check(ctx context.Context, d Document) []Problem
	// Publish puts a version into the log and keeps it, to be in force from d.Schedule.EffectiveAt on, under the terms of
	// d.Approval. Publishing the same again is no error and changes nothing.
	Publish(ctx context.Context, d Document) error
	// Unpublish takes a published version back that has not taken effect. Doing so again is no error and changes nothing.
	Unpublish(ctx context.Context, d Document) error
}

// Readable is a Kind that more may comment on than write or approve.
type Readable interface {
	// Readers is the permission that they need.
	Readers() auth.Permission
}

// Base is what is published under a key, for the next version to begin with.
type Base struct {
	Version int // the highest number
	// From is the version whose text Content is; 0 if there is none.
	From    int
	Content Content
}

// Document is a version with what it says.
type Document struct {
	Edition

	Content Content
}
