package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"candor/models"
	"candor/models/store"
	"candor/models/store/mongo/mongotest"
	"candor/models/store/observed"
)

// files are embedded stores: what keeps calls from them stands before them, and what fills them is in them.
type files struct {
	t     *testing.T
	paths []string

	mu   sync.Mutex
	away bool
	gate chan struct{} // closed to let writes go on; nil if they are not kept
	at   *mongotest.Moment
}

func onFiles(t *testing.T, maxAge time.Duration) *troubled {
	t.Helper()
	dir := t.TempDir()
	f := &files{t: t, paths: []string{filepath.Join(dir, "candor.db"), filepath.Join(dir, "keys.db")}}
	return newTroubled(t, settings{Store: "sqlite:" + f.paths[0], MaxAge: maxAge}, f, func(p *program) {
		p.data, p.keyStore = observed.Data(p.data, f.watch), observed.Keys(p.keyStore, f.watch)
	})
}

func (f *files) gone(gone bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.away = gone
}

func (f *files) slow(slow bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if slow {
		f.gate = make(chan struct{})
	} else {
		close(f.gate)
		f.gate = nil
	}
}

func (f *files) cut(at mongotest.Moment) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.at = &at
}

var errFault = models.Fail(models.Unavailable, "store_unavailable").Because(errors.New("a fault that the test asked for"))

// patience is how long a call waits for a slow store, as a driver does.
const patience = 50 * time.Millisecond

// watch fails the calls that it sees as it was told to.
func (f *files) watch(ctx context.Context, _, method string) (context.Context, func(*error)) {
	done, never := context.WithCancel(ctx)
	f.mu.Lock()
	away, gate, at := f.away, f.gate, f.at
	if method == "Append" {
		f.at = nil
	} else {
		gate, at = nil, nil
	}
	f.mu.Unlock()
	if gate != nil {
		select {
		case <-gate:
			gate = nil
		case <-time.After(patience):
		}
	}
	failed := away || gate != nil || at != nil
	if failed && (at == nil || *at != mongotest.AfterIt) {
		never()
	}
	return done, func(err *error) {
		never()
		if failed {
			*err = errFault
		}
	}
}

// full makes every write fail with SQLite's own SQLITE_FULL, which is what it also says when a table can have
// no further number.
func (f *files) full(full bool) {
	f.t.Helper()
	for _, path := range f.paths {
		db, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(10000)")
		check(f.t, err)
		db.SetMaxOpenConns(1)
		if full {
			fill(f.t, db)
		} else {
			empty(f.t, db)
		}
		check(f.t, db.Close())
	}
}

func names(t *testing.T, db *sql.DB, query string) (all []string) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query)
	check(t, err)
	defer rows.Close() // rows.Err tells
	for rows.Next() {
		var name string
		check(t, rows.Scan(&name))
		all = append(all, name)
	}
	check(t, rows.Err())
	return all
}

func fill(t *testing.T, db *sql.DB) {
	t.Helper()
	tables := names(t, db, `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`)
	text := `BEGIN; CREATE TABLE full_table (id INTEGER PRIMARY KEY AUTOINCREMENT);
		INSERT INTO full_table VALUES (9223372036854775807);`
	for _, table := range tables {
		for _, change := range []string{"INSERT", "UPDATE"} {
			text += fmt.Sprintf(`CREATE TRIGGER full_%s_%s BEFORE %s ON %s BEGIN INSERT INTO full_table VALUES (NULL); END;`, table, change, change, table)
		}
	}
	_, err := db.ExecContext(t.Context(), text+"COMMIT")
	check(t, err)
}

func empty(t *testing.T, db *sql.DB) {
	t.Helper()
	for _, name := range names(t, db, `SELECT name FROM sqlite_schema WHERE type = 'trigger' AND name LIKE 'full_%'`) {
		_, err := db.ExecContext(t.Context(), `DROP TRIGGER `+name)
		check(t, err)
	}
	_, err := db.ExecContext(t.Context(), `DROP TABLE full_table`)
	check(t, err)
}

// A file has no clock beside it: whatever the machine's shows, every change is recorded, and in its order.
func TestAClockThatIsSetLosesNothing(t *testing.T) {
	t.Parallel()
	r := onFiles(t, time.Hour)
	for _, off := range []time.Duration{-time.Minute, time.Minute, 0} {
		r.clock.Store(int64(off))
		r.recorded()
		r.decides(r.last == "give")
		r.names(http.StatusOK, "ready")
		r.onlyAnswered()
	}
}

// deaf is a store whose disk has stopped answering: no call to it ends, whatever its context says.
type deaf struct {
	store.Data
	released chan struct{}
}

func (d *deaf) Ping(context.Context) error {
	<-d.released
	return nil
}

func TestReadinessNamesAStoreThatCannotBeInterrupted(t *testing.T) {
	var d *deaf
	r := newTroubled(t, settings{Store: "sqlite:" + filepath.Join(t.TempDir(), "candor.db"), MaxAge: time.Hour}, nil, func(p *program) {
		d = &deaf{p.data, make(chan struct{})}
		p.data = d
	})
	defer close(d.released)
	asked, over := context.WithCancel(t.Context())
	over()
	for _, c := range r.program.checks(asked) {
		if c.Name == "store" && c.Problem != "" {
			return
		}
	}
	t.Fatal("the store's problem is not named")
}
