package main

import (
	"context"
	"fmt"

	"candor/models/auth"
	"candor/models/datamap"
	"candor/models/editorial"
	"candor/models/ledger"
	"candor/models/published"
)

// makeMapDraft has the privacy officer propose a change of the data map that waits for an approver.
func (d *demonstration) makeMapDraft(ctx context.Context) error {
	const part = datamap.Purposes + "/marketing_email"
	p := d.program
	there, err := p.editorial.EditionsOf(ctx, editorial.KindDataMap, published.Key)
	if err != nil || len(there) > 0 {
		return err
	}
	id, err := p.demoStaff(ctx, auth.RolePrivacyOfficer)
	if err != nil {
		return err
	}
	officer := editorial.By{Actor: ledger.Actor{Type: ledger.ActorStaff, ID: id}, Role: auth.RolePrivacyOfficer}
	e, err := p.editorial.Start(ctx, officer, editorial.KindDataMap, published.Key)
	if err != nil {
		return fmt.Errorf("draft a data map: %w", err)
	}
	m := p.datamap.Current()
	form := m.Element(part)
	form["renewal"] = []string{"P12M"}
	for tag, text := range map[string]string{
		"en": "You get our offers by e-mail, once a month at most.", "de": "Sie bekommen unsere Angebote per E-Mail, höchstens einmal im Monat.",
		"fr": "Vous recevez nos offres par e-mail, une fois par mois au plus.", "es": "Recibe nuestras ofertas por correo, una vez al mes como máximo.",
		"pl": "Otrzymują Państwo nasze oferty e-mailem, najwyżej raz w miesiącu.", "ar": "تصلك عروضنا بالبريد الإلكتروني مرة في الشهر على الأكثر.",
	} {
		form["on."+tag] = []string{text}
	}
	text, err := m.Edit(part, form)
	if err != nil {
		return fmt.Errorf("draft a data map: %w", err)
	}
	saved, err := p.editorial.Save(ctx, officer, e.Ref, e.Revision, map[string]string{part: text})
	if err != nil {
		return fmt.Errorf("draft a data map: %w", err)
	}
	_, err = p.editorial.Submit(ctx, officer, e.Ref, saved.Revision, "Asked anew every year, as the works council and the authority suggested.")
	return err
}
