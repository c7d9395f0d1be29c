package file

import (
	"errors"
	"fmt"
	"os"
)

// ErrHeld says that another process holds a lock.
var ErrHeld = errors.New("another process is using it")

// Lock keeps a log on an embedded store to one writing process: two would serve each other's choices
// late. The system takes it back when the process ends, however that comes about; the file stays.
type Lock struct{ file *os.File }

// TakeLock takes the lock that a file stands for, and makes the file with mode 0600 if it is not there:
// ErrHeld if another process, or this one, holds it already. It does not wait.
func TakeLock(path string) (*Lock, error) {
	f, err := openLocked(path)
	if err != nil {
		return nil, fmt.Errorf("lock %s: %w", path, err)
	}
	return &Lock{f}, nil
}

// Release gives the lock back.
func (l *Lock) Release() error { return l.file.Close() }
