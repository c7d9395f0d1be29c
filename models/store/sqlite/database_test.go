package sqlite

import (
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"candor/models"
	"candor/models/store"
)

func TestFilesAreTheirOwnersAlone(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "candor.db")
	if err := os.WriteFile(path, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	s, k := openData(t, path), openKeys(t, filepath.Join(folder, "keys.db"))
	defer s.Close()
	defer k.Close()
	if err := s.Append(t.Context(), []store.Entry{{Event: "a"}}); err != nil {
		t.Fatal(err)
	}
	files, err := os.ReadDir(folder)
	if err != nil || len(files) < 4 {
		t.Fatal(files, err)
	}
	for _, f := range files {
		info, err := f.Info()
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: mode %v, %v", f.Name(), info.Mode(), err)
		}
	}
}

func TestPathsMayHoldAnything(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "a b?c=d&e%20f#ü")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	s := openData(t, filepath.Join(folder, "candor.db"))
	defer s.Close()
	if _, err := os.Stat(filepath.Join(folder, "candor.db-wal")); err != nil {
		t.Fatal(err)
	}
}

func TestPragmasHoldOnEveryConnection(t *testing.T) {
	s, k := openData(t, filepath.Join(t.TempDir(), "candor.db")), openKeys(t, filepath.Join(t.TempDir(), "keys.db"))
	defer s.Close()
	defer k.Close()
	pragma := func(query func(string, ...any) *sql.Row, name, expected string) {
		t.Helper()
		var got string
		if err := query("PRAGMA " + name).Scan(&got); err != nil || got != expected {
			t.Errorf("%s is %q, %v; want %q", name, got, err, expected)
		}
	}
	writer := func(d *database) func(string, ...any) *sql.Row {
		return func(text string, args ...any) *sql.Row { return d.conn.QueryRowContext(t.Context(), text, args...) }
	}
	pragma(writer(k.d), "secure_delete", "1")
	for _, d := range []*database{s.d, k.d} {
		for _, query := range []func(string, ...any) *sql.Row{writer(d), d.reader.QueryRow} {
			pragma(query, "journal_mode", "wal")
			pragma(query, "synchronous", "2") // FULL
			pragma(query, "foreign_keys", "1")
			pragma(query, "temp_store", "2") // MEMORY
			pragma(query, "busy_timeout", "5000")
		}
		pragma(d.reader.QueryRow, "query_only", "1")
	}
}

func TestOnlyTheProjectionIsLazy(t *testing.T) {
	ctx := t.Context()
	s := openData(t, filepath.Join(t.TempDir(), "candor.db"))
	defer s.Close()
	level := func() (n int) {
		t.Helper()
		if err := s.d.conn.QueryRowContext(ctx, "PRAGMA synchronous").Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	const normal, full = 1, 2
	if err := s.SaveStandings(ctx, 1, []models.Standing{{Customer: "a", Seq: 1}}); err != nil || level() != normal {
		t.Fatal(level(), err)
	}
	if err := s.Append(ctx, []store.Entry{{Event: "a"}}); err != nil || level() != full {
		t.Fatal(level(), err)
	}
	if err := s.SaveStandings(ctx, 2, nil); err != nil || level() != normal {
		t.Fatal(level(), err)
	}
	if err := s.PutCustomers(ctx, []models.Customer{{Ref: "a"}}); err != nil || level() != full {
		t.Fatal(level(), err)
	}
}

// alter runs SQL on a closed store's file, as another program would.
func alter(t *testing.T, path, text string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(text); err != nil {
		t.Fatal(err)
	}
}

func TestAFileThatIsNotOursToChangeIsRefused(t *testing.T) {
	ctx := t.Context()
	tests := []struct {
		name, sql, says string
		text            string
	}{
		{"newer schema", "PRAGMA user_version=99", fmt.Sprintf("schema is version 99 and this program knows up to %d", len(schemaSteps())), ""},
		{"another program's", "CREATE TABLE theirs (a); PRAGMA application_id=7", "something else", ""},
		{"no database", "", "not a database", strings.Repeat("text ", 1000)},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "candor.db")
			if test.text != "" {
				if err := os.WriteFile(path, []byte(test.text), 0o600); err != nil {
					t.Fatal(err)
				}
			} else {
				if err := openData(t, path).Close(); err != nil {
					t.Fatal(err)
				}
				alter(t, path, test.sql)
			}
			before, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := Open(ctx, path); err == nil || !strings.Contains(err.Error(), test.says) {
				t.Fatalf("got %v", err)
			}
			if after, err := os.ReadFile(path); err != nil || string(after) != string(before) {
				t.Fatal("the file has changed", err)
			}
		})
	}
	t.Run("data for keys", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "candor.db")
		if err := openData(t, path).Close(); err != nil {
			t.Fatal(err)
		}
		if _, err := OpenKeys(ctx, path); err == nil || !strings.Contains(err.Error(), "check the path") {
			t.Fatalf("got %v", err)
		}
	})
}

