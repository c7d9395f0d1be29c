package web

import (
	"slices"

	"candor/frontend"
	"candor/models/billing"
	"candor/models/datamap"
)

// category is what a person reads about a kind of data.
func (w *Web) category(h billing.Holding, tag string) frontend.Category {
	c := h.Category
	out := frontend.Category{
		Key: c.Key, Label: c.Label.In(tag), Icon: c.Icon, Why: c.Why.In(tag),
		Kept: c.Retention.Label.In(tag), Afterwards: c.Retention.Then.In(tag), KeptUntil: c.Retention.Until(h.Newest),
		Mandatory: c.Mandatory, MandatoryNote: c.Otherwise.In(tag), Special: c.Article9 != "",
		Count: h.Records, Newest: h.Newest,
	}
	for _, b := range c.Bases {
		out.Bases = append(out.Bases, frontend.Basis(b))
	}
	for _, p := range w.Map.Current().PurposesOf(c.Key) {
		out.Purposes = append(out.Purposes, frontend.PurposeUse{
			Key: p.Key, Label: p.Label.In(tag), Basis: frontend.Basis(p.Basis), Reason: p.Summary.In(tag),
		})
	}
	for _, r := range w.Map.Current().RecipientsOf(c.Key) {
		out.Recipients = append(out.Recipients, frontend.Recipient{
			Key: r.Key, Label: r.Label.In(tag), Does: r.Does.In(tag), Country: r.Country, Safeguard: r.Safeguard.In(tag),
		})
	}
	for _, key := range c.Sources {
		if s, ok := w.Map.Current().Source(key); ok {
			out.Sources = append(out.Sources, s.Label.In(tag))
		}
	}
	return out
}

// flow is the picture of what is held: purposes with the categories they use and who receives them.
func (w *Web) flow(choices []frontend.Choice, held []billing.Holding, tag string) frontend.Flow {
	var f frontend.Flow
	m := w.Map.Current()
	for i := range m.Purposes {
		p := &m.Purposes[i]
		fp := frontend.FlowPurpose{
			Key: p.Key, Label: p.Label.In(tag), Basis: frontend.Basis(p.Basis), Active: active(choices, p.Key),
			Categories: w.categoryRefs(p, held, tag), Recipients: w.recipientRefs(p, tag),
		}
		if len(fp.Categories) > 0 {
			f.Purposes = append(f.Purposes, fp)
		}
	}
	return f
}

func active(choices []frontend.Choice, purpose string) bool {
	return slices.ContainsFunc(choices, func(c frontend.Choice) bool {
		on := c.State == frontend.StateGiven || c.State == frontend.StatePermitted || c.State == frontend.StateRequired
		return c.Purpose == purpose && on && !c.HeldBack
	})
}

// categoryRefs are the categories of a purpose of which something is held; all if held is nil.
func (w *Web) categoryRefs(p *datamap.Purpose, held []billing.Holding, tag string) []frontend.Ref {
	var out []frontend.Ref
	for _, key := range p.Categories {
		has := held == nil || slices.ContainsFunc(held, func(h billing.Holding) bool {
			return h.Category.Key == key && h.Records > 0
		})
		if c, ok := w.Map.Current().Category(key); ok && has {
			out = append(out, frontend.Ref{Key: key, Label: c.Label.In(tag)})
		}
	}
	return out
}

func (w *Web) recipientRefs(p *datamap.Purpose, tag string) []frontend.Ref {
	var out []frontend.Ref
	for _, key := range p.Recipients {
		if r, ok := w.Map.Current().Recipient(key); ok {
			out = append(out, frontend.Ref{Key: key, Label: r.Label.In(tag)})
		}
	}
	return out
}
