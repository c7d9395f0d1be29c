package published

import (
	"context"
	"errors"
	"slices"

	"candor/models/datamap"
)

// Outcome says what became of the operator's file at a start.
type Outcome string

// The outcomes.
const (
	Same      Outcome = "same"      // it says what was published last
	Taken     Outcome = "taken"     // it is published as the next version
	Older     Outcome = "older"     // it says what an earlier version said; the workspace has published since
	Different Outcome = "different" // it says what no version said, and the workspace has published since: it is not taken
)

// Compare says what would become of the operator's file. It is taken as the next version only if nothing was published in
// the workspace since a file was taken last: neither side is ever lost without anybody being told.
func (s *Service) Compare(file *datamap.Map) Outcome {
	have := s.Versions()
	last := newest(have)
	switch {
	case last.Number == 0:
		return Taken
	case last.Map.Equal(file):
		return Same
	case last.From == FromFile:
		return Taken
	case slices.ContainsFunc(have, func(v Version) bool { return v.Map.Equal(file) }):
		return Older
	default:
		return Different
	}
}

// Seed publishes the operator's file where Compare says that it is taken. The first version of a new installation is the
// file. Servers that start with the same file at the same time all succeed.
func (s *Service) Seed(ctx context.Context, file *datamap.Map) (Outcome, error) {
	const tries = 3
	var err error
	for range tries {
		outcome := s.Compare(file)
		if outcome != Taken {
			// A crash may have come between a version and what the log says of its purposes.
			return outcome, s.cfg.Purposes(ctx, s.Newest().Map)
		}
		err = s.Publish(ctx, Version{
			Version: datamap.Version{Number: len(s.Versions()) + 1, EffectiveAt: s.cfg.Clock(), Map: file}, From: FromFile,
		})
		if err == nil || !errors.Is(err, ErrTaken) { // of two who start at once the other was faster: look again
			return outcome, err
		}
	}
	return Taken, err
}
