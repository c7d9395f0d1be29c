package demodata

import (
	"fmt"
	"time"

	"candor/models/datamap"
)

// company is what an operator sells, and to whom.
type company struct {
	name, address, website string
	zone                   *time.Location
	month                  time.Time // the first moment of now's month, in the zone
	seed                   uint64
	customers              int
	prefix                 string // of bill numbers
	currency               string
	vat                    int64 // percent
	ink                    rgb
	plans                  []plan
	special                []string // kinds of support
	meter                  meter
	homes                  []home // where customers live, the first eight of the first eight
}

type rgb struct{ r, g, b int }

// plan is a tariff: a monthly base in minor units, and a price of one unit of usage in hundredths of them.
type plan struct {
	name string
	base int64
	unit int64
}

// home is a language and the rules that apply.
type home struct{ locale, jurisdiction string }

func companyOf(operator string, m *datamap.Map, now time.Time) (*company, error) {
	c, ok := map[string]company{"utility": utility(), "saas": saas(), "telecom": telecom()}[operator]
	if !ok {
		return nil, fmt.Errorf("there is no operator %q: choose utility, saas or telecom", operator)
	}
	zone, err := time.LoadLocation(m.Operator.TimeZone)
	if err != nil {
		return nil, fmt.Errorf("time zone of the operator: %w", err)
	}
	local := now.In(zone)
	c.zone = zone
	c.month = time.Date(local.Year(), local.Month(), 1, 0, 0, 0, 0, zone)
	c.name, c.address, c.website = m.Operator.Name.In("en"), m.Operator.Address, m.Operator.Website
	return &c, nil
}

func utility() company {
	return company{
		seed: 1, customers: 220, prefix: "NE", currency: "EUR", vat: 19, ink: rgb{16, 78, 92},
		plans: []plan{
			{"Nordlicht Natur 12", 1290, 3187}, {"Nordlicht Flex", 990, 3342}, {"Nordlicht Familie", 1450, 2998},
		},
		special: []string{"medical_priority", "reduced_mobility", "large_print"},
		meter:   newElectricity(),
		homes: append(featured("DE"),
			home{"de", "DE"}, home{"de", "DE"}, home{"en", "DE"}, home{"de", "DE"}, home{"pl", "DE"}, home{"ar", "DE"},
			home{"fr", "FR"}, home{"de", "DE"}, home{"es", "ES"}),
	}
}

func saas() company {
	return company{
		seed: 2, customers: 120, prefix: "LF", currency: "EUR", vat: 23, ink: rgb{67, 56, 120},
		plans: []plan{
			{"Studio", 2900, 12000}, {"Team", 9900, 9000}, {"Business", 24900, 6000},
		},
		special: []string{"screen_reader", "captions", "extra_time"},
		meter:   requests{},
		homes: append(featured("GB"),
			home{"en", "US-CA"}, home{"en", "GB"}, home{"de", "DE"}, home{"fr", "FR"}, home{"en", "US-CA"}, home{"es", "ES"}, home{"pl", "PL"}),
	}
}

func telecom() company {
	return company{
		seed: 3, customers: 120, prefix: "HM", currency: "PLN", vat: 23, ink: rgb{150, 45, 62},
		plans: []plan{
			{"Halny Start", 2500, 9000}, {"Halny Plus", 3500, 5000}, {"Halny Bez Granic", 6900, 0},
		},
		special: []string{"medical_priority", "relay_service", "large_print"},
		meter:   traffic{},
		homes: append(featured("PL"),
			home{"pl", "PL"}, home{"pl", "PL"}, home{"en", "PL"}, home{"pl", "PL"}, home{"de", "DE"}, home{"pl", "PL"}, home{"fr", "FR"}),
	}
}

// featured are the homes of the first customers: one of every language and of every set of rules.
func featured(jurisdiction string) []home {
	return []home{
		{"en", jurisdiction},
		{"de", "DE"},
		{"ar", jurisdiction},
		{"fr", "FR"},
		{"es", "ES"},
		{"pl", "PL"},
		{"en", "GB"},
		{"en", "US-CA"},
	}
}

// homeOf gives the home of customer n (from 0).
func (c *company) homeOf(n int) home {
	if n < len(featured("")) {
		return c.homes[n]
	}
	rest := c.homes[len(featured("")):]
	return rest[n%len(rest)]
}
