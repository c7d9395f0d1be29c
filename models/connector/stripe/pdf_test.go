package stripe_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"testing"

	"candor/models"
	"candor/models/connector"
	"candor/models/connector/stripe"
)

// bills is a host of files, by TLS, and a connector that may fetch from it.
func bills(t *testing.T, serve http.HandlerFunc) (*rig, string) {
	t.Helper()
	server := httptest.NewTLSServer(serve)
	t.Cleanup(server.Close)
	r := newRig(t, func(c *stripe.Config) {
		c.PDFs, c.PDFHosts, c.Transport = true, []string{server.Listener.Addr().String()}, server.Client().Transport
	})
	r.customer("cus_1")
	return r, server.URL
}

const pdf = "%PDF-1.7\n% a bill\n"

func TestABillIsFetchedOnceAndHeldAsADocument(t *testing.T) {
	asked := 0
	r, host := bills(t, func(w http.ResponseWriter, request *http.Request) {
		asked++
		if request.Header.Get("Authorization") != "" {
			t.Error("the key was sent to the host of a file")
		}
		if request.URL.Path == "/i" {
			http.Redirect(w, request, "/i/pdf", http.StatusFound)
			return
		}
		_, _ = w.Write([]byte(pdf))
	})
	about := r.invoice("in_1", "cus_1", object{"number": "F7-0001", "invoice_pdf": host + "/i"})
	r.wants(r.send("invoice.finalized", about), connector.Held)
	got, err := r.billing.Document(t.Context(), "ref-cus_1", "invoices", "in_1", "F7-0001.pdf")
	r.must(err)
	if string(got.Content) != pdf || got.MediaType != "application/pdf" {
		t.Errorf("got %q, %s", got.Content, got.MediaType)
	}
	r.send("invoice.paid", about)
	r.wants(asked, 2)
	if _, kept := r.fields("ref-cus_1", "invoices", "in_1")["pdf_url"]; kept {
		t.Error("the link is kept")
	}
}

func TestBillsAreFetchedFromStripeAlone(t *testing.T) {
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		t.Error("another host was asked for a file")
	}))
	t.Cleanup(elsewhere.Close)
	answers := map[string]http.HandlerFunc{
		"/redirect": func(w http.ResponseWriter, request *http.Request) {
			http.Redirect(w, request, elsewhere.URL, http.StatusFound)
		},
		"/metadata": func(w http.ResponseWriter, request *http.Request) {
			http.Redirect(w, request, "https://169.254.169.254/latest", http.StatusFound)
		},
		"/loop": func(w http.ResponseWriter, request *http.Request) {
			http.Redirect(w, request, request.URL.Path, http.StatusFound)
		},
		"/page": func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>sign in</html>")) },
		"/gone": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusGone) },
		"/large": func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write(append([]byte(pdf), bytes.Repeat([]byte(" "), models.MaxDocument)...))
		},
	}
	r, host := bills(t, func(w http.ResponseWriter, request *http.Request) { answers[request.URL.Path](w, request) })
	links := []string{elsewhere.URL + "/x", "http" + host[len("https"):] + "/page", "file:///etc/passwd", "https://stripe.com.evil.test/", "https://user@" + host[len("https://"):] + "/page", "://"}
	for path := range answers {
		links = append(links, host+path)
	}
	for _, link := range links {
		r.wants([]any{link, r.send("invoice.finalized", r.invoice("in_1", "cus_1", object{"invoice_pdf": link}))}, []any{link, connector.Rejected})
		record, err := r.billing.Record(t.Context(), "ref-cus_1", "invoices", "in_1")
		if err != nil || len(record.Documents) > 0 {
			t.Errorf("%s: the bill is held with %v, %v; it should be held without a file", link, record.Documents, err)
		}
	}
	r.drop("invoices", "in_1")
	r.wants(r.send("invoice.deleted", object{"id": "in_1", "object": "invoice"}), connector.Removed)
}

// A host that is away for a moment is no reason to go without a bill: the event comes again.
func TestABillThatCannotBeFetchedNowComesLater(t *testing.T) {
	away := true
	r, host := bills(t, func(w http.ResponseWriter, _ *http.Request) {
		if away {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		_, _ = w.Write([]byte(pdf))
	})
	body := r.event("invoice.finalized", r.invoice("in_1", "cus_1", object{"invoice_pdf": host + "/i"}))
	if _, err := r.deliver(body, sign(noon, body, secret)); models.KindOf(err) != models.Unavailable {
		t.Errorf("got %v", err)
	}
	away = false
	got, err := r.deliver(body, sign(noon, body, secret))
	r.must(err)
	r.wants(got.Outcome, connector.Held)
}
