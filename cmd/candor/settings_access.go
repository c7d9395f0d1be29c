package main

import (
	"fmt"
	"regexp"

	lookups "candor/models/access"
)

// accessRows are the settings of looking customers up.
func accessRows() []setting {
	return []setting{
		{"ticket-pattern", lookups.Ticket, "`pattern` (RE2) of the whole number of a ticket, which staff may give as the reason why they look a customer up", setTicketPattern},
	}
}

func setTicketPattern(s *settings, v string) error {
	pattern, err := regexp.Compile(`^(?:` + v + `)$`)
	if err != nil || v == "" || pattern.MatchString("") {
		return fmt.Errorf("%q is not a pattern of a ticket's number, such as %s", v, lookups.Ticket)
	}
	s.Tickets = pattern
	return nil
}
