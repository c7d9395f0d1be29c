package main

import (
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
)

// bar is a progress bar, or nothing where nobody would see it.
type bar struct{ shown *progressbar.ProgressBar }

// progress starts a bar on stderr if that is a terminal and -quiet was not given.
func (c *command) progress(total int64, unit string) bar {
	file, ok := c.stderr.(*os.File)
	if !ok || c.quiet {
		return bar{}
	}
	if info, err := file.Stat(); err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return bar{}
	}
	return bar{progressbar.NewOptions64(total,
		progressbar.OptionSetWriter(file), progressbar.OptionSetDescription("Verifying"), progressbar.OptionSetItsString(unit),
		progressbar.OptionShowCount(), progressbar.OptionShowIts(), progressbar.OptionSetPredictTime(true),
		progressbar.OptionSetWidth(30), progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionClearOnFinish(),
	)}
}

func (b bar) add(n int) {
	if b.shown != nil {
		_ = b.shown.Add(n) // a bar that cannot be drawn changes no result
	}
}

func (b bar) done() {
	if b.shown != nil {
		_ = b.shown.Finish()
	}
}
