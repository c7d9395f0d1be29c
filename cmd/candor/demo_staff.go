package main

import (
	"context"
	"errors"
	"fmt"

	"candor/models/auth"
	"candor/models/staff"
	"candor/models/staffact"
	"candor/models/store"
)

// demoNames are what the demo's members of staff are called, one for each role, and one more officer.
func demoNames() map[string]string {
	return map[string]string{
		auth.RoleLegalEditor: "Nadia Feld", auth.RoleLegalApprover: "Tomasz Wilk", auth.RolePrivacyOfficer: "Ingrid Solheim",
		auth.RoleAuditor: "Marc Delacroix", auth.RoleAdmin: "Sam Okafor", demoUntrained: "Anneli Korhonen",
	}
}

// demoEmail is the address of the demo's member who has a role.
func demoEmail(role string) string { return role + "@example.test" }

// demoStaff gives the ID of the demo's member who has a role, and makes them at first.
func (p *program) demoStaff(ctx context.Context, role string) (string, error) {
	id, roles := p.staff.AccountID("demo", role), []string{role}
	if role == demoUntrained {
		roles = []string{auth.RolePrivacyOfficer}
	}
	_, err := p.staff.Find(ctx, id)
	if errors.Is(err, staff.ErrUnknownMember) {
		_, err = p.staff.Add(ctx, staffact.By{Auth: auth.MethodDemo}, staff.Joining{
			ID: id, Name: demoNames()[role], Email: demoEmail(role), Origin: staff.OriginDemo, Roles: roles,
		})
	}
	if err != nil && !errors.Is(err, store.ErrExists) { // another was first
		return "", fmt.Errorf("make demo staff: %w", err)
	}
	return id, nil
}

// makeStaff makes a member for each role.
func (d *demonstration) makeStaff(ctx context.Context) error {
	for _, role := range auth.Roles() {
		if _, err := d.program.demoStaff(ctx, role); err != nil {
			return err
		}
	}
	return nil
}
