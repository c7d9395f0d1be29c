package access

import (
	"context"
	"errors"
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"candor/models"
	"candor/models/auth"
	"candor/models/ledger"
	"candor/models/sequencer"
)

// How often one member may search.
const (
	searchesWindow = 10 * time.Minute
	searchesMost   = 30
	searchesDay    = 200 // in 24 hours
)

// household is how many customers one address is looked up for at most.
const household = 20

// Found is a customer as whoever searched may see them before they have given a reason.
type Found struct {
	Ref string
	// Name is masked: enough to choose between those who share an address.
	Name string
}

var reference = regexp.MustCompile(`^[A-Za-z0-9._:-]{1,128}$`)

// Search finds a customer by their reference, or those with exactly this e-mail address on file; nothing else, and
// nobody is listed. A search that finds nobody is in the log, without what was typed: an address is nobody's to keep.
// Its errors are ErrNotAllowed, ErrTooMany, and Invalid for what is neither.
func (s *Service) Search(ctx context.Context, by By, wanted string) ([]Found, error) {
	if !mayBegin(by) {
		return nil, ErrNotAllowed
	}
	wanted = strings.TrimSpace(wanted)
	key, what := "", "reference"
	if strings.Contains(wanted, "@") {
		key, what = s.cfg.Email(wanted), "email"
	}
	if key == "" && !reference.MatchString(wanted) {
		return nil, models.Fail(models.Invalid, "bad_search").In("customer")
	}
	for within, most := range map[time.Duration]int{searchesWindow: searchesMost, 24 * time.Hour: searchesDay} {
		if err := s.limited(ctx, "search "+within.String(), by, most, within); err != nil {
			return nil, err
		}
	}
	refs := []string{wanted}
	if key != "" {
		var err error
		if refs, err = s.cfg.Index.CustomersOfEmail(ctx, key, household); err != nil {
			return nil, models.Wrap("find address", err)
		}
	}
	found, err := s.found(ctx, refs, key)
	if err != nil || len(found) > 0 {
		return found, err
	}
	return nil, s.foundNobody(ctx, by, what)
}

// found looks each up: the index may be behind what is on file.
func (s *Service) found(ctx context.Context, refs []string, key string) ([]Found, error) {
	var out []Found
	for _, ref := range refs {
		p, err := s.cfg.Profiles.Customer(ctx, ref)
		if errors.Is(err, models.ErrUnknownCustomer) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if key == "" || s.cfg.Email(p.Email) == key {
			out = append(out, Found{Ref: p.Ref, Name: Initials(p.Name)})
		}
	}
	return out, nil
}

func (s *Service) foundNobody(ctx context.Context, by By, what string) error {
	_, err := s.cfg.Log.Append(ctx, sequencer.Event{Propose: func(sequencer.Position) (ledger.Detail, error) {
		return ledger.Detail{
			Kind: ledger.StaffSearched, Actor: actor(by), Channel: ledger.ChannelWeb, Auth: by.Auth, Role: beginsAs(by),
			About: &ledger.About{Type: "customer", Key: what},
		}, nil
	}})
	return models.Wrap("note who searched", err)
}

// mayBegin says whether they may look somebody up, or ask to.
func mayBegin(by By) bool { return by.May(auth.LookUp) || by.May(auth.BreakGlass) }

// beginsAs is the role in which they do.
func beginsAs(by By) string {
	if by.May(auth.LookUp) {
		return by.as(auth.LookUp)
	}
	return by.as(auth.BreakGlass)
}

func actor(by By) ledger.Actor { return ledger.Actor{Type: ledger.ActorStaff, ID: by.ID} }

// Initials leave of a name what tells those who share an address apart, and not how long it is.
func Initials(name string) string {
	var out []string
	for _, word := range strings.FieldsFunc(name, unicode.IsSpace) {
		first, _ := utf8.DecodeRuneInString(word)
		out = append(out, string(first)+"•••")
	}
	return strings.Join(out, " ")
}
