package mongotest

import (
	"bytes"
	"encoding/binary"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
)

// Moment is when a connection is cut.
type Moment int

// The moments of a message to the server: before any of it is sent on, in its middle, and when the
// server has answered, before any of the answer is.
const (
	BeforeIt Moment = iota
	DuringIt
	AfterIt
)

// Proxy stands between a driver and the first server of a URL, and fails as a network does.
type Proxy struct {
	t        testing.TB
	server   string
	listener net.Listener
	address  string // of the URL, with the proxy in the server's place

	mu      sync.Mutex
	pairs   map[*pair]bool
	gone    bool
	cuts    []cut
	refusal *refusal
	gate    *gate
}

type cut struct {
	marker []byte
	at     Moment
}

// pair is a connection of the driver and the one that stands for it at the server.
type pair struct{ driver, server net.Conn }

func (p *pair) close() {
	_ = p.driver.Close() // either may be closed already
	_ = p.server.Close()
}

// NewProxy begins to listen, until the end of the test.
func NewProxy(t testing.TB, url string) *Proxy {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	scheme, rest, _ := strings.Cut(url, "://")
	hosts, tail, _ := strings.Cut(rest, "/")
	login, hosts, named := strings.Cut(hosts, "@")
	if !named {
		login, hosts = "", login
	} else {
		login += "@"
	}
	server, _, _ := strings.Cut(hosts, ",")
	p := &Proxy{t: t, server: server, listener: listener, pairs: map[*pair]bool{}}
	p.address = scheme + "://" + login + listener.Addr().String() + "/" + tail
	if strings.Contains(tail, "?") {
		p.address += "&directConnection=true"
	} else {
		p.address += "?directConnection=true"
	}
	go p.accept()
	t.Cleanup(func() { _ = listener.Close(); p.Gone(true); p.Resume() })
	return p
}

// URL is what to connect to.
func (p *Proxy) URL() string { return p.address }

// Gone cuts every connection, and every new one at once, until it is called with false.
func (p *Proxy) Gone(gone bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.gone = gone
	for pair := range p.pairs {
		if gone {
			pair.close()
		}
	}
}

// Cut cuts the connection of the next message that holds the marker, such as a collection's name.
func (p *Proxy) Cut(marker string, at Moment) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cuts = append(p.cuts, cut{[]byte(marker), at})
}

// Left is how many cuts have not happened yet.
func (p *Proxy) Left() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.cuts)
}

func (p *Proxy) accept() {
	for {
		driver, err := p.listener.Accept()
		if err != nil {
			return // the test is over
		}
		server, err := net.Dial("tcp", p.server)
		if err != nil {
			_ = driver.Close()
			continue
		}
		pair := &pair{driver, server}
		p.mu.Lock()
		if p.gone {
			pair.close()
		}
		p.pairs[pair] = true
		p.mu.Unlock()
		go p.forward(pair)
	}
}

// forward carries one connection: a message to the server, and whatever comes back until the next.
func (p *Proxy) forward(pair *pair) {
	defer func() {
		pair.close()
		p.mu.Lock()
		defer p.mu.Unlock()
		delete(p.pairs, pair)
	}()
	for {
		message, err := readMessage(pair.driver)
		if err != nil {
			return
		}
		p.wait(message)
		at, cut := p.cutting(message)
		switch {
		case cut && at == BeforeIt:
			return
		case cut && at == DuringIt:
			_, _ = pair.server.Write(message[:len(message)/2]) // it is cut anyway
			return
		}
		answer, err := p.answer(pair, message)
		if err != nil || cut {
			return
		}
		if _, err := pair.driver.Write(answer); err != nil {
			return
		}
	}
}

// answer asks the server, unless it is to refuse.
func (p *Proxy) answer(pair *pair, message []byte) ([]byte, error) {
	refusal := p.refusing(message)
	if refusal != nil && refusal.at == BeforeIt {
		return refusal.answer(message)
	}
	if _, err := pair.server.Write(message); err != nil {
		return nil, err
	}
	answer, err := readMessage(pair.server)
	if err == nil && refusal != nil {
		return refusal.answer(message)
	}
	return answer, err
}

// cutting says whether a message is the next that is to be cut.
func (p *Proxy) cutting(message []byte) (Moment, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.cuts) == 0 || !bytes.Contains(message, p.cuts[0].marker) {
		return 0, false
	}
	at := p.cuts[0].at
	p.cuts = p.cuts[1:]
	return at, true
}

// readMessage reads one message of MongoDB's wire protocol, which begins with its length.
func readMessage(r io.Reader) ([]byte, error) {
	head := make([]byte, 4)
	if _, err := io.ReadFull(r, head); err != nil {
		return nil, err
	}
	message := make([]byte, binary.LittleEndian.Uint32(head))
	copy(message, head)
	_, err := io.ReadFull(r, message[len(head):])
	return message, err
}
