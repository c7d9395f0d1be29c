package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"candor/models"
	"candor/models/auth"
	"candor/models/consent"
)

// BenchmarkSearch searches customers over HTTP, in a store of CANDOR_BENCH_CUSTOMERS customers who have each decided about
// three purposes or four, 5,000 by default: the first page of the usual 100 for purposes that half of them, one in a
// hundred and nobody allow, for one that one in fifty objects to, and for one that needs no choice; and the whole list, a
// page of 1,000 after the other. Their standings are written into the store in no order, and into no log: a search does
// not ask it. CANDOR_BENCH_SEARCH_DIR names a folder to keep. It reports how long a page takes, and how much processor
// time, the client's included: that is what other work on the machine changes less.
func BenchmarkSearch(b *testing.B) {
	p, total := decidedStore(b)
	s := newSearcher(b, p)
	for _, row := range []struct {
		name, purpose string
		want          int // on the first page
	}{
		{"half-allow", "usage_analytics", 100},
		{"1-in-100-allows", "marketing_email", 20}, // of 2,000 customers
		{"nobody-allows", "partner_sharing", 0},
		{"1-in-50-objects", "fraud_prevention", 100},
		{"all-by-contract", "billing", 100},
	} {
		b.Run("first-page/"+row.name, func(b *testing.B) {
			spent := processor(b)
			for b.Loop() {
				if got := s.page(b, row.purpose, 100, ""); len(got.Results) > row.want || len(got.Results) < row.want/4 {
					b.Fatalf("%d results, want %d", len(got.Results), row.want)
				}
			}
			report(b, b.N, processor(b)-spent)
		})
	}
	for _, purpose := range []string{"usage_analytics", "partner_sharing", "billing"} {
		b.Run("whole-list/"+purpose, func(b *testing.B) {
			pages, spent := 0, processor(b)
			for b.Loop() {
				for token, more := "", true; more; pages++ {
					got := s.page(b, purpose, 1000, token)
					token, more = got.Page.Next, got.Page.Next != ""
				}
			}
			b.ReportMetric(float64(pages)/float64(b.N), "pages")
			report(b, pages, processor(b)-spent)
			b.ReportMetric(float64(total)*float64(b.N)/b.Elapsed().Seconds(), "customers/s")
		})
	}
}

// BenchmarkCensus counts where all customers of the same store stand, as legal's pages tell before a text is approved: by
// purpose, state, text and jurisdiction.
func BenchmarkCensus(b *testing.B) {
	p, total := decidedStore(b)
	spent := processor(b)
	for b.Loop() {
		// A new service has counted nothing yet.
		s, err := consent.New(consent.Config{Map: p.datamap, Log: p.log, Customers: p.data, Notices: p.notices, Clock: p.clock})
		must(b, err)
		census, err := s.Census(b.Context())
		for errors.Is(err, consent.ErrCounting) { // a page would come again
			census, err = s.Census(b.Context())
		}
		must(b, err)
		if census.Customers != int64(total) || len(census.Rows) < 7 {
			b.Fatalf("%d customers in %d rows", census.Customers, len(census.Rows))
		}
	}
	b.ReportMetric(float64((processor(b)-spent).Milliseconds())/float64(b.N), "processor-ms/op")
	b.ReportMetric(float64(total)*float64(b.N)/b.Elapsed().Seconds(), "customers/s")
}

// decidedStore is a store of customers who have all decided, and how many there are.
func decidedStore(b *testing.B) (*program, int) {
	b.Helper()
	total := number(b, "CANDOR_BENCH_CUSTOMERS", 5_000)
	dir := os.Getenv("CANDOR_BENCH_SEARCH_DIR")
	if dir == "" {
		dir = b.TempDir()
	}
	must(b, os.MkdirAll(dir, 0o700))
	p, err := openFolder(b.Context(), dir)
	must(b, err)
	b.Cleanup(func() { must(b, p.close()) })
	decided(b, p, total)
	return p, total
}

// report says what a page took.
func report(b *testing.B, pages int, spent time.Duration) {
	b.Helper()
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(pages)/1000, "ms/page")
	b.ReportMetric(float64(spent.Microseconds())/float64(pages)/1000, "processor-ms/page")
}

// processor is how much processor time the process has used.
func processor(b *testing.B) time.Duration {
	b.Helper()
	var used syscall.Rusage
	must(b, syscall.Getrusage(syscall.RUSAGE_SELF, &used))
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// decided makes customers known who have all decided, unless they are there already.
func decided(b *testing.B, p *program, total int) {
	b.Helper()
	there, err := p.data.CountCustomers(b.Context())
	must(b, err)
	if int(there) == total {
		return
	}
	at := p.clock()
	notice := models.NoticeRef{Key: "usage_analytics", Version: 2, Locale: "en", SHA256: strings.Repeat("0123456789abcdef", 4)}
	const some = 10_000
	for from := 0; from < total; from += some {
		customers, standings := make([]models.Customer, 0, some), make([]models.Standing, 0, some)
		for i := from; i < min(from+some, total); i++ {
			n := i * 7_368_787 % total // a prime: each once, in no order
			choice := func(purpose string, one bool) models.Choice {
				c := models.Choice{Purpose: purpose, State: models.Refused, Seq: uint64(i), Since: at, HappenedAt: at, Notice: notice}
				if one {
					c.State = models.Given
				}
				return c
			}
			choices := models.Choices{
				choice("marketing_email", n%100 == 0), choice("partner_sharing", false), choice("usage_analytics", n%2 == 0),
			}
			if n%50 == 0 {
				choices = choices.With(models.Choice{Purpose: "fraud_prevention", State: models.Objected, Since: at, HappenedAt: at})
			}
			ref := fmt.Sprintf("cus_%07d", n)
			customers = append(customers, models.Customer{Ref: ref, Locale: "en", UpdatedAt: at})
			standings = append(standings, models.Standing{Customer: ref, Seq: uint64(i), Choices: choices})
		}
		must(b, p.data.PutCustomers(b.Context(), customers))
		must(b, p.data.SaveStandings(b.Context(), 0, standings))
	}
}

// searcher asks as a billing system.
type searcher struct{ url, token string }

func newSearcher(b *testing.B, p *program) *searcher {
	b.Helper()
	client, secret, err := p.auth.AddClient(b.Context(), "Bench", []string{auth.ScopeConsentsRead})
	must(b, err)
	issued, err := p.auth.IssueToken(b.Context(), client.ID, secret, "")
	must(b, err)
	return &searcher{listen(b, p), issued.Token}
}

type searched struct {
	Page struct {
		Next string `json:"next_token"`
	}
	Results []struct{ ID string }
}

func (s *searcher) page(b *testing.B, purpose string, limit int, token string) (found searched) {
	b.Helper()
	body := fmt.Sprintf(`{"subject":{"type":"service","id":"bench"},"action":{"name":%q},"resource":{"type":"customer"},"page":{"limit":%d,"token":%q}}`,
		purpose, limit, token)
	request, err := http.NewRequestWithContext(b.Context(), http.MethodPost, s.url+"/access/v1/search/resource", strings.NewReader(body))
	must(b, err)
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", "Bearer "+s.token)
	response, err := http.DefaultClient.Do(request)
	must(b, err)
	raw, err := io.ReadAll(response.Body)
	must(b, err)
	must(b, response.Body.Close())
	if response.StatusCode != http.StatusOK {
		b.Fatalf("%d %s", response.StatusCode, raw)
	}
	must(b, json.Unmarshal(raw, &found))
	return found
}
