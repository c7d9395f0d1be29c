package billing

import (
	"context"
	"errors"
	"regexp"
	"strings"
	"time"

	"golang.org/x/text/language"

	"candor/models"
	"candor/models/store"
)

// Profile is a customer and how to reach them. Its personal members are kept as the record
// models.ProfileID of the categories identity and contact.
type Profile struct {
	models.Customer
	Name           string // identity
	CustomerNumber string // identity
	Email          string // contact
	Phone          string // contact
	Address        string // contact
}

// profileSource is the source of the records that a profile makes.
const profileSource = "billing"

// The categories that hold a profile.
const (
	Identity = "identity"
	contact  = "contact"
)

// profileFields are the fields in which a profile's members are kept, under the members' own names.
var profileFields = map[string][]string{
	Identity: {"name", "customer_number"},
	contact:  {"email", "phone", "address"},
}

func (p *Profile) member(name string) *string {
	switch name {
	case "name":
		return &p.Name
	case "customer_number":
		return &p.CustomerNumber
	case "email":
		return &p.Email
	case "phone":
		return &p.Phone
	}
	return &p.Address
}

// PutCustomer writes a profile whole: a member that is empty is no longer held. Ref alone is required.
func (s *Service) PutCustomer(ctx context.Context, p Profile) error {
	if err := s.rules().checkProfile(&p); err != nil {
		return err
	}
	b := s.newBatch()
	b.putProfile(p)
	return models.Wrap("put customer", b.flush(ctx))
}

// DeleteCustomer removes everything that is held about a customer: every record with its documents, and the profile. Their
// reference stays known, because the log and its keys do: what they chose stands, can be proved, and binds whoever sends
// their data again. Erasure, which destroys keys, is another thing. Deleting again is no error.
func (s *Service) DeleteCustomer(ctx context.Context, ref string) error {
	if err := checkReference("ref", ref); err != nil {
		return err
	}
	if err := s.known(ctx, ref); err != nil {
		return err
	}
	if err := s.deleteRecords(ctx, ref, "", ""); err != nil {
		return err
	}
	bare := models.Customer{Ref: ref, UpdatedAt: toMillisecond(s.clock())}
	return models.Wrap("delete customer", s.customers.PutCustomers(ctx, []models.Customer{bare}))
}

// profileRecords are the records of a profile; one of which nothing is held has no Fields at all.
func (s *Service) profileRecords(p Profile, now time.Time) []models.Record {
	var out []models.Record
	for _, category := range []string{Identity, contact} {
		r := models.Record{
			Customer: p.Ref, Category: category, ID: models.ProfileID,
			OccurredAt: now, Source: profileSource,
		}
		for _, field := range profileFields[category] {
			if value := *p.member(field); value != "" {
				if r.Fields == nil {
					r.Fields = map[string]string{}
				}
				r.Fields[field] = value
			}
		}
		out = append(out, r)
	}
	return out
}

var jurisdictionPattern = regexp.MustCompile(`^[A-Z]{2}(-[A-Z0-9]{1,3})?$`)

func (in rules) checkProfile(p *Profile) error {
	if err := checkReference("ref", p.Ref); err != nil {
		return err
	}
	if p.Locale != "" && !isLanguageTag(p.Locale) {
		return invalid(codeBadLocale, "locale")
	}
	if p.Jurisdiction != "" && !isJurisdiction(p.Jurisdiction) {
		return invalid(codeBadJurisdiction, "jurisdiction")
	}
	for _, category := range []string{Identity, contact} {
		for _, name := range profileFields[category] {
			if err := in.checkMember(category, name, p.member(name)); err != nil {
				return err
			}
		}
	}
	if p.Email != "" && !isEmail(p.Email) {
		return invalid(codeBadEmail, "email")
	}
	return nil
}

// checkMember holds a member to the rules of the field that keeps it.
func (in rules) checkMember(category, name string, value *string) error {
	if *value == "" {
		return nil
	}
	c, ok := in.declared.Category(category)
	if !ok {
		return invalid(codeUndeclaredField, name)
	}
	f, ok := c.Field(name)
	if !ok {
		return invalid(codeUndeclaredField, name)
	}
	kept, err := checkValue(name, f, *value)
	*value = kept
	return err
}

func isLanguageTag(s string) bool {
	if len(s) > 35 { // RFC 5646, section 4.4.1
		return false
	}
	_, err := language.Parse(s)
	var unknown language.ValueError // well-formed, of subtags that nobody registered
	return err == nil || errors.As(err, &unknown)
}

func isJurisdiction(s string) bool {
	if !jurisdictionPattern.MatchString(s) {
		return false
	}
	region, err := language.ParseRegion(s[:2])
	return err == nil && region.IsCountry() && region.String() == s[:2]
}

// isEmail looks for what a typing error breaks. Whether mail arrives only sending some can tell.
func isEmail(s string) bool {
	local, domain, ok := strings.Cut(s, "@")
	return ok && local != "" && domain != "" && len(s) <= 254 &&
		!strings.ContainsAny(domain, "@") && !strings.ContainsAny(s, " \t\r\n<>,;") &&
		!strings.HasPrefix(domain, ".") && !strings.HasSuffix(domain, ".")
}

// Customer gives a profile, or models.ErrUnknownCustomer. Members whose key was destroyed are empty.
func (s *Service) Customer(ctx context.Context, ref string) (Profile, error) {
	c, err := s.customers.Customer(ctx, ref)
	if errors.Is(err, store.ErrNotFound) {
		return Profile{}, models.ErrUnknownCustomer
	}
	if err != nil {
		return Profile{}, models.Wrap("find customer", err)
	}
	return s.profile(ctx, c)
}

// PageCustomers gives up to limit profiles with a Ref greater than after, in order.
func (s *Service) PageCustomers(ctx context.Context, after string, limit int) ([]Profile, error) {
	page, err := s.customers.PageCustomers(ctx, after, limit)
	if err != nil {
		return nil, models.Wrap("list customers", err)
	}
	out := make([]Profile, 0, len(page))
	for _, c := range page {
		p, err := s.profile(ctx, c)
		if err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, nil
}

func (s *Service) profile(ctx context.Context, c models.Customer) (Profile, error) {
	p := Profile{Customer: c}
	for category, fields := range profileFields {
		r, err := s.find(ctx, store.RecordKey{Customer: c.Ref, Category: category, ID: models.ProfileID})
		if errors.Is(err, ErrUnknownRecord) || isDestroyed(err) {
			continue
		}
		if err != nil {
			return Profile{}, err
		}
		for _, field := range fields {
			*p.member(field) = r.Fields[field]
		}
	}
	return p, nil
}
