package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"candor/models/auth"
	"candor/models/store"
)

// demoCard is demo.json: everything that somebody who tries the demo needs, secrets included.
type demoCard struct {
	BaseURL   string         `json:"base_url"`
	Operator  string         `json:"operator"`
	Customers []demoCustomer `json:"customers"`
	API       demoAPI        `json:"api"`
	Staff     []demoStaff    `json:"staff"`
	Log       demoLog        `json:"log"`
}

type demoCustomer struct {
	Ref  string `json:"ref"`
	Name string `json:"name"`
}

type demoAPI struct {
	ClientID     string `json:"client_id"`
	ClientSecret string `json:"client_secret"`
}

type demoStaff struct {
	Role  string `json:"role"`
	Email string `json:"email"`
}

type demoLog struct {
	Origin string `json:"origin"`
	VKey   string `json:"vkey"`
}

const cardName = "demo.json"

// readCard reads the one that an earlier run left; the zero card if there is none.
func readCard(dir string) (demoCard, error) {
	raw, err := os.ReadFile(filepath.Join(dir, cardName))
	if errors.Is(err, fs.ErrNotExist) {
		return demoCard{}, nil
	}
	if err != nil {
		return demoCard{}, fmt.Errorf("--data: %w", err)
	}
	var card demoCard
	if err := json.Unmarshal(raw, &card); err != nil {
		return demoCard{}, fmt.Errorf("--data: %s cannot be read; remove the folder to begin anew: %w", cardName, err)
	}
	return card, nil
}

// complete says whether an earlier run has filled the folder: the card is written last.
func (d *demoCard) complete() bool { return d.API.ClientID != "" && len(d.Customers) > 0 }

// fill adds what is missing.
func (d *demoCard) fill(ctx context.Context, p *program) error {
	if err := d.fillCustomers(ctx, p); err != nil {
		return err
	}
	if len(d.Staff) == 0 {
		for _, role := range auth.Roles() {
			d.Staff = append(d.Staff, demoStaff{Role: role, Email: demoEmail(role)})
		}
	}
	_, err := p.data.Client(ctx, d.API.ClientID)
	if err == nil {
		return nil
	}
	if !errors.Is(err, store.ErrNotFound) {
		return err
	}
	client, secret, err := p.auth.AddClient(ctx, "Demo billing system", auth.Scopes())
	if err != nil {
		return err
	}
	d.API = demoAPI{ClientID: client.ID, ClientSecret: secret}
	return p.demoClients(ctx)
}

// mostListed is how many customers the card names: the door and whoever tries the demo need no more.
const mostListed = 1_000

func (d *demoCard) fillCustomers(ctx context.Context, p *program) error {
	if len(d.Customers) > 0 {
		return nil
	}
	for after := ""; len(d.Customers) < mostListed; {
		page, err := p.billing.PageCustomers(ctx, after, 500)
		if err != nil || len(page) == 0 {
			return err
		}
		for _, c := range page {
			d.Customers = append(d.Customers, demoCustomer{Ref: c.Ref, Name: c.Name})
			after = c.Ref
		}
	}
	return nil
}

// write puts the card in place whole, readable by its owner alone.
func (d *demoCard) write(dir string) error {
	raw, err := json.MarshalIndent(d, "", "  ")
	if err != nil {
		return fmt.Errorf("write %s: %w", cardName, err)
	}
	temporary := filepath.Join(dir, cardName+".new")
	if err := os.WriteFile(temporary, append(raw, '\n'), 0o600); err != nil {
		return fmt.Errorf("write %s: %w", cardName, err)
	}
	if err := os.Rename(temporary, filepath.Join(dir, cardName)); err != nil {
		return fmt.Errorf("write %s: %w", cardName, err)
	}
	return nil
}

// say tells where to click.
func (d *demoCard) say(w io.Writer, dir string, customers int64) {
	fmt.Fprintf(w, `
Candor is running with %d invented customers of a %s company.

  Open        %s
  Sign in as  anybody on that page; %s has the most to see
  API         client and secret are in %s
  Verify      go run ./cmd/logverify --vkey '%s' %s/log

Stop it with Ctrl-C; starting it again keeps everything.
`, customers, d.Operator, d.BaseURL, d.Customers[0].Name, filepath.Join(dir, cardName), d.Log.VKey, d.BaseURL)
}
