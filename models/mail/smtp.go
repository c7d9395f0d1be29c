package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"time"

	gomail "github.com/wneessen/go-mail"
)

// SMTP is the operator's mail server.
type SMTP struct {
	host     string
	port     int
	implicit bool // TLS from the first byte (RFC 8314)
	insecure bool // a server on this very machine, which may do without TLS
	user     *url.Userinfo
	from     string
	tls      *tls.Config
}

// sendLimit is how long a mail server may take for one message.
const sendLimit = 30 * time.Second

// The ports of RFC 8314: submission, with STARTTLS and with TLS from the first byte.
const (
	submission  = 587
	submissions = 465
)

// NewSMTP reads smtp://user:password@host:587 or smtps://user:password@host:465; the ports are those if absent. With
// smtp the connection is made secure by STARTTLS, and given up if the server has none, unless it is on this very
// machine. config may be nil. Errors never quote the password.
func NewSMTP(address, from string, config *tls.Config) (*SMTP, error) {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" || (u.Scheme != "smtp" && u.Scheme != "smtps") || (u.Path != "" && u.Path != "/") || u.RawQuery != "" {
		return nil, errors.New("it is not a URL such as smtp://user:password@mail.example.com:587 or smtps://…:465")
	}
	s := &SMTP{host: u.Hostname(), port: submission, implicit: u.Scheme == "smtps", user: u.User, from: from, tls: config}
	if s.implicit {
		s.port = submissions
	}
	if u.Port() != "" {
		if s.port, err = strconv.Atoi(u.Port()); err != nil {
			return nil, errors.New("its port is not a number")
		}
	}
	ip := net.ParseIP(s.host)
	s.insecure = s.host == "localhost" || (ip != nil && ip.IsLoopback())
	if _, err := s.message(Message{To: "somebody@example.test"}); err != nil {
		return nil, errors.New("mail-from is not an address such as privacy@example.com or Example <privacy@example.com>")
	}
	return s, nil
}

// Send hands a message to the server.
func (s *SMTP) Send(ctx context.Context, m Message) error {
	message, err := s.message(m)
	if err != nil {
		return fmt.Errorf("%w: its address cannot be written to", ErrRefused)
	}
	client, err := gomail.NewClient(s.host, s.options()...)
	if err != nil {
		return fmt.Errorf("send mail: %w", err)
	}
	return outcome(client.DialAndSendWithContext(ctx, message))
}

func (s *SMTP) message(m Message) (*gomail.Msg, error) {
	message := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	if err := message.From(s.from); err != nil {
		return nil, err
	}
	if err := message.To(m.To); err != nil {
		return nil, err
	}
	message.Subject(m.Subject)
	message.SetBodyString(gomail.TypeTextPlain, m.Text)
	message.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: nobody's holiday notice answers it
	return message, nil
}

func (s *SMTP) options() []gomail.Option {
	policy := gomail.TLSMandatory
	if s.insecure {
		policy = gomail.TLSOpportunistic
	}
	options := []gomail.Option{gomail.WithPort(s.port), gomail.WithTimeout(sendLimit), gomail.WithTLSPolicy(policy)}
	if s.implicit {
		options = append(options, gomail.WithSSL())
	}
	if s.tls != nil {
		config := s.tls.Clone()
		config.ServerName = s.host
		options = append(options, gomail.WithTLSConfig(config))
	}
	if s.user != nil {
		password, _ := s.user.Password()
		options = append(options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover),
			gomail.WithUsername(s.user.Username()), gomail.WithPassword(password))
	}
	return options
}

// outcome tells a refusal for good (RFC 5321, section 4.2.1: 5yz) from what may get better. What a server says may
// quote the address, so none of it is kept but the number.
func outcome(err error) error {
	if err == nil {
		return nil
	}
	failed, ok := errors.AsType[*gomail.SendError](err)
	if !ok {
		return errors.New("the mail server could not be reached, or its connection could not be made secure")
	}
	if failed.IsTemp() || failed.ErrorCode() < permanent {
		return fmt.Errorf("the mail server answers %d: try again", failed.ErrorCode())
	}
	return fmt.Errorf("%w: it answers %d", ErrRefused, failed.ErrorCode())
}

const permanent = 500
