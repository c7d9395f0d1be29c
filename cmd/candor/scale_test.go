package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"candor/models"
)

// small is what a large log is measured beside: customers and entries.
const small = 1_000

// scale is a folder with a log. CANDOR_BENCH_DIR names one to keep and to fill further, CANDOR_BENCH_CUSTOMERS and
// CANDOR_BENCH_ENTRIES say how far; by default it is a small one that is thrown away, which shows that the
// benchmark runs and little else.
type scale struct {
	dir                string
	customers, entries int
}

func largeScale(b *testing.B) scale {
	b.Helper()
	s := scale{os.Getenv("CANDOR_BENCH_DIR"), number(b, "CANDOR_BENCH_CUSTOMERS", 5_000), number(b, "CANDOR_BENCH_ENTRIES", 10_000)}
	if s.dir == "" {
		s.dir = b.TempDir()
	}
	s.fill(b)
	return s
}

func smallScale(b *testing.B) scale {
	b.Helper()
	s := scale{b.TempDir(), small, small}
	s.fill(b)
	return s
}

func number(b *testing.B, name string, otherwise int) int {
	b.Helper()
	value := os.Getenv(name)
	if value == "" {
		return otherwise
	}
	n, err := strconv.Atoi(value)
	must(b, err)
	return n
}

func (s scale) open(b *testing.B) *program {
	b.Helper()
	p, err := openFolder(b.Context(), s.dir)
	must(b, err)
	return p
}

// fill brings the folder to its size, through the real sequencer, and goes on where an earlier run was stopped.
func (s scale) fill(b *testing.B) {
	b.Helper()
	must(b, os.MkdirAll(s.dir, 0o700))
	p := s.open(b)
	defer func() { must(b, p.close()) }()
	known, err := p.data.CountCustomers(b.Context())
	must(b, err)
	for from := int(known); from < s.customers; from += 10_000 {
		batch := make([]models.Customer, min(10_000, s.customers-from))
		for i := range batch {
			batch[i] = models.Customer{Ref: reference(from + i), Locale: "en", UpdatedAt: p.clock()}
		}
		must(b, p.data.PutCustomers(b.Context(), batch))
	}
	begun := time.Now()
	for there := int(p.log.Head().Size); there < s.entries; there = int(p.log.Head().Size) {
		n := min(100_000, s.entries-there)
		spent := appendAbout(b, p.log, 1024, n, func(i int) string { return reference((there + i) % s.customers) })
		if s.entries > 100_000 {
			fmt.Fprintf(os.Stderr, "%d of %d entries, %.0f a second, %s\n", there+n, s.entries, float64(n)/spent.Seconds(), time.Since(begun).Round(time.Second))
		}
	}
}

// BenchmarkScale decides and appends about customers of a large log and of one of 1,000 customers and as many entries,
// turn by turn in one run, and reports how many times as long the large one's take: quality.md allows 1.2.
func BenchmarkScale(b *testing.B) {
	large, little := largeScale(b), smallScale(b)
	anybody := func(s scale) string { return reference(rand.IntN(s.customers)) }
	active := func(scale) string { return reference(rand.IntN(small)) }
	for _, row := range []struct {
		name    string
		subject func(scale) string
		turn    int
		run     func(b *testing.B, p *program, subjects []string) time.Duration
		cold    bool
	}{
		{"decision=warm", active, 200_000, decideAbout, false},
		{"decision=cold", anybody, 500, decideAbout, true},
		{"append=active", active, 4_096, appendTo, false},
		{"append=anybody", anybody, 4_096, appendTo, false},
	} {
		b.Run(row.name, func(b *testing.B) {
			worlds := []scale{large, little}
			programs := []*program{large.open(b), little.open(b)}
			for _, p := range programs {
				if !row.cold {
					row.run(b, p, subjects(large, active, small)) // remembered, keys opened
				}
			}
			var spent [2]time.Duration
			for b.Loop() {
				for i, s := range worlds {
					spent[i] += row.run(b, programs[i], subjects(s, row.subject, row.turn))
				}
				if row.cold { // forget whom they were asked about
					for i, s := range worlds {
						must(b, programs[i].close())
						programs[i] = s.open(b)
					}
				}
			}
			for _, p := range programs {
				must(b, p.close())
			}
			b.ReportMetric(float64(spent[0].Nanoseconds())/float64(b.N*row.turn), "ns/large")
			b.ReportMetric(float64(spent[1].Nanoseconds())/float64(b.N*row.turn), "ns/small")
			b.ReportMetric(spent[0].Seconds()/spent[1].Seconds(), "times-as-long")
		})
	}
}

func subjects(s scale, subject func(scale) string, n int) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = subject(s)
	}
	return all
}

