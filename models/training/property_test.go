package training_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"candor/models"
	"candor/models/auth"
	"candor/models/training"
)

// naive follows one requirement and one member day by day, and remembers what is good until when.
type naive struct {
	versions  []training.Requirement
	withdrawn map[int]bool
	inForce   int // its number; 0 if there is none
	bound     bool
	graceEnds time.Time // of whoever is newly bound
	held      []held
}

// held is an attestation: of which version, and on which day it stops to count.
type held struct {
	version int
	ends    time.Time
}

// morning brings into force what is due, and asks again whoever holds what has changed.
func (n *naive) morning(today time.Time, roles []string) {
	before := n.inForce
	for _, v := range n.versions {
		if !n.withdrawn[v.Version] && !v.EffectiveAt.After(today) && v.Version > n.inForce {
			n.inForce = v.Version
		}
	}
	for number := before + 1; number <= n.inForce; number++ {
		v := n.versions[number-1]
		if !v.Material || n.withdrawn[number] {
			continue
		}
		for i := range n.held {
			if last := today.AddDate(0, 0, v.Grace); n.held[i].version < number && last.Before(n.held[i].ends) {
				n.held[i].ends = last
			}
		}
	}
	binds := n.inForce > 0 && n.versions[n.inForce-1].Binds(roles)
	if binds && !n.bound {
		n.graceEnds = today.AddDate(0, 0, n.versions[n.inForce-1].Grace)
	}
	n.bound = binds
}

func (n *naive) attest(today time.Time) {
	ends := map[string]time.Time{"": today.AddDate(900, 0, 0), "P6D": today.AddDate(0, 0, 6), "P2M": today.AddDate(0, 2, 0)}
	n.held = append(n.held, held{n.inForce, ends[n.versions[n.inForce-1].Validity]})
}

// permits says whether the member may go on.
func (n *naive) permits(today time.Time) bool {
	good := today.Before(n.graceEnds)
	for _, h := range n.held {
		good = good || today.Before(h.ends)
	}
	return !n.bound || good
}

// For any history of versions (material or not, scheduled, withdrawn, retired, of other roles, with other grace and
// validity), of attestations and of time, what is missing is what a naive model says.
func TestWhatIsMissingEqualsANaiveModel(t *testing.T) {
	r := newRig(t)
	chance := rand.New(rand.NewPCG(7, 14))
	seen := map[string]int{}
	for history := range 24 {
		key, member := fmt.Sprintf("history%d", history), models.Staff{ID: fmt.Sprintf("s%d", history), Roles: []string{auth.RoleAuditor}}
		n := &naive{withdrawn: map[int]bool{}}
		for range 50 {
			n.morning(r.Time(), member.Roles)
			r.act(chance, n, key, member, seen)
			st, err := r.For(t.Context(), member, key)
			if bound := !errors.Is(err, training.ErrUnknown); bound != n.bound || (bound && err != nil) {
				t.Fatalf("history %d: bound %v, not %v: %v", history, bound, n.bound, err)
			}
			if permitted := st.State != training.Missing; permitted != n.permits(r.Time()) {
				t.Fatalf("history %d, %s: %+v is permitted: %v, not %v (%+v)", history, r.Time(), st, permitted, !permitted, n)
			}
			seen[fmt.Sprint(n.bound, st.State, st.Reason)]++
			r.Pass(day)
		}
	}
	for _, state := range []string{
		"false", "truecurrent", "truemissingnever", "truemissingexpiry", "truemissingchanged", "trueduenever", "truedueexpiry", "trueduechanged", "withdrawn",
	} {
		if seen[state] == 0 {
			t.Errorf("no history came to %s: %v", state, seen)
		}
	}
}

// act is what happens on a day, if anything does.
func (r *rig) act(chance *rand.Rand, n *naive, key string, member models.Staff, seen map[string]int) {
	r.Helper()
	switch chance.IntN(12) {
	case 0, 1:
		v := r.policy(len(n.versions) + 1)
		v.Key, v.Roles = key, []string{auth.RoleAuditor}
		if days := chance.IntN(3) * chance.IntN(6); days > 0 { // before that day's morning; of several on one day the last one first
			v.EffectiveAt = r.Time().AddDate(0, 0, days).Add(-time.Duration(v.Version) * time.Second)
		}
		v.Material, v.Grace = chance.IntN(2) == 0, chance.IntN(3)*4
		v.Validity = []string{"", "P6D", "P2M"}[chance.IntN(3)]
		switch chance.IntN(6) {
		case 0:
			v.Retired = true
		case 1:
			v.Roles = []string{auth.RoleAdmin}
		}
		check(r, r.Publish(r.Context(), v))
		n.versions = append(n.versions, v)
		n.morning(r.Time(), member.Roles)
	case 2:
		for _, v := range n.versions {
			if v.EffectiveAt.After(r.Time()) && !n.withdrawn[v.Version] {
				check(r, r.Withdraw(r.Context(), key, v.Version))
				n.withdrawn[v.Version] = true
				seen["withdrawn"]++
				return
			}
		}
	case 3, 4, 5:
		if !n.bound {
			return
		}
		_, err := r.Attest(r.Context(), training.Attempt{Member: member, Key: key, Shown: r.shown(key, "en"), Auth: "test"})
		check(r, err)
		n.attest(r.Time())
	}
}
