package main_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

const (
	stripeKey    = "rk_test_neverToBeToldToAnybody"
	stripeSecret = "whsec_neverToBeToldToAnybody"
)

// account is as much of Stripe as the program needs to be seen at work.
type account struct {
	*httptest.Server

	refuses atomic.Bool
}

func newAccount(t *testing.T) *account {
	a := &account{}
	customer := `{"id":"cus_1","object":"customer","created":1772366400,"name":"Jane Roe","email":"jane.roe@example.test","metadata":{"ref":"K-1"}}`
	a.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case a.refuses.Load() || r.Header.Get("Authorization") != "Bearer "+stripeKey:
			w.WriteHeader(http.StatusForbidden)
			fmt.Fprint(w, `{"error":{"type":"invalid_request_error","message":"The key rk_test_neverToBeToldToAnybody may not read jane.roe@example.test"}}`)
		case r.URL.Path == "/v1/customers":
			fmt.Fprint(w, `{"object":"list","has_more":false,"data":[`+customer+`,{"id":"cus_2","object":"customer","created":1772366400,"metadata":{}}]}`)
		case r.URL.Path == "/v1/customers/cus_1":
			fmt.Fprint(w, customer)
		case strings.Count(r.URL.Path, "/") == 2 || strings.HasSuffix(r.URL.Path, "/tax_ids"):
			fmt.Fprint(w, `{"object":"list","has_more":false,"data":[]}`)
		default:
			w.WriteHeader(http.StatusNotFound)
			fmt.Fprint(w, `{"error":{"type":"invalid_request_error","code":"resource_missing"}}`)
		}
	}))
	t.Cleanup(a.Close)
	return a
}

func (a *account) settings() []string {
	return []string{
		"CANDOR_STRIPE_KEY=" + stripeKey, "CANDOR_STRIPE_WEBHOOK_SECRET=" + stripeSecret, "CANDOR_STRIPE_CUSTOMER_REF=metadata.ref",
		"CANDOR_STRIPE_API_URL=" + a.URL,
	}
}

// tell sends an event, and gives the status.
func (s *server) tell(event, secret string) int {
	s.t.Helper()
	at := time.Now().Unix() // the program's own clock is what it is held against
	mac := hmac.New(sha256.New, []byte(secret))
	fmt.Fprintf(mac, "%d.%s", at, event)
	request, err := http.NewRequestWithContext(s.t.Context(), http.MethodPost, "http://"+s.addr+"/connectors/stripe/webhook", strings.NewReader(event))
	must(s.t, err)
	request.Header.Set("Stripe-Signature", fmt.Sprintf("t=%d,v1=%s", at, hex.EncodeToString(mac.Sum(nil))))
	response, err := http.DefaultClient.Do(request)
	must(s.t, err)
	defer response.Body.Close()
	if response.StatusCode >= http.StatusBadRequest {
		var problem struct{ Type, Detail string }
		must(s.t, json.NewDecoder(response.Body).Decode(&problem))
		if problem.Type == "" || strings.Contains(problem.Detail, "error.") {
			s.t.Errorf("the answer is %+v", problem)
		}
	}
	return response.StatusCode
}

const aboutJane = `{"id":"evt_%d","object":"event","type":"customer.updated","livemode":false,"data":{"object":{"id":"cus_1","object":"customer"}}}`

func TestAConnectorThatIsOffIsNotThere(t *testing.T) {
	s := newServer(t)
	s.start()
	t.Cleanup(s.kill)
	if status := s.tell(fmt.Sprintf(aboutJane, 1), stripeSecret); status != http.StatusNotFound {
		t.Errorf("it answers %d", status)
	}
}

