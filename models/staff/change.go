package staff

import (
	"context"
	"errors"
	"net/mail"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"candor/models"
	"candor/models/auth"
	"candor/models/ledger"
	"candor/models/staffact"
	"candor/models/store"
)

const (
	idSize   = 12  // bytes: enough that ids never meet
	maxName  = 120 // characters
	maxEmail = 254 // bytes, RFC 5321, section 4.5.3.1.3
)

// Joining is who comes to the staff.
type Joining struct {
	// ID is drawn if it is empty.
	ID                  string
	Name, Email, Origin string
	Roles               []string
}

// Add puts somebody on the staff. The error names what is wrong with them, or is store.ErrExists if the ID is taken.
func (s *Service) Add(ctx context.Context, by staffact.By, j Joining) (Member, error) {
	j.Name, j.Email = strings.TrimSpace(j.Name), strings.TrimSpace(j.Email)
	roles, err := valid(j)
	if err != nil {
		return Member{}, err
	}
	if j.ID == "" {
		if j.ID, err = s.draw(idSize); err != nil {
			return Member{}, err
		}
	}
	m := store.Member{ID: j.ID, Origin: j.Origin, Roles: roles, CreatedAt: s.cfg.Clock().UTC().Truncate(time.Millisecond)}
	if m.Sealed, err = s.seal(ctx, m.ID, person{j.Name, j.Email}); err != nil {
		return Member{}, err
	}
	o, err := s.owe(by, ledger.StaffAdded, listed(roles))
	if err != nil {
		return Member{}, err
	}
	if m.Owed, err = writeOwed([]owed{o}); err != nil {
		return Member{}, err
	}
	if err := s.cfg.Store.CreateMember(ctx, m); err != nil {
		return Member{}, models.Wrap("add a member of staff", err)
	}
	if m, err = s.settle(ctx, m); err != nil {
		return Member{}, err
	}
	return s.open(ctx, m)
}

func valid(j Joining) (roles []string, err error) {
	if j.Name == "" || utf8.RuneCountInString(j.Name) > maxName || strings.ContainsFunc(j.Name, func(r rune) bool { return r < ' ' }) {
		return nil, ErrBadName
	}
	if a, err := mail.ParseAddress(j.Email); err != nil || a.Address != j.Email || len(j.Email) > maxEmail {
		return nil, ErrBadEmail
	}
	return validRoles(j.Roles)
}

// validRoles gives roles in the order of the table, each once.
func validRoles(asked []string) (roles []string, err error) {
	for _, role := range asked {
		if !slices.Contains(auth.Roles(), role) {
			return nil, ErrUnknownRole
		}
	}
	for _, role := range auth.Roles() {
		if slices.Contains(asked, role) {
			roles = append(roles, role)
		}
	}
	if len(roles) == 0 {
		return nil, ErrNoRole
	}
	return roles, nil
}

// listed is roles as the log names them.
func listed(roles []string) string { return strings.Join(roles, ",") }

// SetRoles gives a member other roles: ErrOneself, ErrRolesElsewhere, ErrLastAdmin, ErrEnded.
func (s *Service) SetRoles(ctx context.Context, by staffact.By, id string, asked []string) error {
	roles, err := validRoles(asked)
	if err != nil {
		return err
	}
	if by.ID == id {
		return ErrOneself
	}
	return s.change(ctx, by, id, ledger.StaffChanged, func(m *store.Member) error {
		if m.Origin == OriginOIDC {
			return ErrRolesElsewhere
		}
		m.Roles = roles
		return nil
	})
}

// End takes a member off the staff and signs them out everywhere: ErrOneself, ErrLastAdmin, ErrEnded. Who signs in with
// passkeys is off it for good; whom the company vouches for can be let back by Reopen.
func (s *Service) End(ctx context.Context, by staffact.By, id string) error {
	if by.ID == id {
		return ErrOneself
	}
	err := s.change(ctx, by, id, ledger.StaffRemoved, func(m *store.Member) error {
		m.EndedAt = s.cfg.Clock().UTC().Truncate(time.Millisecond)
		return nil
	})
	if err != nil {
		return err
	}
	// From here on nobody is let in as them, whatever fails below.
	return errors.Join(s.endSessions(ctx, id), models.Wrap("drop enrolments", s.cfg.Store.DropEnrolments(ctx, id)))
}

