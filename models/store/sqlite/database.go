package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"

	_ "modernc.org/sqlite" // the driver "sqlite"

	"candor/models"
)

// durability is what a commit waits for: PRAGMA synchronous.
type durability string

const (
	// durable commits are on the disk when they return.
	durable durability = "FULL"
	// lazy commits survive the end of the process, and a power cut only once a later commit was
	// durable. They share the log file with durable ones, so order is kept either way.
	lazy durability = "NORMAL"
)

// database is one file: a connection that writes, whose users take turns, and a few that read.
type database struct {
	reader  *sql.DB
	queries sync.Map // SQL text → *sql.Stmt of reader
	closed  atomic.Bool

	// turn holds one token: whoever put it there may use what follows.
	turn       chan struct{}
	writer     *sql.DB
	conn       *sql.Conn
	statements map[string]*sql.Stmt
	current    durability
}

// pragmas belong in the DSN, because a pool opens connections when it likes.
var pragmas = []string{
	"busy_timeout(5000)", // other processes; first, because the next one may meet a lock
	"journal_mode(WAL)",
	"synchronous(FULL)",
	"foreign_keys(1)",
	"temp_store(MEMORY)",
	"trusted_schema(0)",
}

func dsn(path string, more ...string) string {
	q := url.Values{"_dqs": {"0"}, "_defensive": {"1"}, "_pragma": append(append([]string{}, pragmas...), more...)}
	return (&url.URL{Scheme: "file", Path: path, RawQuery: q.Encode()}).String()
}

// layout is what a file is to hold.
type layout struct {
	application int32    // SQLite's application_id: whether the file is the one it should be
	steps       []string // SQL that leads from each version of the schema to the next; the first makes version 1
	pragmas     []string // of the connection that writes
}

// openDatabase opens or makes the file, and brings its schema up to date.
func openDatabase(ctx context.Context, path string, l layout) (*database, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("open store: %w", err)
	}
	if err := ownOnly(path); err != nil {
		return nil, fmt.Errorf("open store: %w", err)
	}
	d := &database{turn: make(chan struct{}, 1), statements: map[string]*sql.Stmt{}, current: durable}
	if err := d.open(ctx, path, l); err != nil {
		return nil, errors.Join(fmt.Errorf("open store %s: %w", path, err), d.close())
	}
	return d, nil
}

func (d *database) open(ctx context.Context, path string, l layout) (err error) {
	d.writer, err = sql.Open("sqlite", dsn(path, l.pragmas...))
	if err != nil {
		return err
	}
	d.writer.SetMaxOpenConns(1)
	if d.conn, err = d.writer.Conn(ctx); err != nil {
		return failure(err)
	}
	if err := migrate(ctx, d.conn, l); err != nil {
		return err
	}
	d.reader, err = sql.Open("sqlite", dsn(path, "cache_size(-2048)", "query_only(1)"))
	if err != nil {
		return err
	}
	readers := max(4, runtime.GOMAXPROCS(0))
	d.reader.SetMaxOpenConns(readers)
	d.reader.SetMaxIdleConns(readers)
	return d.ping(ctx)
}

// ownOnly makes the file if it is not there, and takes everybody else's rights to it away. SQLite
// gives its companion files the same mode.
func ownOnly(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600) // the operator names the file
	if err != nil {
		return err
	}
	return errors.Join(f.Chmod(0o600), f.Close())
}

// pingQuery reads a page of the file.
const pingQuery = `SELECT count(*) FROM sqlite_schema`

func (d *database) ping(ctx context.Context) error {
	var n int
	row, err := d.row(ctx, pingQuery)
	if err != nil {
		return err
	}
	return failure(row.Scan(&n))
}

func (d *database) close() error {
	d.turn <- struct{}{}
	defer func() { <-d.turn }()
	if d.closed.Swap(true) {
		return nil
	}
	var errs []error
	d.queries.Range(func(_, stmt any) bool {
		errs = append(errs, stmt.(*sql.Stmt).Close())
		return true
	})
	for _, stmt := range d.statements {
		errs = append(errs, stmt.Close())
	}
	if d.reader != nil {
		errs = append(errs, d.reader.Close())
	}
	if d.conn != nil {
		errs = append(errs, d.conn.Close())
	}
	if d.writer != nil {
		errs = append(errs, d.writer.Close())
	}
	return errors.Join(errs...)
}

// errClosed is the cause when the store is used after Close.
var errClosed = errors.New("the store is closed")

// query gives the prepared statement of a constant SQL text, for the connections that read.
func (d *database) query(ctx context.Context, text string) (*sql.Stmt, error) {
	if d.closed.Load() {
		return nil, unavailable(errClosed)
	}
	if stmt, ok := d.queries.Load(text); ok {
		return stmt.(*sql.Stmt), nil
	}
	stmt, err := d.reader.PrepareContext(ctx, text)
	if err != nil {
		return nil, failure(err)
	}
	if other, lost := d.queries.LoadOrStore(text, stmt); lost {
		return other.(*sql.Stmt), stmt.Close()
	}
	return stmt, nil
}

