package stripe

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"candor/models"
	"candor/models/connector"
)

// ErrBill says that the file of a bill cannot be had, or is none.
var ErrBill = models.Fail(models.Invalid, "connector_document")

// bill gives what fetches the file of a bill, if files may be held and one is there. Stripe's link is not kept unless the
// data map asks for it: whoever has it reads the bill without signing in, and it ends by itself.
func (c *Connector) bill(f *connector.Fields, number, id, link string) func(context.Context) ([]models.Document, error) {
	if !c.PDFs || !f.Documents() || link == "" {
		return nil
	}
	name := id
	if fileName(number) {
		name = number
	}
	return func(ctx context.Context) ([]models.Document, error) {
		content, err := c.file(ctx, link)
		if err != nil {
			return nil, err
		}
		return []models.Document{{Name: name + ".pdf", MediaType: "application/pdf", Content: content}}, nil
	}
}

func fileName(s string) bool {
	return s != "" && len(s) < 100 && plainID(strings.ReplaceAll(s, "-", "_"))
}

// file fetches one from Stripe's hosts alone, by TLS, at most as large as a document may be. The link comes from Stripe's
// API; yet it, and wherever it leads on, is held to that.
func (c *Connector) file(ctx context.Context, link string) ([]byte, error) {
	client := &http.Client{
		Transport: &retrying{Config: c.Config, attempts: liveAttempts},
		CheckRedirect: func(next *http.Request, before []*http.Request) error {
			if len(before) > 5 || !c.mayFetch(next.URL) {
				return ErrBill
			}
			return nil
		},
	}
	at, err := url.Parse(link)
	if err != nil || !c.mayFetch(at) {
		return nil, ErrBill
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, link, nil)
	if err != nil {
		return nil, ErrBill
	}
	response, err := client.Do(request)
	if errors.Is(err, ErrBill) {
		return nil, ErrBill
	}
	if err != nil {
		return nil, models.Fail(models.Unavailable, "connector_unavailable").Because(errors.New("stripe: a bill's file could not be fetched"))
	}
	defer response.Body.Close() // only read
	switch {
	case passing(response, nil):
		return nil, models.Fail(models.Unavailable, "connector_unavailable").Because(fmt.Errorf("stripe: a bill's file: %d", response.StatusCode))
	case response.StatusCode != http.StatusOK:
		return nil, ErrBill
	}
	content, err := io.ReadAll(io.LimitReader(response.Body, models.MaxDocument+1))
	if err != nil {
		return nil, models.Fail(models.Unavailable, "connector_unavailable").Because(errors.New("stripe: a bill's file ended early"))
	}
	if len(content) > models.MaxDocument || !bytes.HasPrefix(content, []byte("%PDF-")) {
		return nil, ErrBill
	}
	return content, nil
}

// mayFetch says whether a URL is https at one of the hosts, or below one.
func (c *Connector) mayFetch(u *url.URL) bool {
	if u.Scheme != "https" || u.User != nil || u.Port() != "" && len(c.PDFHosts) > 0 && !slices.Contains(c.PDFHosts, u.Host) {
		return false
	}
	for _, host := range c.PDFHosts {
		if u.Host == host || u.Hostname() == host || strings.HasSuffix(u.Hostname(), "."+host) {
			return true
		}
	}
	return false
}
