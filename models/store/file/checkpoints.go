// Package file owns what a server on an embedded store keeps in files beside it: the saved checkpoint,
// apart from the log's database, that tells whether the log found is the one that was published; and the
// lock that keeps other processes from the log.
package file

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"sync"

	"candor/models"
	"candor/models/store"
)

// CheckpointFile keeps the newest published checkpoint: the size in decimal, a line break, and the
// note. It is safe for concurrent use by one process; servers that share a log share the key store's.
type CheckpointFile struct {
	path string
	mu   sync.Mutex
}

var _ store.Checkpoints = (*CheckpointFile)(nil)

// Checkpoints names the file, in a folder that must exist. The first AdvanceCheckpoint makes it, with
// mode 0600.
func Checkpoints(path string) (*CheckpointFile, error) {
	folder, err := os.Stat(filepath.Dir(path))
	if err != nil {
		return nil, fmt.Errorf("open checkpoint: %w", err)
	}
	if !folder.IsDir() {
		return nil, fmt.Errorf("open checkpoint: %s is not a folder", filepath.Dir(path))
	}
	return &CheckpointFile{path: path}, nil
}

// Checkpoint reads the saved one.
func (c *CheckpointFile) Checkpoint(context.Context) (size uint64, note []byte, err error) {
	raw, err := os.ReadFile(c.path)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil, store.ErrNotFound
	}
	if err != nil {
		return 0, nil, unavailable("read checkpoint", err)
	}
	head, note, ok := bytes.Cut(raw, []byte("\n"))
	size, err = strconv.ParseUint(string(head), 10, 64)
	if !ok || err != nil {
		return 0, nil, fmt.Errorf("read checkpoint: %s is damaged: it does not begin with a size", c.path)
	}
	return size, note, nil
}

// AdvanceCheckpoint writes beside the file and renames over it, so that a crash leaves the one or the
// other. A file that cannot be read is never replaced.
func (c *CheckpointFile) AdvanceCheckpoint(ctx context.Context, size uint64, note []byte) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	saved, _, err := c.Checkpoint(ctx)
	switch {
	case err == nil && size <= saved:
		return store.ErrTaken
	case err != nil && !errors.Is(err, store.ErrNotFound):
		return err
	}
	raw := append(strconv.AppendUint(nil, size, 10), '\n')
	if err := c.replace(append(raw, note...)); err != nil {
		return unavailable("save checkpoint", err)
	}
	return nil
}

func (c *CheckpointFile) replace(raw []byte) error {
	beside := c.path + ".new"
	f, err := os.OpenFile(beside, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(raw)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(beside, c.path); err != nil {
		return err
	}
	folder, err := os.Open(filepath.Dir(c.path))
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}

// unavailable is the error for a file that cannot be reached or written.
func unavailable(doing string, cause error) error {
	return models.Wrap(doing, models.Fail(models.Unavailable, "store_unavailable").Because(cause))
}
