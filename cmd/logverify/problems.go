package main

import "errors"

// problems are all that is wrong with an archive, the telling ones first: an altered log line comes before
// the file that therefore has another hash.
type problems []error

// maxProblems keeps a thoroughly broken archive from filling the screen.
const maxProblems = 20

func (p problems) Error() string { return errors.Join(p...).Error() }

func (p problems) Unwrap() []error { return p }

func (p *problems) add(err error) {
	if err != nil && len(*p) < maxProblems {
		*p = append(*p, err)
	}
}

// err is p as an error, nil if there are none.
func (p problems) err() error {
	if len(p) == 0 {
		return nil
	}
	return p
}
