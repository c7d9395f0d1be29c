package ledger_test

import (
	"crypto/ed25519"
	"runtime"
	"sync"
	"testing"
	"time"

	"candor/models/ledger"
	"candor/models/ledger/ledgertest"
)

// BenchmarkVerify verifies logs beside as many bare Ed25519 verifications on all cores. "of-bare" is the one
// rate divided by the other.
func BenchmarkVerify(b *testing.B) {
	const size = 8 * ledger.TileWidth
	l := ledgertest.Filled(b, size)
	want := ledger.Checkpoint{Origin: ledgertest.Origin, Size: size, Root: l.Root(size)}
	key, _ := ledgertest.Key("entry").Public().(ed25519.PublicKey)
	sig, _ := l.EntryKey.Sign(l.Entries[5])
	var verifying, bare time.Duration
	for b.Loop() {
		start := time.Now()
		v := ledger.NewVerifier(ledger.VerifierConfig{Origin: ledgertest.Origin})
		for i, raw := range l.Entries {
			var public *ledger.Disclosure
			if i < 2 {
				public = &l.Disclosures[i]
			}
			_ = v.Add(raw, public) // Finish says why
		}
		if err := v.Finish(want); err != nil {
			b.Fatal(err)
		}
		verifying += time.Since(start)
		start = time.Now()
		bareVerify(key, l.Entries[5], sig, size)
		bare += time.Since(start)
	}
	b.ReportMetric(float64(bare)/float64(verifying), "of-bare")
	b.ReportMetric(float64(b.N*size)/verifying.Seconds(), "entries/s")
}

func bareVerify(key ed25519.PublicKey, message, sig []byte, n int) {
	var wg sync.WaitGroup
	cores := runtime.GOMAXPROCS(0)
	for range cores {
		wg.Go(func() {
			for range n / cores {
				_ = ed25519.Verify(key, message, sig)
			}
		})
	}
	wg.Wait()
}

// BenchmarkBuild makes entries as the sequencer does: chained one after the other, signed on all cores. "of-bare" is
// its rate beside that of bare Ed25519 signatures on all cores.
func BenchmarkBuild(b *testing.B) {
	const size = 1024
	signer := ledger.NewSigner(ledgertest.Key("entry"))
	var building, bare time.Duration
	for b.Loop() {
		start := time.Now()
		chain := ledger.NewChain(ledgertest.Origin, signer.KeyID(), nil)
		batch := make([]ledger.Unsigned, size)
		for i := range batch {
			batch[i] = chain.Next(ledger.Hash{byte(i)}, start)
		}
		onAllCores(size, func(i int) {
			if _, err := batch[i].Sign(signer); err != nil {
				b.Error(err)
			}
		})
		building += time.Since(start)
		start = time.Now()
		key, message := ledgertest.Key("entry"), make([]byte, 400)
		onAllCores(size, func(int) { ed25519.Sign(key, message) })
		bare += time.Since(start)
	}
	b.ReportMetric(float64(bare)/float64(building), "of-bare")
}

func onAllCores(n int, do func(i int)) {
	var wg sync.WaitGroup
	cores := runtime.GOMAXPROCS(0)
	for core := range cores {
		wg.Go(func() {
			for i := core; i < n; i += cores {
				do(i)
			}
		})
	}
	wg.Wait()
}

// BenchmarkParseEntry takes an entry apart.
func BenchmarkParseEntry(b *testing.B) {
	raw := ledgertest.Filled(b, 3).Entries[2]
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ledger.ParseEntry(raw); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkChain gives entries their place, and writes their details.
func BenchmarkChain(b *testing.B) {
	signer := ledger.NewSigner(ledgertest.Key("entry"))
	chain := ledger.NewChain(ledgertest.Origin, signer.KeyID(), nil)
	now := time.Unix(1767225600, 0)
	b.ReportAllocs()
	for b.Loop() {
		_ = chain.Next(ledger.Hash{1}, now)
	}
}

// BenchmarkDetail writes a detail.
func BenchmarkDetail(b *testing.B) {
	detail, err := ledger.ParseDetail(ledgertest.Filled(b, 3).Disclosures[2].Detail)
	ledgertest.Must(b, err)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := detail.Encode(); err != nil {
			b.Fatal(err)
		}
	}
}
