package signin

import (
	"context"
	"errors"
	"strings"
	"unicode/utf8"

	"candor/models"
	"candor/models/auth"
	"candor/models/billing"
	"candor/models/store"
)

// Person is one of those who share an address, as far as the others may see.
type Person struct {
	// Choice stands for them in this one form.
	Choice string
	// Name is its beginning, Number the end of their customer number.
	Name, Number string
}

// People are those whom a browser that has proved an address may go on as. ErrCodeOver if it has not, or too long ago.
func (s *Service) People(ctx context.Context, secret string) ([]Person, error) {
	_, holders, err := s.provedHolders(ctx, secret)
	if err != nil {
		return nil, err
	}
	out := make([]Person, len(holders))
	for i, h := range holders {
		number := h.CustomerNumber
		if number == "" {
			number = h.Ref
		}
		out[i] = Person{Choice: s.cfg.Keys.of("person "+secret, h.Ref), Name: beginning(h.Name), Number: ending(number)}
	}
	return out, nil
}

func (s *Service) provedHolders(ctx context.Context, secret string) (store.Challenge, []billing.Profile, error) {
	c, err := s.pending(ctx, secret, kindPeople)
	if errors.Is(err, store.ErrNotFound) {
		return c, nil, ErrCodeOver
	}
	if err != nil {
		return c, nil, models.Wrap("read challenge", err)
	}
	holders, err := s.holders(ctx, c.Subject)
	return c, holders, err
}

// EnterAs goes on as one of them: ErrNotOffered if the choice stands for nobody.
func (s *Service) EnterAs(ctx context.Context, secret, choice string) (Entered, error) {
	c, holders, err := s.provedHolders(ctx, secret)
	if err != nil {
		return Entered{}, err
	}
	for _, h := range holders {
		if same(s.cfg.Keys.of("person "+secret, h.Ref), choice) {
			if err := s.end(ctx, c); err != nil {
				return Entered{}, err
			}
			return s.enter(ctx, h.Ref, auth.MethodCode, c.Target)
		}
	}
	return Entered{}, ErrNotOffered
}

// beginning shows the first letter of each part of a name.
func beginning(name string) string {
	parts := strings.Fields(name)
	for i, part := range parts {
		r, _ := utf8.DecodeRuneInString(part)
		parts[i] = string(r) + "…"
	}
	return strings.Join(parts, " ")
}

// shownEnd is how many characters of a customer number tell one person of a household from another.
const shownEnd = 4

// ending shows the end of a number, and of a short one no more than half.
func ending(number string) string {
	runes := []rune(number)
	return "…" + string(runes[len(runes)-min(shownEnd, len(runes)/2):])
}
