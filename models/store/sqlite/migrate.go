package sqlite

import (
	"context"
	"database/sql"
	"fmt"
)

// migrate brings the schema from the version in the file (PRAGMA user_version) to the last of the
// steps, in one transaction. A file of another kind, or of a newer program, is refused untouched.
func migrate(ctx context.Context, conn *sql.Conn, l layout) (err error) {
	if _, err := conn.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
		return failure(err)
	}
	defer func() {
		if err != nil {
			_, _ = conn.ExecContext(ctx, "ROLLBACK") // the first error is the one to report
		}
	}()
	version, err := check(ctx, conn, l)
	if err != nil {
		return err
	}
	for n, step := range l.steps[version:] {
		if _, err := conn.ExecContext(ctx, step); err != nil {
			return fmt.Errorf("bring the schema to version %d: %w", version+n+1, failure(err))
		}
	}
	mark := fmt.Sprintf("PRAGMA application_id=%d; PRAGMA user_version=%d", l.application, len(l.steps))
	if _, err := conn.ExecContext(ctx, mark); err != nil {
		return fmt.Errorf("mark the schema: %w", failure(err))
	}
	_, err = conn.ExecContext(ctx, "COMMIT")
	return failure(err)
}

func check(ctx context.Context, conn *sql.Conn, l layout) (version int, err error) {
	known := len(l.steps)
	var kind int32
	var tables int
	row := conn.QueryRowContext(ctx, `SELECT application_id, user_version, (SELECT count(*) FROM sqlite_schema)
		FROM pragma_application_id, pragma_user_version`)
	if err := row.Scan(&kind, &version, &tables); err != nil {
		return 0, fmt.Errorf("read the schema's version: %w", failure(err))
	}
	switch {
	case tables > 0 && kind != l.application:
		return 0, fmt.Errorf("the file holds something else than it should (application id %#x, not %#x): "+
			"check the path of the data and of the keys", kind, l.application)
	case version > known:
		return 0, fmt.Errorf("its schema is version %d and this program knows up to %d: "+
			"run the newer program, or restore a backup made before it ran", version, known)
	}
	return version, nil
}