// What an earlier version of the program wrote is still found: histories, erasures, chunks of archives, clients.
func TestAnOlderFileIsBroughtUpToDate(t *testing.T) {
	ctx := t.Context()
	path := filepath.Join(t.TempDir(), "candor.db")
	first := dataLayout()
	first.steps = first.steps[:1]
	d, err := openDatabase(ctx, path, first)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.close(); err != nil {
		t.Fatal(err)
	}
	alter(t, path, `INSERT INTO entries (seq, event, subject, public, hashes, raw, sealed) VALUES
		(0, 'a', '', 1, x'', x'', x''), (1, 'b', 'cus_1', 0, x'', x'', x''), (2, 'c', 'cus_2', 0, x'', x'', x''),
		(3, 'd', 'cus_1', 0, x'', x'', x''), (4, 'e', '*', 0, x'', x'', x''), (5, 'f', 'cus_1', 0, x'', x'', x'');
		INSERT INTO clients (id, name, secret_hash, scopes, created, revoked) VALUES ('c', 'CRM', 'h', '["records"]', 1000, -62135596800000)`)
	s := openData(t, path)
	defer s.Close()
	history, err := s.History(ctx, "cus_1", 5, 10)
	if err != nil || len(history) != 3 || history[0].Seq != 5 || history[1].Seq != 3 || history[2].Seq != 1 {
		t.Fatalf("the history is %v, %v", history, err)
	}
	if other, err := s.History(ctx, "cus_2", 2, 10); err != nil || len(other) != 1 {
		t.Fatalf("the other's is %v, %v", other, err)
	}
	erasures, err := s.Erasures(ctx, 0, 10)
	if err != nil || !slices.Equal(erasures, []uint64{4}) {
		t.Fatalf("the erasures are %v, %v", erasures, err)
	}
	client, err := s.Client(ctx, "c")
	if err != nil || len(client.Secrets) != 1 || client.Secrets[0].Hash != "h" || !client.Secrets[0].EndsAt.IsZero() ||
		client.Secrets[0].CreatedAt != time.Unix(1, 0).UTC() || !client.RevokedAt.IsZero() {
		t.Fatalf("the client is %+v, %v", client, err)
	}
}

