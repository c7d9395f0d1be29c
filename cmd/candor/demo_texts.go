package main

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"candor/models/auth"
	"candor/models/editorial"
	"candor/models/ledger"
	"candor/models/notice/checklist"
)

// demoText is what is being done to one text while somebody looks at the demo: paragraphs that it is to get.
type demoText struct {
	kind  string // that of a notice if empty
	key   string
	added map[string]string // by language
	then  func(ctx context.Context, m *demoMaking, e editorial.Edition) error
}

// demoMaking is the workflow with a clock of its own, so that what is said to have been done took some days.
type demoMaking struct {
	*editorial.Service

	now                  time.Time
	editor, lawyer, data editorial.By
	zone, operator       string
}

// makeTexts brings notices into several states.
func (d *demonstration) makeTexts(ctx context.Context) error {
	p := d.program
	m := &demoMaking{now: p.clock().AddDate(0, 0, -9), zone: p.datamap.Current().Operator.TimeZone, operator: d.card.Operator}
	m.Service = editorial.New(editorial.Config{Store: p.data, Log: p.log, Kinds: p.kinds(), Clock: m.tick, Logger: p.logger})
	for role, by := range map[string]*editorial.By{
		auth.RoleLegalEditor: &m.editor, auth.RoleLegalApprover: &m.lawyer, auth.RolePrivacyOfficer: &m.data,
	} {
		id, err := p.demoStaff(ctx, role)
		if err != nil {
			return err
		}
		*by = editorial.By{Actor: ledger.Actor{Type: ledger.ActorStaff, ID: id}, Role: role}
	}
	for _, text := range append(demoTexts(), demoPolicy()) {
		if err := m.make(ctx, text); err != nil {
			return fmt.Errorf("write %s: %w", text.key, err)
		}
	}
	return nil
}

// tick lets some time pass with each look at the clock, and never more than there is.
func (m *demoMaking) tick() time.Time {
	if next := m.now.Add(97 * time.Minute); next.Before(time.Now()) {
		m.now = next
	}
	return m.now
}

// make writes one, unless it was begun before: a notice as legal does, and what staff must know as the privacy officer does.
func (m *demoMaking) make(ctx context.Context, text demoText) error {
	kind, writer := cmp.Or(text.kind, editorial.KindNotice), m.editor
	if kind == editorial.KindRequirement {
		writer = m.data
	}
	if there, err := m.EditionsOf(ctx, kind, text.key); err != nil || len(there) > 0 {
		return err
	}
	e, err := m.Start(ctx, writer, kind, text.key)
	if err != nil {
		return err
	}
	content, err := m.Content(ctx, e.Ref, 0)
	if err != nil {
		return err
	}
	// The English text first, and then who translates it.
	languages := append([]string{"en"}, slices.DeleteFunc(slices.Sorted(maps.Keys(text.added)), func(l string) bool { return l == "en" })...)
	for _, language := range languages {
		part := language + "/body"
		saved, err := m.Save(ctx, writer, e.Ref, e.Revision, map[string]string{part: content[part] + "\n" + text.added[language] + "\n"})
		if err != nil {
			return err
		}
		e = saved.Edition
	}
	if kind == editorial.KindNotice {
		if e, err = m.place(ctx, e); err != nil {
			return err
		}
	}
	return text.then(ctx, m, e)
}

// place says where a notice says what the law wants said.
func (m *demoMaking) place(ctx context.Context, e editorial.Edition) (editorial.Edition, error) {
	part, err := demoChecklist(m.operator, e.Key).Write()
	if err != nil {
		return e, err
	}
	saved, err := m.Save(ctx, m.editor, e.Ref, e.Revision, map[string]string{checklist.Part: part})
	return saved.Edition, err
}

