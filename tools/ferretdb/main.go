// Command ferretdb is a database server for tests: it speaks MongoDB's protocol and keeps what it is told
// in SQLite files. It is no server for production, and knows less than MongoDB does; what works on it
// works on the real one.
//
//	ferretdb [-data FOLDER] [-listen ADDRESS]
//
// Without a folder it makes one of its own and takes it away at its end. The first line that it prints is its
// mongodb:// URL. It ends when its standard input does, so that a
// test that is killed leaves no server behind.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/url"
	"os"
	"os/signal"
	"path/filepath"
	"runtime/debug"
	"syscall"

	"github.com/FerretDB/FerretDB/ferretdb"
)

func main() {
	debug.SetGCPercent(800) // it decodes whole collections to answer, and keeps next to nothing of it
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
	data := flags.String("data", "", "existing folder that keeps the databases; one of its own, removed at the end, if not given")
	listen := flags.String("listen", "127.0.0.1:0", "address to listen on; port 0 takes a free one")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *data != "" {
		return serve(ctx, *data, *listen, in, out)
	}
	folder, err := os.MkdirTemp("", "ferretdb-")
	if err != nil {
		return fmt.Errorf("make a folder: %w", err)
	}
	return errors.Join(serve(ctx, folder, *listen, in, out), os.RemoveAll(folder))
}

func serve(ctx context.Context, data, listen string, in io.Reader, out io.Writer) error {
	folder, err := filepath.Abs(data)
	if err != nil {
		return fmt.Errorf("find the folder: %w", err)
	}
	// A power cut is nothing that a test survives; the end of the process is, without waiting for the disk.
	files := url.URL{Scheme: "file", Path: filepath.ToSlash(folder) + "/", RawQuery: "_pragma=synchronous(off)"}
	server, err := ferretdb.New(&ferretdb.Config{
		Listener:  ferretdb.ListenerConfig{TCP: "127.0.0.1:0"},
		Logger:    slog.New(slog.DiscardHandler),
		Handler:   "sqlite",
		SQLiteURL: files.String(),
	})
	if err != nil {
		return fmt.Errorf("start: %w", err)
	}
	listener, err := net.Listen("tcp", listen)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		defer cancel()
		_, _ = io.Copy(io.Discard, in) // until the one who started this program ends, in whatever way
	}()
	ended := make(chan error, 1)
	go func() { ended <- server.Run(ctx) }()
	inner, err := url.Parse(server.MongoDBURI()) // known once the server listens
	if err != nil {
		return errors.Join(fmt.Errorf("find the server: %w", err), listener.Close())
	}
	if _, err := fmt.Fprintf(out, "mongodb://%s/\n", listener.Addr()); err != nil {
		return errors.Join(fmt.Errorf("say where the server listens: %w", err), listener.Close())
	}
	(&turns{listener: listener, server: inner.Host}).serve(ctx)
	return <-ended
}
