package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"candor/models"
	"candor/models/auth"
	"candor/models/editorial"
	"candor/models/training"
)

// demoUntrained is by what the door offers the privacy officer whose training has expired.
const demoUntrained = "untrained_officer"

// demoTrained says how many days ago each of the demo's staff did what staff must do. An administrator's renewal is near; of
// one officer the training has run out, and not the policies.
func demoTrained() map[string]int {
	return map[string]int{
		auth.RoleLegalEditor: 40, auth.RoleLegalApprover: 101, auth.RolePrivacyOfficer: 162, auth.RoleAuditor: 223, auth.RoleAdmin: 345,
		demoUntrained: 200,
	}
}

// expiredAgo is how many days ago the untrained officer passed the training.
const expiredAgo = 400

// demoPolicy is a new version of a policy that waits for its approver.
func demoPolicy() demoText {
	return demoText{kind: editorial.KindRequirement, key: "security_policy", then: policyInReview, added: map[string]string{
		"en": "**Nothing into other people’s machines.** Customers’ data never goes into translators, chat services or other sites that the company has not approved.",
		"de": "**Nichts in fremde Maschinen.** Daten von Kundinnen und Kunden kommen nie in Übersetzer, Chat-Dienste oder andere Seiten, die das Unternehmen nicht freigegeben hat.",
		"fr": "**Rien dans les machines d’autrui.** Les données des clients ne vont jamais dans un traducteur, un service de discussion ou un autre site que l’entreprise n’a pas approuvé.",
		"es": "**Nada en máquinas ajenas.** Los datos de la clientela nunca se introducen en traductores, servicios de chat u otros sitios que la empresa no haya aprobado.",
		"pl": "**Nic do cudzych maszyn.** Danych klientów nigdy nie wpisujemy do tłumaczy, czatów ani innych serwisów, których firma nie zatwierdziła.",
		"ar": "**لا شيء في آلات الغير.** لا تُدخَل بيانات العملاء أبدًا في مترجمات أو خدمات محادثة أو مواقع أخرى لم توافق عليها الشركة.",
	}}
}

// policyInReview waits for the approver, who says whether staff must acknowledge it again.
func policyInReview(ctx context.Context, m *demoMaking, e editorial.Edition) error {
	_, err := m.Submit(ctx, m.data, e.Ref, e.Revision, "A paragraph on machines of others. I think that everybody should acknowledge it again.")
	return err
}

// trainStaff has the demo's staff acknowledge every policy and pass every training that binds them, some time ago.
func (p *program) trainStaff(ctx context.Context) error {
	for who, days := range demoTrained() {
		id, err := p.demoStaff(ctx, who)
		if err != nil {
			return err
		}
		member, err := p.staff.Member(ctx, id)
		if err != nil {
			return fmt.Errorf("train the demo's staff: %w", err)
		}
		standings, err := p.training.Standings(ctx, member)
		if err != nil {
			return fmt.Errorf("train the demo's staff: %w", err)
		}
		for i, st := range standings {
			ago := days
			if who == demoUntrained && st.Requirement.Kind == training.Training {
				ago = expiredAgo
			}
			at := p.clock().AddDate(0, 0, -ago).Add(-time.Duration(i) * time.Hour)
			if err := p.train(ctx, member, st.Requirement, at); err != nil {
				return fmt.Errorf("train the demo's staff: %w", err)
			}
		}
	}
	return nil
}

func (p *program) train(ctx context.Context, member models.Staff, r training.Requirement, at time.Time) error {
	answers := map[string][]string{}
	for _, q := range r.Questions {
		for _, a := range q.Answers {
			if a.Right {
				answers[q.ID] = append(answers[q.ID], a.ID)
			}
		}
	}
	done, err := p.training.Attest(ctx, training.Attempt{
		Member: member, Key: r.Key, Answers: answers, Auth: auth.MethodDemo, OccurredAt: at,
		Shown: training.Shown{Version: r.Version, Locale: "en", SHA256: r.Hash("en"), Nonce: "demo"},
	})
	if err == nil && !done.Passed() {
		err = errors.New("a right answer is wrong")
	}
	return err
}
