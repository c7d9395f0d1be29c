package export

import "strings"

// writeReadme writes README.txt: what each file is, how to check them, and who to ask.
func (a *archive) writeReadme() error {
	o := a.Map.Operator
	name := o.Name.In(a.words.Tag())
	var b strings.Builder
	line := func(text string) { b.WriteString(text + "\n") }
	title := a.words.T("archive.title", "operator", name)
	line(title)
	line(strings.Repeat("=", len([]rune(title))))
	line("")
	line(a.words.T("archive.made", "customer", a.customer.Ref, "time", a.words.DateTime(a.at)))
	line(a.period())
	line("")
	for _, f := range readmeFiles {
		line(f.path)
		line("    " + a.words.T(f.id))
	}
	line("")
	line(a.words.T("archive.check_how"))
	line("    sha256sum --check SHA256SUMS")
	line("    logverify archive.zip")
	line("")
	line(a.words.T("archive.csv_note"))
	line("")
	line(a.words.T("archive.contact", "email", o.Email, "dpo", o.DPO))
	return a.bundle.put("README.txt", "text/plain; charset=utf-8", "", []byte(b.String()))
}

// readmeFiles says of each part of the archive what it is.
var readmeFiles = []struct{ path, id string }{
	{"index.html", "archive.file_index"},
	{"data/*.json", "archive.file_json"},
	{"data/*.csv", "archive.file_csv"},
	{"documents/", "archive.file_documents"},
	{"processing.json", "archive.file_processing"},
	{"consents/log.jsonl", "archive.file_log"},
	{"consents/receipts/", "archive.file_receipts"},
	{"consents/notices.json", "archive.file_notices"},
	{"consents/shown/", "archive.file_shown"},
	{"consents/checkpoint, vkey, jwks.json, keys.jsonl", "archive.file_proofs"},
	{"schema/", "archive.file_schema"},
	{"manifest.json, manifest.jws", "archive.file_manifest"},
	{"SHA256SUMS", "archive.file_sums"},
}

// period says which dates were asked for.
func (a *archive) period() string {
	from, to := a.request.From, a.request.To
	switch {
	case from.IsZero() && to.IsZero():
		return a.words.T("archive.period_all")
	case to.IsZero():
		return a.words.T("archive.period_from", "from", a.words.Date(from))
	case from.IsZero():
		return a.words.T("archive.period_to", "to", a.words.DateTime(to))
	}
	return a.words.T("archive.period", "from", a.words.Date(from), "to", a.words.DateTime(to))
}
