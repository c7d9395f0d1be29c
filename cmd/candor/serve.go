package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"time"
)

// serve is `candor serve`: production. It refuses to start on missing or unsafe settings.
func serve(ctx context.Context, e env, args []string) error {
	f := flags(e, "serve", "usage: candor serve [flags]")
	s, _, err := readSettings(e, f, args)
	if err != nil {
		return err
	}
	if err := s.validate(); err != nil {
		return err
	}
	p, err := open(ctx, s, os.DirFS(s.Operator), newLogger(e, s.LogLevel))
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", s.Addr)
	if err != nil {
		return errors.Join(err, p.close())
	}
	app, err := p.site(nil)
	if err != nil {
		return errors.Join(err, p.close())
	}
	p.logger.Info("serving", "addr", listener.Addr().String(), "base_url", s.BaseURL, "log", s.Origin)
	return errors.Join(p.serve(ctx, listener, app), p.close())
}

// health is `candor health`: exit code 0 if the server at --addr is ready. An image without a shell
// has this for its health check.
func health(ctx context.Context, e env, args []string) error {
	f := flags(e, "health", "usage: candor health [flags]")
	addr := f.String("addr", valueOr(e.getenv(envName("addr")), "127.0.0.1:8080"), "`host:port` of the server")
	if _, err := parse(f, args); err != nil {
		return err
	}
	host, port, err := net.SplitHostPort(*addr)
	if err != nil {
		return fmt.Errorf("%q is not host:port", *addr)
	}
	if ip := net.ParseIP(host); host == "" || (ip != nil && ip.IsUnspecified()) {
		host = "127.0.0.1"
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+net.JoinHostPort(host, port)+"/readyz", nil)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close() // nothing was written
	if response.StatusCode == http.StatusOK {
		return nil
	}
	return notReady(response)
}

// notReady is what a server says that is wrong.
func notReady(response *http.Response) error {
	var answer struct {
		Checks []struct {
			Name    string
			Problem string
		}
	}
	if err := json.NewDecoder(io.LimitReader(response.Body, 64<<10)).Decode(&answer); err != nil || len(answer.Checks) == 0 {
		return fmt.Errorf("the server answers %s", response.Status)
	}
	errs := []error{errors.New("the server is not ready")}
	for _, c := range answer.Checks {
		if c.Problem != "" {
			errs = append(errs, fmt.Errorf("%s: %s", c.Name, c.Problem))
		}
	}
	return errors.Join(errs...)
}

func valueOr(value, otherwise string) string {
	if value == "" {
		return otherwise
	}
	return value
}
