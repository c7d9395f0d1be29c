package billing

import "candor/models"

// CheckCustomer says what PutCustomer would refuse of a profile, and writes nothing.
func (s *Service) CheckCustomer(p Profile) error { return s.rules().checkProfile(&p) }

// CheckRecord says what PutRecord would refuse of a record, and writes nothing. Whether the customer is known it does not
// ask.
func (s *Service) CheckRecord(r models.Record) error { return s.rules().checkRecord(&r) }
