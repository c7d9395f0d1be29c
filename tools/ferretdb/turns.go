package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
)

// turns stands before FerretDB and lets one message at a time through to it if the message may write.
// FerretDB reads a document, changes it and writes it back without holding anybody off, so that of two
// updates at once one is lost; MongoDB promises that the change of one document is atomic, and so does every
// engine that deserves the name.
type turns struct {
	listener net.Listener
	server   string // FerretDB's address
	writing  sync.Mutex
}

// serve passes connections on until ctx ends.
func (t *turns) serve(ctx context.Context) {
	stop := context.AfterFunc(ctx, func() { _ = t.listener.Close() })
	defer stop()
	var all sync.WaitGroup
	defer all.Wait()
	for {
		client, err := t.listener.Accept()
		if err != nil {
			return // closed
		}
		all.Go(func() { t.pass(ctx, client) })
	}
}

// pass carries a client's messages to the server and its answers back, until one of them ends. A client
// that sees the connection end knows what that means.
func (t *turns) pass(ctx context.Context, client net.Conn) {
	server, err := (&net.Dialer{}).DialContext(ctx, "tcp", t.server)
	if err != nil {
		_ = client.Close()
		return
	}
	hangUp := func() { _, _ = client.Close(), server.Close() }
	stop := context.AfterFunc(ctx, hangUp)
	defer stop()
	defer hangUp()
	for {
		question, err := message(client)
		if err != nil {
			return
		}
		if err := t.ask(server, client, question); err != nil {
			return
		}
	}
}

// ask has the server answer one message.
func (t *turns) ask(server io.ReadWriter, client io.Writer, question []byte) error {
	answer, err := func() ([]byte, error) {
		if writes(question) {
			t.writing.Lock()
			defer t.writing.Unlock()
		}
		if _, err := server.Write(question); err != nil {
			return nil, err
		}
		return message(server)
	}()
	if err != nil {
		return err
	}
	_, err = client.Write(answer)
	return err
}

// largest is the most that a message may have, by MongoDB's protocol, in bytes.
const largest = 48_000_000

// message reads one: its first four bytes are its length.
func message(r io.Reader) ([]byte, error) {
	var length [4]byte
	if _, err := io.ReadFull(r, length[:]); err != nil {
		return nil, err
	}
	n := binary.LittleEndian.Uint32(length[:])
	if n < 16 || n > largest {
		return nil, fmt.Errorf("a message of %d bytes", n)
	}
	raw := make([]byte, n)
	copy(raw, length[:])
	if _, err := io.ReadFull(r, raw[4:]); err != nil {
		return nil, errors.Join(errors.New("a message ended early"), err)
	}
	return raw, nil
}

// writes says whether a message is a command that may write. An OP_MSG's first section is its command: 16
// bytes of header, 4 of flags, 1 of the section's kind, 4 of the document's length, and then the type of the
// first field and its name.
func writes(raw []byte) bool {
	const name = 16 + 4 + 1 + 4 + 1
	if len(raw) <= name {
		return false
	}
	for _, command := range []string{"insert", "update", "delete", "findAndModify", "createIndexes", "dropDatabase"} {
		if bytes.HasPrefix(raw[name:], append([]byte(command), 0)) {
			return true
		}
	}
	return false
}