func (d *database) row(ctx context.Context, text string, args ...any) (*sql.Row, error) {
	stmt, err := d.query(ctx, text)
	if err != nil {
		return nil, err
	}
	return stmt.QueryRowContext(ctx, args...), nil
}

// scanner is what *sql.Row and *sql.Rows have in common.
type scanner interface{ Scan(dest ...any) error }

// one reads a single row; ErrNotFound if there is none.
func one[T any](ctx context.Context, d *database, scan func(scanner) (T, error), text string, args ...any) (T, error) {
	var none T
	row, err := d.row(ctx, text, args...)
	if err != nil {
		return none, err
	}
	value, err := scan(row)
	if err != nil {
		return none, failure(err)
	}
	return value, nil
}

// all reads every row.
func all[T any](ctx context.Context, d *database, scan func(scanner) (T, error), text string, args ...any) ([]T, error) {
	stmt, err := d.query(ctx, text)
	if err != nil {
		return nil, err
	}
	rows, err := stmt.QueryContext(ctx, args...)
	if err != nil {
		return nil, failure(err)
	}
	defer rows.Close() // rows.Err says what went wrong
	var values []T
	for rows.Next() {
		value, err := scan(rows)
		if err != nil {
			return nil, failure(err)
		}
		values = append(values, value)
	}
	return values, failure(rows.Err())
}

// value scans one column.
func value[T any](row scanner) (v T, err error) {
	err = row.Scan(&v)
	return v, err
}

// writing is the writing connection in the hands of the one whose turn it is.
type writing struct {
	d   *database
	ctx context.Context //nolint:containedctx // lives as long as one transaction
}

// write waits for its turn and runs fn in one transaction. It gives up waiting when ctx ends; once
// begun, the transaction is carried to its end.
func (d *database) write(ctx context.Context, sync durability, fn func(w writing) error) error {
	return d.alone(ctx, func(w writing) error {
		if sync != d.current {
			if err := w.run("PRAGMA synchronous=" + string(sync)); err != nil {
				return err
			}
			d.current = sync
		}
		if _, err := w.exec("BEGIN IMMEDIATE"); err != nil {
			return err
		}
		err := fn(w)
		if err == nil {
			_, err = w.exec("COMMIT")
		}
		if err != nil {
			// SQLite may have rolled back by itself; then this one finds nothing to do.
			_ = w.run("ROLLBACK")
		}
		return err
	})
}

// alone waits for its turn with the writing connection.
func (d *database) alone(ctx context.Context, fn func(w writing) error) error {
	if err := ctx.Err(); err != nil {
		return unavailable(err)
	}
	select {
	case d.turn <- struct{}{}:
	case <-ctx.Done():
		return unavailable(ctx.Err())
	}
	defer func() { <-d.turn }()
	if d.closed.Load() {
		return unavailable(errClosed)
	}
	return fn(writing{d: d, ctx: context.WithoutCancel(ctx)})
}

// run executes a text once, without keeping it prepared.
func (w writing) run(text string) error {
	_, err := w.d.conn.ExecContext(w.ctx, text)
	return failure(err)
}

// prepared keeps the statement of a constant SQL text.
func (w writing) prepared(text string) (*sql.Stmt, error) {
	if stmt, ok := w.d.statements[text]; ok {
		return stmt, nil
	}
	stmt, err := w.d.conn.PrepareContext(w.ctx, text)
	if err != nil {
		return nil, failure(err)
	}
	w.d.statements[text] = stmt
	return stmt, nil
}

// exec runs a constant SQL text and gives the number of rows it changed.
func (w writing) exec(text string, args ...any) (int64, error) {
	stmt, err := w.prepared(text)
	if err != nil {
		return 0, err
	}
	res, err := stmt.ExecContext(w.ctx, args...)
	if err != nil {
		return 0, failure(err)
	}
	n, err := res.RowsAffected()
	return n, failure(err)
}

// scan reads one row inside the transaction; ErrNotFound if there is none.
func (w writing) scan(text string, args []any, dest ...any) error {
	stmt, err := w.prepared(text)
	if err != nil {
		return err
	}
	return failure(stmt.QueryRowContext(w.ctx, args...).Scan(dest...))
}

// inTurns writes items in transactions of bounded length, so that others have their turn in between.
func inTurns[T any](ctx context.Context, d *database, items []T, fn func(w writing, item T) error) error {
	const most = 1000
	for len(items) > 0 {
		part := items[:min(most, len(items))]
		items = items[len(part):]
		err := d.write(ctx, durable, func(w writing) error {
			for _, item := range part {
				if err := fn(w, item); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// unavailable is the error for a store that cannot be reached or whose outcome is unknown.
func unavailable(cause error) error {
	return models.Fail(models.Unavailable, "store_unavailable").Because(cause)
}
