package mail_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"math/big"
	"mime"
	"mime/quotedprintable"
	"net"
	netmail "net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"candor/models/mail"
)

// server is a mail server of the test's own.
type server struct {
	address string
	roots   *x509.CertPool

	mu       sync.Mutex
	received []received
	answer   *smtp.SMTPError // what it says to a recipient; nil to take them
	secure   bool            // whether the last message came over TLS
	user     string          // who has signed in
}

type received struct{ from, to, raw string }

func (s *server) NewSession(c *smtp.Conn) (smtp.Session, error) {
	_, secure := c.TLSConnectionState()
	return &visit{server: s, secure: secure}, nil
}

type visit struct {
	*server
	secure bool
	r      received
}

func (v *visit) AuthMechanisms() []string { return []string{sasl.Plain} }

func (v *visit) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != "candor" || password != "pass:word" {
			return errors.New("who is that")
		}
		v.mu.Lock()
		defer v.mu.Unlock()
		v.user = user
		return nil
	}), nil
}

func (v *visit) Mail(from string, _ *smtp.MailOptions) error { v.r.from = from; return nil }

func (v *visit) Rcpt(to string, _ *smtp.RcptOptions) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.answer != nil {
		return v.answer
	}
	v.r.to = to
	return nil
}

func (v *visit) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	v.mu.Lock()
	defer v.mu.Unlock()
	v.r.raw, v.server.secure = string(raw), v.secure
	v.received = append(v.received, v.r)
	return err
}

func (v *visit) Reset()        {}
func (v *visit) Logout() error { return nil }

// newServer runs one until the test ends: with STARTTLS, or TLS from the first byte, or neither.
func newServer(t *testing.T, secure, implicit bool) *server {
	t.Helper()
	s := &server{roots: x509.NewCertPool()}
	certificate := newCertificate(t, s.roots)
	b := smtp.NewServer(s)
	b.Domain, b.AllowInsecureAuth = "mail.example.test", true
	config := &tls.Config{Certificates: []tls.Certificate{certificate}}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.address = listener.Addr().String()
	if implicit {
		listener = tls.NewListener(listener, config)
	} else if secure {
		b.TLSConfig = config
	}
	stopped := make(chan struct{})
	go func() { defer close(stopped); _ = b.Serve(listener) }()
	t.Cleanup(func() { _ = b.Close(); <-stopped })
	return s
}

func newCertificate(t *testing.T, roots *x509.CertPool) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	roots.AddCert(parsed)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

var message = mail.Message{To: "zoë@bücher.example", Subject: "رمزك 1234 5678", Text: "مرحبًا،\n\n1234 5678\n"}

func TestSMTP(t *testing.T) {
	for name, c := range map[string]struct {
		secure, implicit bool
		scheme, user     string
		wantTLS          bool
	}{
		"STARTTLS":               {true, false, "smtp://", "candor:pass%3Aword@", true},
		"TLS from the beginning": {true, true, "smtps://", "candor:pass%3Aword@", true},
		"on this machine":        {false, false, "smtp://", "", false},
	} {
		t.Run(name, func(t *testing.T) {
			s := newServer(t, c.secure, c.implicit)
			sender, err := mail.NewSMTP(c.scheme+c.user+s.address, "Nordlicht <privacy@nordlicht.example>", &tls.Config{RootCAs: s.roots})
			if err != nil {
				t.Fatal(err)
			}
			m := message
			m.To = "anna@example.test"
			if err := sender.Send(t.Context(), m); err != nil {
				t.Fatal(err)
			}
			if len(s.received) != 1 || s.secure != c.wantTLS || (s.user == "candor") != (c.user != "") {
				t.Fatalf("%d received, over TLS %t, as %q", len(s.received), s.secure, s.user)
			}
			s.check(t, m)
		})
	}
}

// check reads what came as a mail program would.
func (s *server) check(t *testing.T, m mail.Message) {
	t.Helper()
	got := s.received[0]
	parsed, err := netmail.ReadMessage(strings.NewReader(got.raw))
	if err != nil {
		t.Fatal(err)
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(parsed.Header.Get("Subject"))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(quotedprintable.NewReader(parsed.Body))
	if err != nil {
		t.Fatal(err)
	}
	if got.from != "privacy@nordlicht.example" || got.to != m.To || subject != m.Subject || strings.ReplaceAll(string(text), "\r\n", "\n") != m.Text {
		t.Errorf("from %q to %q, subject %q, text %q", got.from, got.to, subject, text)
	}
	if kind := parsed.Header.Get("Content-Type"); !strings.HasPrefix(kind, "text/plain") || parsed.Header.Get("Auto-Submitted") != "auto-generated" || parsed.Header.Get("Message-ID") == "" {
		t.Errorf("%v", parsed.Header)
	}
}

// A server without TLS is not given what is confidential, unless it is this very machine; nor is one whose
// certificate nobody vouches for.
func TestSMTPWithoutTrust(t *testing.T) {
	s := newServer(t, true, false)
	sender, err := mail.NewSMTP("smtp://"+s.address, "privacy@nordlicht.example", &tls.Config{RootCAs: x509.NewCertPool()})
	if err != nil {
		t.Fatal(err)
	}
	if err := sender.Send(t.Context(), mail.Message{To: "anna@example.test", Text: "x"}); err == nil || len(s.received) > 0 {
		t.Errorf("%v, %d received", err, len(s.received))
	}
}

// What a server says about a recipient may quote the address; it is not repeated.
func TestSMTPRefusals(t *testing.T) {
	for code, forGood := range map[int]bool{550: true, 450: false} {
		s := newServer(t, false, false)
		s.answer = &smtp.SMTPError{Code: code, EnhancedCode: smtp.EnhancedCode{code / 100, 1, 1}, Message: "no anna@example.test here"}
		sender, err := mail.NewSMTP("smtp://"+s.address, "privacy@nordlicht.example", nil)
		if err != nil {
			t.Fatal(err)
		}
		err = sender.Send(t.Context(), mail.Message{To: "anna@example.test", Text: "x"})
		if err == nil || errors.Is(err, mail.ErrRefused) != forGood || strings.Contains(err.Error(), "anna") {
			t.Errorf("%d: %v", code, err)
		}
	}
}

func TestSMTPSettings(t *testing.T) {
	for _, address := range []string{"", "mail.example.com", "http://mail.example.com", "smtp://", "smtp://h:x", "smtp://h/path", "smtp://h?starttls=no", "smtp://u:s3cret@h:99999999"} {
		_, err := mail.NewSMTP(address, "a@example.com", nil)
		if address != "smtp://u:s3cret@h:99999999" && err == nil {
			t.Errorf("%q is taken", address)
		}
		if err != nil && strings.Contains(err.Error(), "s3cret") {
			t.Errorf("the password is quoted: %v", err)
		}
	}
	for _, from := range []string{"", "nobody", "a@b@c", "A <a"} {
		if _, err := mail.NewSMTP("smtp://localhost", from, nil); err == nil {
			t.Errorf("from %q is taken", from)
		}
	}
}
