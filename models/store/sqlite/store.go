package sqlite

import (
	"context"
	"embed"
	"encoding/json"
	"io/fs"
	"time"

	"candor/models/store"
)

// Store is the data store in one file.
type Store struct{ d *database }

var _ store.Data = (*Store)(nil)

// schema has a file for each version of the schema, in order of their names: the first makes version 1, each other one
// leads from the version before it to its own. A file that was released never changes.
//
//go:embed schema/*.sql
var schema embed.FS

func dataLayout() layout {
	return layout{
		application: 0x43647244, // "CdrD"
		steps:       schemaSteps(),
		// The index by event and the standings are written all over. In a write-ahead log of 64 MB
		// rather than the usual 4, their pages are changed many times before they are copied home once.
		pragmas: []string{"cache_size(-8192)", "wal_autocheckpoint(16000)", "journal_size_limit(67108864)"},
	}
}

func schemaSteps() []string {
	names, err := fs.Glob(schema, "schema/*.sql") // sorted
	if err != nil {
		panic(err) // the pattern is a constant
	}
	steps := make([]string, len(names))
	for i, name := range names {
		step, err := schema.ReadFile(name)
		if err != nil {
			panic(err) // it was just listed, from memory
		}
		steps[i] = string(step)
	}
	return steps
}

// Open opens the data store, making the file with mode 0600 if there is none. The folder must exist.
func Open(ctx context.Context, path string) (*Store, error) {
	d, err := openDatabase(ctx, path, dataLayout())
	if err != nil {
		return nil, err
	}
	return &Store{d}, nil
}

// Ping reads from the file.
func (s *Store) Ping(ctx context.Context) error { return s.d.ping(ctx) }

// Close waits for the write under way and closes the file. Whatever is called afterwards is Unavailable.
func (s *Store) Close() error { return s.d.close() }

// ms and at keep a time as milliseconds since 1970.
func ms(t time.Time) int64 { return t.UnixMilli() }

func at(ms int64) time.Time { return time.UnixMilli(ms).UTC() }

// blob keeps an absent value as an empty one; NULL would say something else.
func blob(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}

// atMost makes sure that SQLite does not read a negative limit as none.
func atMost(limit int) int { return max(0, limit) }

// list hands a list of values to one prepared statement, which takes it apart with json_each; members
// of a struct are found under their Go names.
func list(v any) (string, error) {
	raw, err := json.Marshal(v)
	return string(raw), err
}