// From the dashboard's webhook to what is held, with the real program; and nothing it says anywhere tells a secret or
// whom it is about.
func TestSecretsAreNeverTold(t *testing.T) {
	stripe := newAccount(t)
	s := newServer(t)
	s.extra = append(stripe.settings(), "CANDOR_LOG_LEVEL=debug")
	s.start()
	for n, c := range []struct {
		secret string
		want   int
	}{{stripeSecret, 204}, {"whsec_somebodyElsesSecret", 400}, {stripeSecret, 204}} {
		if status := s.tell(fmt.Sprintf(aboutJane, n), c.secret); status != c.want {
			t.Errorf("event %d is answered %d, want %d", n, status, c.want)
		}
	}
	stripe.refuses.Store(true)
	if status := s.tell(fmt.Sprintf(aboutJane, 9), stripeSecret); status != http.StatusServiceUnavailable {
		t.Errorf("an event that cannot be followed is answered %d", status)
	}
	failed, err := s.run("connect", "stripe", "backfill")
	if err == nil || !strings.Contains(failed, "CANDOR_STRIPE_KEY") && !strings.Contains(failed, "connector_key_refused") {
		t.Errorf("a backfill with a key that may not says %q", failed)
	}
	stripe.refuses.Store(false)
	done, err := s.run("connect", "stripe", "backfill")
	if err == nil || !strings.Contains(done, "1 held, 0 removed, 0 not to be held, 1 rejected") || !strings.Contains(done, "customer cus_2: ") {
		t.Errorf("a backfill with one customer too many says %q", done)
	}
	s.kill()
	for where, said := range map[string]string{"log": s.stderr.String(), "failed": failed, "done": done} {
		for _, secret := range []string{stripeKey, stripeSecret, "neverToBeTold", "jane.roe", "Jane"} {
			if strings.Contains(said, secret) {
				t.Errorf("%s tells %q: %s", where, secret, said)
			}
		}
	}
}

func TestSettingsOfConnectorsNameTheRemedy(t *testing.T) {
	s := newServer(t)
	key, secret := "CANDOR_STRIPE_KEY="+stripeKey, "CANDOR_STRIPE_WEBHOOK_SECRET="+stripeSecret
	for name, c := range map[string]struct {
		change []string
		words  []string
	}{
		"a publishable key":       {[]string{"CANDOR_STRIPE_KEY=pk_live_neverToBeTold", secret}, []string{"CANDOR_STRIPE_KEY", "restricted key"}},
		"no webhook secret":       {[]string{key}, []string{"CANDOR_STRIPE_WEBHOOK_SECRET", "signing secret"}},
		"a secret without a key":  {[]string{secret}, []string{"CANDOR_STRIPE_KEY", "is missing"}},
		"three secrets":           {[]string{key, secret + "," + stripeSecret + "," + stripeSecret}, []string{"CANDOR_STRIPE_WEBHOOK_SECRET", "3 secrets"}},
		"a secret that is none":   {[]string{key, "CANDOR_STRIPE_WEBHOOK_SECRET=neverToBeTold"}, []string{"CANDOR_STRIPE_WEBHOOK_SECRET", "whsec_"}},
		"a reference to nothing":  {[]string{key, secret, "CANDOR_STRIPE_CUSTOMER_REF=email"}, []string{"CANDOR_STRIPE_CUSTOMER_REF", "metadata.KEY"}},
		"an API without TLS":      {[]string{key, secret, "CANDOR_STRIPE_API_URL=http://stripe.example.com"}, []string{"CANDOR_STRIPE_API_URL", "https"}},
		"documents, perhaps":      {[]string{key, secret, "CANDOR_STRIPE_DOCUMENTS=maybe"}, []string{"CANDOR_STRIPE_DOCUMENTS", "fetch"}},
		"a source nobody named":   {[]string{key, secret, "CANDOR_STRIPE_SOURCE=stripe"}, []string{"CANDOR_STRIPE_SOURCE", "names no source"}},
		"a key of several lines":  {[]string{"CANDOR_STRIPE_KEY=rk_live_never ToBeTold", secret}, []string{"CANDOR_STRIPE_KEY"}},
		"two secrets are allowed": {[]string{key, secret + "," + stripeSecret, "CANDOR_LOG_LEVEL=loud"}, []string{"CANDOR_LOG_LEVEL"}},
	} {
		s.extra = c.change
		out, err := s.run("serve")
		if err == nil {
			t.Errorf("%s: it started", name)
		}
		for _, word := range c.words {
			if !strings.Contains(out, word) {
				t.Errorf("%s: %q does not say %q", name, out, word)
			}
		}
		if strings.Contains(out, "never") || strings.Contains(out, "ToBeTold") {
			t.Errorf("%s: a secret is told: %q", name, out)
		}
	}
	s.extra = nil
	for _, args := range [][]string{{"connect"}, {"connect", "paypal", "backfill"}, {"connect", "stripe"}, {"connect", "stripe", "backfill"}, {"connect", "stripe", "backfill", "--since", "yesterday"}} {
		if out, err := s.run(args...); err == nil {
			t.Errorf("%v: %q", args, out)
		}
	}
}
