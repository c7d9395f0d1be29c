package mongo

import (
	"context"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"candor/models/store"
)

type member struct {
	ID       string        `bson:"_id"`
	Origin   string        `bson:"origin"`
	Sealed   []byte        `bson:"sealed"`
	Roles    []string      `bson:"roles"`
	Owed     []byte        `bson:"owed"`
	Created  bson.DateTime `bson:"created"`
	Ended    bson.DateTime `bson:"ended"` // the zero time while they are on the staff
	Seen     bson.DateTime `bson:"seen"`
	Revision int           `bson:"revision"`
}

func (d member) give() store.Member {
	m := store.Member{
		ID: d.ID, Origin: d.Origin, Sealed: d.Sealed, Roles: d.Roles, Owed: d.Owed,
		CreatedAt: at(d.Created), EndedAt: at(d.Ended), SeenAt: at(d.Seen), Revision: d.Revision,
	}
	if len(m.Owed) == 0 {
		m.Owed = nil
	}
	return m
}

func memberOf(m store.Member) member {
	return member{
		m.ID, m.Origin, m.Sealed, m.Roles, m.Owed, ms(m.CreatedAt), ms(m.EndedAt), ms(m.SeenAt), m.Revision,
	}
}

// CreateMember adds one.
func (s *Store) CreateMember(ctx context.Context, m store.Member) error {
	return create(ctx, s.d.on(membersName), memberOf(m), store.ErrExists)
}

// PutMember writes one as it is.
func (s *Store) PutMember(ctx context.Context, m store.Member) error {
	return s.d.put(ctx, membersName, 1, func(int) (string, any) { return m.ID, memberOf(m) })
}

// UpdateMember is one compare-and-swap of the revision.
func (s *Store) UpdateMember(ctx context.Context, m store.Member) error {
	d := memberOf(m)
	swapped, err := s.d.swap(ctx, membersName, append(named(m.ID), bson.E{Key: "revision", Value: d.Revision}), bson.D{
		{Key: "origin", Value: d.Origin},
		{Key: "sealed", Value: d.Sealed},
		{Key: "roles", Value: d.Roles},
		{Key: "owed", Value: d.Owed},
		{Key: "created", Value: d.Created},
		{Key: "ended", Value: d.Ended},
		{Key: "revision", Value: d.Revision + 1},
	})
	if err != nil || swapped {
		return err
	}
	if _, err := s.Member(ctx, m.ID); err != nil {
		return err
	}
	return store.ErrTaken
}

// Member gives one, ended or not.
func (s *Store) Member(ctx context.Context, id string) (store.Member, error) {
	doc, err := one[member](ctx, s.d.on(membersName), named(id))
	if err != nil {
		return store.Member{}, err
	}
	return doc.give(), nil
}

// Members lists all.
func (s *Store) Members(ctx context.Context) ([]store.Member, error) {
	docs, err := all[member](ctx, s.d.on(membersName), bson.D{}, options.Find().SetSort(ascending("_id")))
	return convert(docs, err, member.give)
}

// NoteMemberSeen keeps the later of two times.
func (s *Store) NoteMemberSeen(ctx context.Context, id string, when time.Time) error {
	_, err := s.d.on(membersName).UpdateOne(ctx, named(id), bson.D{{Key: "$max", Value: bson.D{{Key: "seen", Value: ms(when)}}}})
	return failure(err)
}

type passkey struct {
	ID       string        `bson:"_id"`
	Member   string        `bson:"member"`
	Sealed   []byte        `bson:"sealed"`
	Created  bson.DateTime `bson:"created"`
	Used     bson.DateTime `bson:"used"` // the zero time if it never was
	Revision int           `bson:"revision"`
}

func (d passkey) give() store.Passkey {
	return store.Passkey{
		ID: d.ID, Member: d.Member, Sealed: d.Sealed, CreatedAt: at(d.Created), UsedAt: at(d.Used), Revision: d.Revision,
	}
}

func passkeyOf(p store.Passkey) passkey {
	return passkey{p.ID, p.Member, p.Sealed, ms(p.CreatedAt), ms(p.UsedAt), p.Revision}
}

