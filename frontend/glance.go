package frontend

import (
	"slices"
	"time"
)

// glance is the overview in five answers, about the kinds of data of which there is something.
type glance struct {
	Kinds, Records int64
	// Bases counts those kinds by their main legal basis, in the order of the bases.
	Bases []basisShare
	// Recipients are everyone who receives something, each once.
	Recipients []Ref
	// Until is the latest date on which something goes that has a date; zero if nothing has.
	Until time.Time
	// Choices is how many uses the person decides; Allowed of them are allowed, Open ask for a look.
	Choices, Allowed, Open int64
	// OpenAt is the id of the section where the first of those is.
	OpenAt string
	// LogSize is the number of entries of the published log; 0 if it is not said.
	LogSize int64
}

// basisShare is how many kinds of data are held on a basis, and where its part of the bar of all is.
type basisShare struct {
	Basis Basis
	Count int64
	From  int64
}

func newGlance(p OverviewPage) glance {
	held := held(p.Categories)
	g := glance{Kinds: int64(len(held)), LogSize: p.LogSize, OpenAt: "choices"}
	if len(askedAnew(p.Choices)) > 0 {
		g.OpenAt = "anew"
	}
	seen := map[string]bool{}
	for _, c := range held {
		g.Records += c.Count
		if c.KeptUntil.After(g.Until) {
			g.Until = c.KeptUntil
		}
		for _, recipient := range c.Recipients {
			if !seen[recipient.Key] {
				seen[recipient.Key] = true
				g.Recipients = append(g.Recipients, Ref{recipient.Key, recipient.Label})
			}
		}
	}
	g.Bases = basisShares(held)
	for _, c := range decidable(p.Choices) {
		g.Choices++
		if (c.State == StateGiven || c.State == StatePermitted) && !c.HeldBack {
			g.Allowed++
		}
		if c.Attention != AttentionNone || c.Renewal != nil {
			g.Open++
		}
	}
	return g
}

// held are the kinds of data of which there are records, in their order; the others are notHeld.
func held(categories []Category) []Category {
	return slices.DeleteFunc(slices.Clone(categories), func(c Category) bool { return c.Count == 0 })
}

func notHeld(categories []Category) []Category {
	return slices.DeleteFunc(slices.Clone(categories), func(c Category) bool { return c.Count > 0 })
}

func basisShares(categories []Category) []basisShare {
	counts := map[Basis]int64{}
	for _, c := range categories {
		if len(c.Bases) > 0 {
			counts[c.Bases[0]]++
		}
	}
	var shares []basisShare
	from := int64(0)
	for _, b := range []Basis{BasisContract, BasisLegalObligation, BasisLegitimateInterests, BasisConsent, BasisVitalInterests, BasisPublicTask} {
		if n := counts[b]; n > 0 {
			shares = append(shares, basisShare{b, n, from})
			from += n
		}
	}
	return shares
}
