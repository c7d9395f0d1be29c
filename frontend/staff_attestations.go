package frontend

import "candor/i18n"

// RoleCount is where those who have a role stand, counted over all that binds them.
type RoleCount struct {
	Role                  string
	Missing, Due, Current int64
}

// AttestationRow is where one member of staff stands on one requirement.
type AttestationRow struct {
	Name  string
	Roles []string
	Item  RequirementItem
}

// AttestationsPage is "/staff/attestations": who has acknowledged and passed what.
type AttestationsPage struct {
	Roles []RoleCount
	// Rows are in order: what is missing first.
	Rows []AttestationRow
	CSV  string
}

func (AttestationsPage) view() string { return "staff_attestations" }
func (AttestationsPage) nav() Nav     { return NavStaffTraining }

// roleBar is a role's bar in the picture: three parts of a box that is barLength long.
type roleBar struct {
	RoleCount

	Y                             int
	CurrentX, DueX, MissingX      int
	CurrentW, DueW, MissingW, All int
}

const (
	barLength  = 300
	barPitch   = 22
	barBreadth = 14
)

// trainingPicture is the drawing of who is current, role by role; words stand beside it.
type trainingPicture struct {
	Width, Height, Breadth int
	Bars                   []roleBar
}

// drawTraining draws a bar for each role to whom anything applies; nil if there is none. Where one reads from the right the
// bars begin there.
func drawTraining(roles []RoleCount, l *i18n.Localizer) *trainingPicture {
	p := &trainingPicture{Width: barLength, Breadth: barBreadth}
	for _, r := range roles {
		all := r.Current + r.Due + r.Missing
		if all == 0 {
			continue
		}
		b := roleBar{RoleCount: r, Y: len(p.Bars) * barPitch, All: int(all)}
		b.CurrentW, b.DueW = int(barLength*r.Current/all), int(barLength*r.Due/all)
		b.MissingW = int(barLength * r.Missing / all)
		b.DueX = b.CurrentW
		b.MissingX = barLength - b.MissingW
		if l.Dir() == "rtl" {
			b.CurrentX, b.DueX, b.MissingX = barLength-b.CurrentW, barLength-b.CurrentW-b.DueW, 0
		}
		p.Bars = append(p.Bars, b)
	}
	if len(p.Bars) == 0 {
		return nil
	}
	p.Height = len(p.Bars)*barPitch - (barPitch - barBreadth)
	return p
}