func demoTexts() []demoText {
	return []demoText{
		{key: "partner_sharing", then: inReview, added: map[string]string{
			"en": "**What is new.** From this version on, insurance companies may receive the same details too, to make you an offer that fits.",
			"de": "**Was neu ist.** Ab dieser Fassung dürfen auch Versicherungen dieselben Angaben bekommen, um Ihnen ein passendes Angebot zu machen.",
			"fr": "**Ce qui change.** À partir de cette version, des assureurs peuvent aussi recevoir les mêmes informations, pour vous faire une offre adaptée.",
			"es": "**Qué cambia.** A partir de esta versión, también las aseguradoras pueden recibir los mismos datos, para hacerle una oferta adecuada.",
			"pl": "**Co nowego.** Od tej wersji te same dane mogą otrzymywać także ubezpieczyciele, aby przedstawić Państwu odpowiednią ofertę.",
			"ar": "**الجديد.** ابتداءً من هذا الإصدار يجوز أن تتلقى شركات التأمين البيانات نفسها أيضًا، لتقدم لك عرضًا مناسبًا.",
		}},
		{key: "marketing_email", then: scheduled, added: map[string]string{
			"en": "**What is new.** From this version on, every e-mail says at the top why you receive it, and the link to withdraw stands there too.",
			"de": "**Was neu ist.** Ab dieser Fassung steht am Anfang jeder E-Mail, warum Sie sie bekommen; dort steht auch der Link zum Widerrufen.",
			"fr": "**Ce qui change.** À partir de cette version, chaque e-mail indique en tête pourquoi vous le recevez ; le lien pour retirer votre accord s’y trouve aussi.",
			"es": "**Qué cambia.** A partir de esta versión, cada correo dice al principio por qué lo recibe; ahí está también el enlace para retirar su consentimiento.",
			"pl": "**Co nowego.** Od tej wersji każdy e-mail mówi na początku, dlaczego go Państwo otrzymują; tam jest też link do wycofania zgody.",
			"ar": "**الجديد.** ابتداءً من هذا الإصدار تبيّن كل رسالة في أولها سبب وصولها إليك، وهناك أيضًا رابط سحب الموافقة.",
		}},
		{key: "privacy", then: approved, added: map[string]string{
			"en": "**Where to complain.** You can complain to the supervisory authority of the country where you live, where you work, or where you think the law was broken.",
			"de": "**Wo Sie sich beschweren können.** Sie können sich bei der Aufsichtsbehörde des Landes beschweren, in dem Sie leben, in dem Sie arbeiten oder in dem das Recht Ihrer Meinung nach verletzt wurde.",
			"fr": "**Où déposer une réclamation.** Vous pouvez saisir l’autorité de contrôle du pays où vous vivez, où vous travaillez, ou dans lequel vous pensez que le droit n’a pas été respecté.",
			"es": "**Dónde reclamar.** Puede presentar una reclamación ante la autoridad de control del país donde vive, donde trabaja o donde cree que se ha infringido la ley.",
			"pl": "**Gdzie złożyć skargę.** Skargę można złożyć do organu nadzorczego kraju, w którym Państwo mieszkają, pracują lub w którym, Państwa zdaniem, naruszono prawo.",
			"ar": "**أين تشتكي.** يمكنك تقديم شكوى إلى السلطة الرقابية في البلد الذي تعيش فيه، أو تعمل فيه، أو ترى أن القانون خولف فيه.",
		}},
		{key: "usage_analytics", then: discussed, added: map[string]string{
			"en": "**What is new.** From this version on we also compare your usage with that of similar customers, without names.",
			"de": "**Was neu ist.** Ab dieser Fassung vergleichen wir Ihre Nutzung auch mit der ähnlicher Kundinnen und Kunden, ohne Namen.",
			"pl": "**Co nowego.** Od tej wersji Państwa dane o użytkowaniu porównujemy także z danymi podobnych klientów, bez nazwisk.",
		}},
		{key: "special_support", then: returned, added: map[string]string{
			"en": "**How to tell us.** A call or a letter is enough; we need no doctor’s certificate.",
		}},
	}
}

// inReview waits for the approver.
func inReview(ctx context.Context, m *demoMaking, e editorial.Edition) error {
	if _, err := m.Comment(ctx, m.lawyer, e.Ref, "fr/body", "Is “assureurs” clear enough, or should it say “compagnies d’assurance”?"); err != nil {
		return err
	}
	e, err := m.Comment(ctx, m.editor, e.Ref, "fr/body", "It is the usual word; I would keep it.")
	if err != nil {
		return err
	}
	_, err = m.Submit(ctx, m.editor, e.Ref, e.Revision, "Insurance companies are new recipients. I think that this is material.")
	return err
}

// approved waits for a date.
func approved(ctx context.Context, m *demoMaking, e editorial.Edition) error {
	_, err := m.approve(ctx, e, "The paragraph on complaints, in the words of Article 77.")
	return err
}

func (m *demoMaking) approve(ctx context.Context, e editorial.Edition, why string) (editorial.Edition, error) {
	e, err := m.Submit(ctx, m.editor, e.Ref, e.Revision, why)
	if err != nil {
		return e, err
	}
	return m.Approve(ctx, m.lawyer, e.Ref, e.Revision, editorial.Terms{Note: "Nothing changes for whoever has agreed."})
}

// scheduled takes effect on the first of the month after next.
func scheduled(ctx context.Context, m *demoMaking, e editorial.Edition) error {
	e, err := m.approve(ctx, e, "Says at the top of each e-mail why it was sent.")
	if err != nil {
		return err
	}
	first := time.Date(m.now.Year(), m.now.Month()+2, 1, 0, 0, 0, 0, time.UTC)
	_, err = m.Schedule(ctx, m.lawyer, e.Ref, e.Revision, editorial.When{Local: first.Format(time.DateOnly), Zone: m.zone})
	return err
}

// discussed is not finished: three languages lag behind the English text.
func discussed(ctx context.Context, m *demoMaking, e editorial.Edition) error {
	_, err := m.Comment(ctx, m.data, e.Ref, "en/body", "“Similar customers”: please say in one sentence how they are chosen.")
	return err
}

// returned came back from the approver.
func returned(ctx context.Context, m *demoMaking, e editorial.Edition) error {
	e, err := m.Submit(ctx, m.editor, e.Ref, e.Revision, "")
	if err != nil {
		return err
	}
	_, err = m.Return(ctx, m.lawyer, e.Ref, e.Revision, "Please ask customer service first: today they do want a certificate.")
	return err
}
