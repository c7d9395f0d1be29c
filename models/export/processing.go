package export

import (
	"time"

	"candor/models/datamap"
)

// processing is processing.json: what GDPR Art. 15(1) has a person told beside the copy itself. The
// letters are those of its list.
type processing struct {
	Customer   string          `json:"customer"`
	CreatedAt  time.Time       `json:"created_at"`
	Language   string          `json:"language"`
	From       *time.Time      `json:"from,omitempty"` // of the records in the archive
	To         *time.Time      `json:"to,omitempty"`
	Controller controller      `json:"controller"`
	Categories []processed     `json:"categories"`
	Rights     []string        `json:"rights"`              // (e)
	Complaint  complaint       `json:"complaint"`           // (f)
	Automated  automated       `json:"automated_decisions"` // (h)
	Standing   []standingState `json:"choices"`
}

type controller struct {
	Name    string `json:"name"`
	Address string `json:"address"`
	Email   string `json:"email"`
	Phone   string `json:"phone,omitempty"`
	Website string `json:"website,omitempty"`
	DPO     string `json:"data_protection_officer"`
}

type complaint struct {
	Right     string `json:"right"`
	Authority string `json:"authority"`
	Website   string `json:"website"`
}

type automated struct {
	Statement string `json:"statement"`
	Notice    string `json:"notice"` // key of the notice in consents/notices.json
}

// processed is one category: (a) purposes, (b) the category itself, (c) recipients, (d) retention,
// (g) sources; and Art. 15(2), the safeguards of transfers.
type processed struct {
	Key        string          `json:"key"`
	Label      string          `json:"label"`
	What       string          `json:"what"`
	Why        string          `json:"why"`
	Fideslang  string          `json:"fideslang"`
	Bases      []datamap.Basis `json:"legal_bases"`
	Article9   string          `json:"article_9_ground,omitempty"`
	Purposes   []processedFor  `json:"purposes"`
	Recipients []recipient     `json:"recipients"`
	Retention  retention       `json:"retention"`
	Sources    []labelled      `json:"sources"`
	Mandatory  bool            `json:"mandatory"`
	Otherwise  string          `json:"otherwise,omitempty"`
	Records    int64           `json:"records"` // in the archive
}

type processedFor struct {
	Key     string        `json:"key"`
	Label   string        `json:"label"`
	Summary string        `json:"summary"`
	Basis   datamap.Basis `json:"legal_basis"`
	Because string        `json:"because,omitempty"`
	DataUse string        `json:"data_use"`
	DPV     string        `json:"dpv"`
}

type recipient struct {
	Key       string `json:"key"`
	Label     string `json:"label"`
	Does      string `json:"does"`
	Country   string `json:"country"`
	Safeguard string `json:"safeguard,omitempty"`
}

type retention struct {
	Rule   string `json:"rule"`
	Then   string `json:"then"`
	Period string `json:"period"`
	From   string `json:"from"`
}

type labelled struct {
	Key   string `json:"key"`
	Label string `json:"label"`
}

// standingState is a choice that stands.
type standingState struct {
	Purpose  string    `json:"purpose"`
	Label    string    `json:"label"`
	State    string    `json:"state"`
	Since    time.Time `json:"since"`
	LogIndex uint64    `json:"log_index"`
}

// rights are the messages that name the rights of Art. 15(1)(e) and Art. 20, 7(3).
var rights = []string{
	"archive.right_correct", "archive.right_erase", "archive.right_restrict", "archive.right_object",
	"archive.right_port", "archive.right_withdraw",
}

func (a *archive) writeProcessing() error { return a.putJSON("processing.json", a.processing()) }

func (a *archive) processing() processing {
	o, tag := a.Map.Operator, a.words.Tag()
	p := processing{
		Customer: a.customer.Ref, CreatedAt: a.at, Language: tag, From: bound(a.request.From), To: bound(a.request.To),
		Controller: controller{
			Name: o.Name.In(tag), Address: o.Address, Email: o.Email, Phone: o.Phone, Website: o.Website, DPO: o.DPO,
		},
		Categories: []processed{},
		Complaint: complaint{
			Right: a.words.T("archive.right_complain"), Authority: o.Authority.Name.In(tag), Website: o.Authority.Website,
		},
		Automated: automated{Statement: a.words.T("archive.automated"), Notice: o.Notice},
		Standing:  a.standing(),
	}
	for _, id := range rights {
		p.Rights = append(p.Rights, a.words.T(id))
	}
	for _, t := range a.tables {
		p.Categories = append(p.Categories, a.processed(t))
	}
	return p
}

func bound(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func (a *archive) processed(t *table) processed {
	c, tag := t.category, a.words.Tag()
	p := processed{
		Key: c.Key, Label: t.label, What: c.What.In(tag), Why: c.Why.In(tag), Fideslang: c.Fideslang, Bases: c.Bases,
		Article9: c.Article9, Mandatory: c.Mandatory, Otherwise: c.Otherwise.In(tag), Records: t.count,
		Purposes: []processedFor{}, Recipients: []recipient{}, Sources: []labelled{},
		Retention: retention{
			Rule: c.Retention.Label.In(tag), Then: c.Retention.Then.In(tag), Period: c.Retention.Period, From: c.Retention.From,
		},
	}
	for _, u := range a.Map.PurposesOf(c.Key) {
		p.Purposes = append(p.Purposes, processedFor{
			Key: u.Key, Label: u.Label.In(tag), Summary: u.Summary.In(tag), Basis: u.Basis, Because: u.Because.In(tag),
			DataUse: u.DataUse, DPV: u.DPV,
		})
	}
	for _, r := range a.Map.RecipientsOf(c.Key) {
		p.Recipients = append(p.Recipients, recipient{
			Key: r.Key, Label: r.Label.In(tag), Does: r.Does.In(tag), Country: r.Country, Safeguard: r.Safeguard.In(tag),
		})
	}
	for _, key := range c.Sources {
		if s, ok := a.Map.Source(key); ok {
			p.Sources = append(p.Sources, labelled{Key: key, Label: s.Label.In(tag)})
		}
	}
	return p
}

// standing lists the choices that stand, in the map's order of purposes.
func (a *archive) standing() []standingState {
	out := []standingState{}
	for i := range a.Map.Purposes {
		p := &a.Map.Purposes[i]
		if c := a.consents.standing.Choices.Of(p.Key); c.State != "" {
			stands := a.consents.stands[p.Key]
			out = append(out, standingState{
				Purpose: p.Key, Label: p.Label.In(a.words.Tag()), State: string(stands.State), Since: stands.Since.UTC(), LogIndex: c.Seq,
			})
		}
	}
	return out
}
