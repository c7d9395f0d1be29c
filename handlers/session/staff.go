package session

import (
	"context"
	"slices"

	"github.com/gofiber/fiber/v2"

	"candor/models"
	"candor/models/auth"
	"candor/models/ledger"
	"candor/models/staffact"
	"candor/models/store"
)

// Members says who is on the staff; *staff.Service does.
type Members interface {
	// Member gives one who is on the staff, as of now. The error is of kind models.NotFound or models.Gone if they are not.
	Member(ctx context.Context, id string) (models.Staff, error)
	// Seen keeps that a member's session was used just now.
	Seen(ctx context.Context, session store.Session) error
}

// Staff is the signed-in member of staff; the zero Staff if there is none.
func (v *Visitor) Staff() models.Staff { return v.staff }

// IsStaff says whether a member of staff is signed in.
func (v *Visitor) IsStaff() bool { return v.Staff().ID != "" }

// May says whether one of the visitor's roles has a permission, and it is not withheld for want of training.
func (v *Visitor) May(p auth.Permission) bool { return v.RoleFor(p) != "" && !v.withholds(p) }

// RoleFor is the role in which the visitor uses a permission; empty if none of theirs has it.
func (v *Visitor) RoleFor(p auth.Permission) string {
	roles := v.Staff().Roles
	i := slices.IndexFunc(roles, func(role string) bool { return auth.May(role, p) })
	if i < 0 {
		return ""
	}
	return roles[i]
}

// Actor is the visitor as the log names a member of staff.
func (v *Visitor) Actor() ledger.Actor {
	return ledger.Actor{Type: ledger.ActorStaff, ID: v.Staff().ID}
}

// By is the visitor as the log names whoever acts by a permission.
func (v *Visitor) By(p auth.Permission) staffact.By {
	return staffact.By{ID: v.staff.ID, Role: v.RoleFor(p), Auth: v.Session.Method}
}

// member finds the member of a session. Roles are read at each request, so that one that was taken away, or a member who
// left, is so at once; whoever is not on the staff any more has no session.
func (m *Middleware) member(c *fiber.Ctx, v *Visitor) error {
	member, err := m.cfg.Members.Member(c.UserContext(), v.Session.Staff)
	switch kind := models.KindOf(err); {
	case err == nil:
		v.staff = member
		_ = m.cfg.Members.Seen(c.UserContext(), v.Session) // a page does not fail because it was not noted when it was seen
		return nil
	case kind == models.NotFound || kind == models.Gone:
		v.Session, v.Secret, v.Ended = store.Session{}, "", true
		m.clear(c)
		return nil
	default:
		return err
	}
}