func decideAbout(b *testing.B, p *program, subjects []string) time.Duration {
	b.Helper()
	start := time.Now()
	for _, customer := range subjects {
		if _, err := p.consent.Decide(context.Background(), customer, "usage_analytics", "usage_detail"); err != nil {
			b.Fatal(err)
		}
	}
	return time.Since(start)
}

func appendTo(b *testing.B, p *program, subjects []string) time.Duration {
	b.Helper()
	return appendAbout(b, p.log, 64, len(subjects), func(i int) string { return subjects[i] })
}

// BenchmarkMemory decides about 200,000 customers of a large log, or all if there are fewer, and reports what the process
// then holds: on the heap, and resident.
func BenchmarkMemory(b *testing.B) {
	s := largeScale(b)
	p := s.open(b)
	defer func() { must(b, p.close()) }()
	for b.Loop() {
		for i := range min(s.customers, 200_000) {
			_, err := p.consent.Decide(b.Context(), reference(i), "usage_analytics", "usage_detail")
			must(b, err)
		}
	}
	runtime.GC()
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	b.ReportMetric(float64(memory.HeapAlloc)/(1<<20), "heap-MB")
	b.ReportMetric(float64(resident(b, os.Getpid()))/1024, "resident-MB")
}

// BenchmarkStart starts the real program on a large log and on one with nothing but its keys and notices, turn by turn,
// until it says that it is ready. It reports how many times as long the large one takes, for which quality.md allows 2,
// and the most memory that the idle server held in the seconds after: 150 MB.
func BenchmarkStart(b *testing.B) {
	large := largeScale(b)
	empty := scale{dir: b.TempDir()}
	empty.fill(b)
	binary := filepath.Join(b.TempDir(), "candor")
	out, err := exec.CommandContext(b.Context(), "go", "build", "-o", binary, ".").CombinedOutput()
	if err != nil {
		b.Fatalf("build: %v\n%s", err, out)
	}
	var spent [2]time.Duration
	most := 0
	for b.Loop() {
		for i, s := range []scale{large, empty} {
			server, ready := s.start(b, binary)
			spent[i] += ready
			if i == 0 {
				most = max(most, watch(b, server.Process.Pid))
			}
			must(b, server.Process.Signal(os.Interrupt))
			must(b, server.Wait())
		}
	}
	b.ReportMetric(float64(spent[0].Milliseconds())/float64(b.N), "ms/large")
	b.ReportMetric(float64(spent[1].Milliseconds())/float64(b.N), "ms/empty")
	b.ReportMetric(spent[0].Seconds()/spent[1].Seconds(), "times-as-long")
	b.ReportMetric(float64(most)/1024, "idle-MB")
}

// start runs the server and says how long it took to be ready.
func (s scale) start(b *testing.B, binary string) (*exec.Cmd, time.Duration) {
	b.Helper()
	l, err := (&net.ListenConfig{}).Listen(b.Context(), "tcp", "127.0.0.1:0")
	must(b, err)
	addr := l.Addr().String()
	must(b, l.Close())
	operator, err := filepath.Abs("operators/utility")
	must(b, err)
	c := exec.Command(binary, "serve")
	c.Env = append(os.Environ(), "CANDOR_ADDR="+addr, "CANDOR_METRICS_ADDR=off", "CANDOR_BASE_URL=http://"+addr, "CANDOR_OPERATOR="+operator,
		"CANDOR_ORIGIN="+demoSettings(s.dir, "utility", "").Origin, "CANDOR_STORE=sqlite:"+filepath.Join(s.dir, "candor.db"),
		"CANDOR_LOG_LEVEL=error")
	c.Stderr = os.Stderr
	begun := time.Now()
	must(b, c.Start())
	for {
		response, err := http.Get("http://" + addr + "/readyz") // its own
		if err == nil {
			_ = response.Body.Close()
			if response.StatusCode == http.StatusOK {
				return c, time.Since(begun)
			}
		}
		if time.Since(begun) > time.Minute {
			b.Fatal("it did not become ready within a minute")
		}
		time.Sleep(time.Millisecond) // between two questions of a poll
	}
}

// watch gives the most resident memory of a process, in KiB, over the next seconds.
func watch(b *testing.B, pid int) (most int) {
	b.Helper()
	for range 30 {
		most = max(most, resident(b, pid))
		time.Sleep(100 * time.Millisecond)
	}
	return most
}

// resident gives the resident memory of a process now, in KiB.
func resident(b *testing.B, pid int) int {
	b.Helper()
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	must(b, err)
	_, rest, _ := strings.Cut(string(raw), "VmRSS:")
	fields := strings.Fields(rest)
	if len(fields) == 0 {
		b.Fatal("the system does not say how much memory a process holds")
	}
	kib, err := strconv.Atoi(fields[0])
	must(b, err)
	return kib
}
