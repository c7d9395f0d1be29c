// Command ferretdb is a database server for tests: it speaks MongoDB's protocol and keeps what it is told
// in SQLite files. It is no server for production, and knows less than MongoDB does; what works on it
// works on the real one.
//
//	ferretdb -data FOLDER [-listen ADDRESS]
//
// The first line that it prints is its mongodb:// URL. It ends when its standard input does, so that a
// test that is killed leaves no server behind.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/FerretDB/FerretDB/ferretdb"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdin, os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "ferretdb:", err)
		os.Exit(1)
	}
}

// run serves until ctx or the input ends.
func run(ctx context.Context, args []string, in io.Reader, out io.Writer) error {
	flags := flag.NewFlagSet("ferretdb", flag.ContinueOnError)
	data := flags.String("data", "", "existing folder that keeps the databases")
	listen := flags.String("listen", "127.0.0.1:0", "address to listen on; port 0 takes a free one")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *data == "" {
		return errors.New("name the folder that keeps the databases: -data FOLDER")
	}
	folder, err := filepath.Abs(*data)
	if err != nil {
		return fmt.Errorf("find the folder: %w", err)
	}
	server, err := ferretdb.New(&ferretdb.Config{
		Listener:  ferretdb.ListenerConfig{TCP: *listen},
		Logger:    slog.New(slog.DiscardHandler),
		Handler:   "sqlite",
		SQLiteURL: (&url.URL{Scheme: "file", Path: filepath.ToSlash(folder) + "/"}).String(),
	})
	if err != nil {
		return fmt.Errorf("start: %w", err)
	}
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		defer cancel()
		_, _ = io.Copy(io.Discard, in) // until the one who started this program ends, in whatever way
	}()
	ended := make(chan error, 1)
	go func() { ended <- server.Run(ctx) }()
	// The address is known once the server listens.
	if _, err := fmt.Fprintln(out, server.MongoDBURI()); err != nil {
		cancel()
		return errors.Join(fmt.Errorf("say where the server listens: %w", err), <-ended)
	}
	return <-ended
}