// CreatePasskey adds one.
func (s *Store) CreatePasskey(ctx context.Context, p store.Passkey) error {
	return create(ctx, s.d.on(passkeysName), passkeyOf(p), store.ErrExists)
}

// PutPasskey writes one as it is.
func (s *Store) PutPasskey(ctx context.Context, p store.Passkey) error {
	return s.d.put(ctx, passkeysName, 1, func(int) (string, any) { return p.ID, passkeyOf(p) })
}

// UpdatePasskey is one compare-and-swap of the revision.
func (s *Store) UpdatePasskey(ctx context.Context, p store.Passkey) error {
	d := passkeyOf(p)
	swapped, err := s.d.swap(ctx, passkeysName, append(named(p.ID), bson.E{Key: "revision", Value: d.Revision}), bson.D{
		{Key: "member", Value: d.Member},
		{Key: "sealed", Value: d.Sealed},
		{Key: "created", Value: d.Created},
		{Key: "used", Value: d.Used},
		{Key: "revision", Value: d.Revision + 1},
	})
	if err != nil || swapped {
		return err
	}
	if _, err := s.Passkey(ctx, p.ID); err != nil {
		return err
	}
	return store.ErrTaken
}

// Passkey gives one.
func (s *Store) Passkey(ctx context.Context, id string) (store.Passkey, error) {
	doc, err := one[passkey](ctx, s.d.on(passkeysName), named(id))
	if err != nil {
		return store.Passkey{}, err
	}
	return doc.give(), nil
}

// PasskeysOf lists a member's.
func (s *Store) PasskeysOf(ctx context.Context, member string) ([]store.Passkey, error) {
	docs, err := all[passkey](ctx, s.d.on(passkeysName), bson.D{{Key: "member", Value: member}},
		options.Find().SetSort(ascending("created", "_id")))
	return convert(docs, err, passkey.give)
}

// DeletePasskey removes one.
func (s *Store) DeletePasskey(ctx context.Context, id string) error {
	_, err := s.d.on(passkeysName).DeleteOne(ctx, named(id))
	return failure(err)
}

type enrolment struct {
	Hash    string        `bson:"_id"`
	Member  string        `bson:"member"`
	Created bson.DateTime `bson:"created"`
	Expires bson.DateTime `bson:"expires"`
	Used    bson.DateTime `bson:"used"` // the zero time while it is good
}

// CreateEnrolment adds one.
func (s *Store) CreateEnrolment(ctx context.Context, e store.Enrolment) error {
	return create(ctx, s.d.on(enrolmentsName), enrolment{e.Hash, e.Member, ms(e.CreatedAt), ms(e.ExpiresAt), ms(e.UsedAt)}, store.ErrExists)
}

// Enrolment gives one, used or over as it may be.
func (s *Store) Enrolment(ctx context.Context, hash string) (store.Enrolment, error) {
	d, err := one[enrolment](ctx, s.d.on(enrolmentsName), named(hash))
	if err != nil {
		return store.Enrolment{}, err
	}
	return store.Enrolment{Hash: d.Hash, Member: d.Member, CreatedAt: at(d.Created), ExpiresAt: at(d.Expires), UsedAt: at(d.Used)}, nil
}

// UseEnrolment is one compare-and-swap, so that of any number of callers one succeeds.
func (s *Store) UseEnrolment(ctx context.Context, hash string, now time.Time) error {
	unused := append(named(hash), bson.E{Key: "used", Value: ms(time.Time{})})
	swapped, err := s.d.swap(ctx, enrolmentsName, unused, bson.D{{Key: "used", Value: ms(now)}})
	if err != nil || swapped {
		return err
	}
	if _, err := s.Enrolment(ctx, hash); err != nil {
		return err
	}
	return store.ErrExists
}

// DropEnrolments removes a member's.
func (s *Store) DropEnrolments(ctx context.Context, member string) error {
	return s.d.removeAll(ctx, enrolmentsName, "member", []string{member})
}

// ForgetEnrolments removes what ended long ago.
func (s *Store) ForgetEnrolments(ctx context.Context, before time.Time) error {
	_, err := s.d.on(enrolmentsName).DeleteMany(ctx, bson.D{{Key: "expires", Value: bson.D{{Key: "$lt", Value: ms(before)}}}})
	return failure(err)
}
