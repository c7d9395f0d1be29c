package staff

import (
	"encoding/base64"
	"strconv"
	"strings"

	"candor/frontend"
	"candor/i18n"
	"candor/models/ledger"
	"candor/models/sequencer"
)

// facts are what an entry says. A customer appears by their pseudonym alone, and free text about a choice made elsewhere
// does not appear.
func (s *Staff) facts(r sequencer.Result, words *i18n.Localizer) []frontend.Fact {
	var out factList
	d := r.Detail
	out.code("kind", joined(d.Kind, d.State))
	out.code("subject", d.Subject)
	out.words("actor", joined(words.T("evidence.actor."+d.Actor.Type), d.Actor.ID))
	if d.Role != "" {
		out.words("role", words.T("role."+d.Role))
	}
	out.words("reason", d.Reason)
	if a := d.About; a != nil {
		version := ""
		if a.Version > 0 {
			version = words.T("notice.version", "version", a.Version)
		}
		out.words("about", joined(a.Type, a.Key, version, a.Part))
	}
	s.choiceFacts(&out, d, words)
	if d.Supersedes != nil {
		out.words("supersedes", strconv.FormatUint(*d.Supersedes, 10))
	}
	out.code("event", d.ID.String())
	if entry, err := ledger.ParseEntry(r.Entry.Raw); err == nil {
		out.code("commit", base64.RawURLEncoding.EncodeToString(entry.Payload.Commit[:]))
	}
	return out
}

func (s *Staff) choiceFacts(out *factList, d ledger.Detail, words *i18n.Localizer) {
	if p, ok := s.Map.Current().Purpose(d.Purpose); ok {
		out.words("purpose", joined(p.Label.In(words.Tag()), d.Purpose))
	} else {
		out.code("purpose", d.Purpose)
	}
	out.code("channel", d.Channel)
	out.code("auth", d.Auth)
	if !d.OccurredAt.IsZero() {
		out.words("occurred_at", words.DateTime(d.OccurredAt))
	}
	if d.Jurisdiction != "" {
		out.words("jurisdiction", words.Region(d.Jurisdiction))
	}
	if n := d.Notice; n != nil {
		out.words("notice", joined(n.Key, words.T("notice.version", "version", n.Version), n.Locale))
	}
	if e := d.Backing; e != nil {
		out.words("evidence", joined(e.Kind, e.Reference))
	}
}

type factList []frontend.Fact

func (f *factList) words(name, value string) { f.add(name, value, false) }
func (f *factList) code(name, value string)  { f.add(name, value, true) }

func (f *factList) add(name, value string, code bool) {
	if value != "" {
		*f = append(*f, frontend.Fact{Name: name, Value: value, Code: code})
	}
}

// joined puts what there is in a line.
func joined(parts ...string) string {
	var there []string
	for _, part := range parts {
		if part != "" {
			there = append(there, part)
		}
	}
	return strings.Join(there, " · ")
}
