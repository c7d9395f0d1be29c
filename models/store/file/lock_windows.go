package file

import (
	"errors"
	"os"
	"syscall"
)

// sharingViolation is what Windows answers when a file is open and not shared (ERROR_SHARING_VIOLATION).
const sharingViolation = syscall.Errno(32)

// openLocked opens the file and shares it with nobody as long as it is open.
func openLocked(path string) (*os.File, error) {
	name, err := syscall.UTF16PtrFromString(path)
	if err != nil {
		return nil, err
	}
	handle, err := syscall.CreateFile(name, syscall.GENERIC_READ|syscall.GENERIC_WRITE, 0, nil,
		syscall.OPEN_ALWAYS, syscall.FILE_ATTRIBUTE_NORMAL, 0)
	if errors.Is(err, sharingViolation) {
		err = ErrHeld
	}
	if err != nil {
		return nil, err
	}
	return os.NewFile(uintptr(handle), path), nil
}
