package billing

import (
	"bufio"
	"bytes"
	"errors"
	"io"

	"candor/models"
)

// MaxLine is the longest import line in bytes: room for a document of models.MaxDocument in base64.
const MaxLine = 16 << 20

// keepBuffer is the largest line buffer that is used again, in bytes.
const keepBuffer = 1 << 20

var errLineTooLong = models.Fail(models.TooLarge, codeLineTooLong, "max", MaxLine)

// lines reads lines of bounded length, flat in memory however long one is.
type lines struct {
	in    *bufio.Reader
	buf   []byte
	bytes int64 // read so far
	first bool
}

func newLines(r io.Reader) *lines {
	return &lines{in: bufio.NewReaderSize(r, 64<<10), first: true}
}

// next gives the next line without its line break, valid until the next call; io.EOF at the end.
// A line that is too long is passed over and answered with errLineTooLong.
func (l *lines) next() ([]byte, error) {
	if cap(l.buf) > keepBuffer {
		l.buf = nil
	}
	l.buf = l.buf[:0]
	long := false
	for {
		part, err := l.in.ReadSlice('\n')
		l.bytes += int64(len(part))
		if long = long || len(l.buf)+len(part) > MaxLine+1; !long {
			l.buf = append(l.buf, part...)
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case errors.Is(err, io.EOF) && len(part) == 0 && len(l.buf) == 0 && !long:
			return nil, io.EOF
		case err != nil && !errors.Is(err, io.EOF):
			return nil, models.Wrap("read import", err)
		case long:
			return nil, errLineTooLong
		}
		return l.trim(), nil
	}
}

// trim takes off the line break, and from the first line the byte order mark that some programs write.
func (l *lines) trim() []byte {
	line := bytes.TrimSuffix(l.buf, []byte("\n"))
	if l.first {
		line = bytes.TrimPrefix(line, []byte("\uFEFF"))
		l.first = false
	}
	return line
}
