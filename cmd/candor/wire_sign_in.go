package main

import (
	"context"

	"candor/models/billing"
	"candor/models/mail"
	"candor/models/signin"
	"candor/models/store"
	"candor/models/training"
)

// signInKeys are the keys of what is kept of addresses and accounts.
func (p *program) signInKeys() signin.Keys { return signin.Keys{Secret: p.keys.Secret} }

// emails is the index of addresses that people sign in by.
func (p *program) emails() *billing.Emails {
	keys := p.signInKeys()
	return &billing.Emails{Store: p.data, Key: keys.Email, Mark: keys.EmailMark()}
}

// openSignIn puts together the ways in beside one-time links. In the demo mail is shown, not sent.
func (p *program) openSignIn(context.Context) error {
	s := p.settings
	var sender mail.Sender
	switch {
	case s.ShowMail:
		p.demoMail = &mail.Shown{Clock: p.clock}
		sender = p.demoMail
	case s.SMTP != "":
		server, err := mail.NewSMTP(s.SMTP, s.MailFrom, nil)
		if err != nil {
			return err
		}
		sender = server
	}
	config := signin.Config{
		Auth: p.auth, Store: p.data, Profiles: p.billing, Keys: p.signInKeys(), Mail: sender != nil, Wake: func() { p.outbox.Wake() },
		OIDC: p.provider(), Staff: p.staffProvider(), StepUpAfter: s.StepUpAfter, BaseURL: s.BaseURL, Clock: p.clock, Logger: p.logger,
		Words: p.mailWords, Operator: p.operatorName,
	}
	p.signIn = signin.New(config)
	if sender != nil {
		p.outbox = mail.New(mail.Config{Store: p.data, Write: p.writeMail, Sender: sender, Clock: p.clock, Logger: p.logger})
	}
	return nil
}

// mailWords speaks a language in mails.
func (p *program) mailWords(locale string) mail.Words {
	return p.catalogue.Match("", locale).In(p.zone())
}

// writeMail puts together what a mail of the outbox says.
func (p *program) writeMail(ctx context.Context, m store.Mail) (mail.Message, error) {
	if m.Kind == training.MailKind {
		return p.reminders().Write(ctx, m)
	}
	return p.signIn.Write(ctx, m)
}

// provider is the company's own sign-in, if there is one.
func (p *program) provider() *signin.Provider {
	s := p.settings
	if s.OIDCIssuer == "" {
		return nil
	}
	return &signin.Provider{
		Issuer: s.OIDCIssuer, ClientID: s.OIDCClientID, ClientSecret: s.OIDCClientSecret, Claim: s.OIDCClaim,
		RedirectURL: s.BaseURL + "/sign-in/company/callback",
	}
}

// operatorName is what the company is called in a language.
func (p *program) operatorName(locale string) string {
	return p.brand().Name.In(p.catalogue.Match("", locale).Tag())
}

// serveSignIn sends mail and keeps the index of addresses whole, on one server for all.
func (p *program) serveSignIn(ctx context.Context) {
	p.once(ctx, "addresses", func(ctx context.Context) error {
		if err := p.billing.RebuildEmails(ctx); err != nil {
			return err
		}
		<-ctx.Done()
		return nil
	})
	if p.outbox != nil {
		p.once(ctx, "mail", p.outbox.Run)
		p.once(ctx, "reminders", p.reminders().Run)
	}
}

// forgetSignIns removes what was begun and never ended.
func (p *program) forgetSignIns(ctx context.Context) error {
	return p.data.ForgetSignIns(ctx, p.clock())
}
