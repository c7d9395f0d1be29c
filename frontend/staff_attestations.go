package frontend

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

// roleBar is a role's bar in the table: three parts, one behind the other, of a box that is Length long.
type roleBar struct {
	RoleCount

	Length int
	Parts  []barPart
}

// barPart is one part of it.
type barPart struct {
	State    RequirementState
	X, Width int
}

const barLength = 300

// roleBars draws a bar for each role that anything binds.
func roleBars(roles []RoleCount) []roleBar {
	var bars []roleBar
	for _, r := range roles {
		all := r.Current + r.Due + r.Missing
		if all == 0 {
			continue
		}
		b := roleBar{RoleCount: r, Length: barLength}
		x, done := 0, int64(0)
		for _, part := range []struct {
			state RequirementState
			count int64
		}{{RequirementCurrent, r.Current}, {RequirementDue, r.Due}, {RequirementMissing, r.Missing}} {
			done += part.count
			end := int(barLength * done / all)
			b.Parts = append(b.Parts, barPart{part.state, x, end - x})
			x = end
		}
		bars = append(bars, b)
	}
	return bars
}
