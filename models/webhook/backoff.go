package webhook

import (
	"math/rand/v2"
	"time"
)

const (
	// giveUpAfter is how long a change is tried.
	giveUpAfter = 48 * time.Hour
	// firstWait follows the first failure; each later wait is waitFactor times as long, up to maxWait.
	firstWait  = 5 * time.Second
	waitFactor = 3
	maxWait    = 2 * time.Hour
)

// backoff is how long to wait after so many failures, 1 at least: 5 s, 15 s, 45 s, 2 min, 7 min, 20 min, 1 h, then every
// 2 h, each a fifth shorter or longer by chance, so that what failed together does not come back together. An answer that
// asks for more is given it.
func backoff(failures int, retryAfter time.Duration) time.Duration {
	wait := firstWait
	for range failures - 1 {
		if wait *= waitFactor; wait >= maxWait {
			wait = maxWait
			break
		}
	}
	spread := float64(wait) * (0.8 + 0.4*rand.Float64()) //nolint:gosec // it need not be hard to guess
	return max(time.Duration(spread), retryAfter)
}