// Reopen puts somebody back on the staff for whom the company's own sign-in vouches; what their roles are it says when they
// come. Others are added anew, with passkeys of now: ErrEnded. Who is on the staff stays on it.
func (s *Service) Reopen(ctx context.Context, by staffact.By, id string) error {
	for range changeTries {
		before, err := s.settled(ctx, id)
		switch {
		case err != nil:
			return err
		case before.EndedAt.IsZero():
			return nil
		case before.Origin != OriginOIDC:
			return ErrEnded
		}
		after := before
		after.EndedAt = time.Time{}
		if err := s.replace(ctx, by, ledger.StaffAdded, before, after); !errors.Is(err, store.ErrTaken) {
			return err
		}
	}
	return errBusy
}

// errBusy: others changed the member each time.
var errBusy = models.Fail(models.Unavailable, "unavailable").Because(errors.New("others changed this member of staff at the same time"))

// changeTries is how often a change begins anew because others were first.
const changeTries = 8

// change alters a member who is on the staff, and has the log say so before it counts. An alteration that changes nothing
// is done, and is not in the log.
func (s *Service) change(ctx context.Context, by staffact.By, id, kind string, alter func(*store.Member) error) error {
	for range changeTries {
		before, err := s.settled(ctx, id)
		if err != nil {
			return err
		}
		if !before.EndedAt.IsZero() {
			return ErrEnded
		}
		after := before
		if err := alter(&after); err != nil {
			return err
		}
		if slices.Equal(after.Roles, before.Roles) && after.EndedAt.Equal(before.EndedAt) && slices.Equal(after.Sealed, before.Sealed) {
			return nil
		}
		err = s.replace(ctx, by, kind, before, after)
		if !errors.Is(err, store.ErrTaken) {
			return err
		}
	}
	return errBusy
}

// replace writes a change with what is owed of it; store.ErrTaken if another was first.
func (s *Service) replace(ctx context.Context, by staffact.By, kind string, before, after store.Member) error {
	lessAdmin := keepsStaff(before) && !keepsStaff(after)
	if lessAdmin {
		if err := s.anotherAdmin(ctx, before.ID); err != nil {
			return err
		}
	}
	list, err := readOwed(before.Owed)
	if err != nil {
		return err
	}
	o, err := s.owe(by, kind, listed(after.Roles))
	if err != nil {
		return err
	}
	if after.Owed, err = writeOwed(append(list, o)); err != nil {
		return err
	}
	if err := s.cfg.Store.UpdateMember(ctx, after); err != nil {
		return models.Wrap("write a member of staff", err)
	}
	after.Revision++
	if lessAdmin { // two admins may have let each other go at the same moment: then neither counts
		if err := s.anotherAdmin(ctx, before.ID); err != nil {
			return errors.Join(err, s.takeBack(ctx, before, after))
		}
	}
	_, err = s.settle(ctx, after)
	return err
}

// takeBack undoes a change of which nothing is in the log yet; one that is there already is followed by another.
func (s *Service) takeBack(ctx context.Context, before, after store.Member) error {
	before.Revision = after.Revision
	err := s.cfg.Store.UpdateMember(ctx, before)
	if !errors.Is(err, store.ErrTaken) {
		return models.Wrap("write a member of staff", err)
	}
	now, err := s.settled(ctx, before.ID)
	if err != nil {
		return err
	}
	back := now
	back.Roles, back.EndedAt = before.Roles, before.EndedAt
	o, err := s.owe(staffact.By{}, ledger.StaffChanged, listed(back.Roles))
	if err != nil {
		return err
	}
	if back.Owed, err = writeOwed([]owed{o}); err != nil {
		return err
	}
	return models.Wrap("write a member of staff", s.cfg.Store.UpdateMember(ctx, back))
}

// keepsStaff says whether a member can let others in.
func keepsStaff(m store.Member) bool {
	return m.EndedAt.IsZero() && slices.ContainsFunc(m.Roles, func(role string) bool { return auth.May(role, auth.ManageStaff) })
}

// anotherAdmin is ErrLastAdmin if nobody but one can let others in.
func (s *Service) anotherAdmin(ctx context.Context, but string) error {
	list, err := s.cfg.Store.Members(ctx)
	if err != nil {
		return models.Wrap("list staff", err)
	}
	if slices.ContainsFunc(list, func(m store.Member) bool { return m.ID != but && keepsStaff(m) }) {
		return nil
	}
	return ErrLastAdmin
}