func TestAStepThatFailsLeavesTheSchemaAsItWas(t *testing.T) {
	ctx := t.Context()
	path := filepath.Join(t.TempDir(), "candor.db")
	s := openData(t, path)
	if err := s.PutCustomers(ctx, []models.Customer{{Ref: "cus_1"}}); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	next := dataLayout()
	next.steps = append(next.steps, `CREATE TABLE more (a INTEGER) STRICT`, `DROP TABLE customers; INSERT INTO nowhere VALUES (1)`)
	if _, err := openDatabase(ctx, path, next); err == nil || !strings.Contains(err.Error(), fmt.Sprintf("version %d", len(next.steps))) {
		t.Fatalf("got %v", err)
	}
	s = openData(t, path)
	if c, err := s.Customer(ctx, "cus_1"); err != nil || c.Ref != "cus_1" {
		t.Fatal(c, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	next.steps = next.steps[:len(next.steps)-1]
	d, err := openDatabase(ctx, path, next)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.close(); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(ctx, path); err == nil {
		t.Fatal("an older program opened a newer schema")
	}
}

// Another process that is writing is waited for; one that never ends is Unavailable.
func TestAnotherProcessThatHoldsTheFileIsUnavailable(t *testing.T) {
	ctx := t.Context()
	path := filepath.Join(t.TempDir(), "candor.db")
	s, other := openData(t, path), openData(t, path)
	defer s.Close()
	defer other.Close()
	if err := s.d.alone(ctx, func(w writing) error { return w.run("PRAGMA busy_timeout=0") }); err != nil {
		t.Fatal(err)
	}
	stop := errors.New("stop")
	err := other.d.write(ctx, durable, func(writing) error {
		if err := s.Append(ctx, []store.Entry{{Event: "a"}}); models.KindOf(err) != models.Unavailable {
			t.Errorf("got %v", err)
		}
		if _, err := s.Size(ctx); err != nil {
			t.Errorf("reading waited for a writer: %v", err)
		}
		return stop
	})
	if !errors.Is(err, stop) {
		t.Fatal(err)
	}
	if err := s.Append(ctx, []store.Entry{{Event: "a"}}); err != nil {
		t.Fatal(err)
	}
	if err := other.Append(ctx, []store.Entry{{Event: "b"}}); !errors.Is(err, store.ErrTaken) {
		t.Fatalf("got %v", err)
	}
}

// Every page of a log must cost the same: no query may read through a table or sort one.
func TestHotQueriesUseAnIndex(t *testing.T) {
	s := openData(t, filepath.Join(t.TempDir(), "candor.db"))
	defer s.Close()
	ctx := t.Context()
	// The store has prepared what it was asked for: ask for everything that is asked often.
	_, _ = s.Size(ctx)
	_, _ = s.Read(ctx, 0, 1)
	_, _ = s.Hashes(ctx, []uint64{0})
	_, _ = s.Event(ctx, "a")
	_, _ = s.History(ctx, "a", 1, 1)
	_, _ = s.Public(ctx, 0, 1)
	_, _ = s.Erasures(ctx, 0, 1)
	_, _ = s.Standing(ctx, "a")
	_, _ = s.StandingsOf(ctx, []string{"a"})
	_, _ = s.PageStandings(ctx, "", 1)
	_, _ = s.Customer(ctx, "a")
	_, _ = s.PageCustomers(ctx, "", 1)
	_, _ = s.Record(ctx, store.RecordKey{})
	_, _ = s.PageRecords(ctx, store.RecordQuery{})
	_, _ = s.PageRecords(ctx, store.RecordQuery{OldestFirst: true})
	_, _ = s.Tallies(ctx, "a")
	_, _ = s.Document(ctx, store.RecordKey{}, "a")
	_, _ = s.Session(ctx, "a", at(0))
	_, _ = s.Link(ctx, "a")
	_, _ = s.Chunk(ctx, "a", 0)
	seen := 0
	s.d.queries.Delete(pingQuery)
	s.d.queries.Range(func(text, _ any) bool {
		seen++
		// Enough for any of them; SQLite is given what it asks for and no more.
		args := make([]any, strings.Count(text.(string), "?"))
		rows, err := s.d.reader.Query("EXPLAIN QUERY PLAN "+text.(string), args...)
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		for rows.Next() {
			var id, parent, unused int
			var detail string
			if err := rows.Scan(&id, &parent, &unused, &detail); err != nil {
				t.Fatal(err)
			}
			// What was asked for in a list may be gone through and sorted: it is bounded.
			listed := strings.Contains(text.(string), "json_each") && (strings.Contains(detail, "VIRTUAL TABLE") || strings.Contains(detail, "ORDER BY")) ||
				detail == "SCAN theirs" // the entries of a history, found so far
			if (strings.HasPrefix(detail, "SCAN") || strings.Contains(detail, "B-TREE")) && !listed {
				t.Errorf("%s\n  %s", text, detail)
			}
		}
		return true
	})
	if seen < 18 {
		t.Fatalf("only %d queries were looked at", seen)
	}
}
