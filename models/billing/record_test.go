package billing_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"candor/models"
	"candor/models/billing"
	"candor/models/store"
)

func TestRecordsComeBackAsTheyWere(t *testing.T) {
	w := withCustomer(t)
	r := invoice("2026-10", map[string]string{"number": "R-1", "total": "4290", "note": "Grüße\nmit \"Zitat\" 😀"})
	r.OccurredAt = time.Date(2026, 10, 1, 12, 0, 0, 123_456_789, time.FixedZone("", 7200))
	if err := w.PutRecord(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	got, err := w.Record(t.Context(), "cus_1001", "invoices", "2026-10")
	if err != nil {
		t.Fatal(err)
	}
	if want := time.Date(2026, 10, 1, 10, 0, 0, 123_000_000, time.UTC); !got.OccurredAt.Equal(want) {
		t.Errorf("occurred at %v; want %v, to the millisecond", got.OccurredAt, want)
	}
	if fmt.Sprint(got.Fields) != fmt.Sprint(r.Fields) || got.Source != "billing" {
		t.Errorf("got %+v", got)
	}
}

func TestStoreSeesNoField(t *testing.T) {
	w := withCustomer(t)
	put(t, w, invoice("i1", map[string]string{"note": "a very private remark"}))
	document(t, w, "i1", "bill.pdf", []byte("private content"))
	for _, r := range w.memory.records {
		if bytes.Contains(r.Sealed, []byte("remark")) || bytes.Contains(r.Sealed, []byte("Amira")) {
			t.Error("a field reached the store in the clear")
		}
	}
	for _, docs := range w.memory.documents {
		if bytes.Contains(docs["bill.pdf"].Sealed, []byte("private")) {
			t.Error("a document reached the store in the clear")
		}
	}
}

func TestSealedContentOpensInItsPlaceOnly(t *testing.T) {
	w := withCustomer(t)
	put(t, w, invoice("i1", map[string]string{"note": "one"}), invoice("i2", map[string]string{"note": "two"}))
	key := store.RecordKey{Customer: "cus_1001", Category: "invoices", ID: "i1"}
	moved := w.memory.records[key]
	moved.ID = "i2"
	w.memory.records[store.RecordKey{Customer: "cus_1001", Category: "invoices", ID: "i2"}] = moved
	if _, err := w.Record(t.Context(), "cus_1001", "invoices", "i2"); err == nil {
		t.Error("a record copied over another opened")
	}
}

func TestInvalidRecordsAreRefusedByName(t *testing.T) {
	long := strings.Repeat("ä", 10_001)
	many := map[string]string{}
	for i := range 101 {
		many[fmt.Sprint("f", i)] = ""
	}
	for name, c := range map[string]struct {
		change      func(*models.Record)
		code, field string
	}{
		"no customer":               {func(r *models.Record) { r.Customer = "" }, "required", "customer"},
		"customer with a blank":     {func(r *models.Record) { r.Customer = "a b" }, "bad_reference", "customer"},
		"customer too long":         {func(r *models.Record) { r.Customer = strings.Repeat("a", 129) }, "bad_reference", "customer"},
		"customer with a NUL":       {func(r *models.Record) { r.Customer = "a\x00" }, "bad_reference", "customer"},
		"customer not ASCII":        {func(r *models.Record) { r.Customer = "cüs" }, "bad_reference", "customer"},
		"customer is a card":        {func(r *models.Record) { r.Customer = "4111111111111111" }, "card_data", "customer"},
		"no category":               {func(r *models.Record) { r.Category = "" }, "required", "category"},
		"undeclared category":       {func(r *models.Record) { r.Category = "shoe_size" }, "undeclared_category", "category"},
		"no id":                     {func(r *models.Record) { r.ID = "" }, "required", "id"},
		"id with a slash":           {func(r *models.Record) { r.ID = "a/b" }, "bad_reference", "id"},
		"id is a card":              {func(r *models.Record) { r.ID = "4111-1111-1111-1111" }, "card_data", "id"},
		"no time":                   {func(r *models.Record) { r.OccurredAt = time.Time{} }, "required", "occurred_at"},
		"long ago":                  {func(r *models.Record) { r.OccurredAt = now.AddDate(-200, 0, 0) }, "time_out_of_range", "occurred_at"},
		"far away":                  {func(r *models.Record) { r.OccurredAt = now.AddDate(200, 0, 0) }, "time_out_of_range", "occurred_at"},
		"no source":                 {func(r *models.Record) { r.Source = "" }, "required", "source"},
		"source too long":           {func(r *models.Record) { r.Source = strings.Repeat("s", 129) }, "too_long", "source"},
		"source is a card":          {func(r *models.Record) { r.Source = "4111 1111 1111 1111" }, "card_data", "source"},
		"no fields":                 {func(r *models.Record) { r.Fields = nil }, "required", "fields"},
		"too many fields":           {func(r *models.Record) { r.Fields = many }, "too_many_fields", "fields"},
		"undeclared field":          {func(r *models.Record) { r.Fields["shoe_size"] = "42" }, "undeclared_field", "fields.shoe_size"},
		"field with a strange name": {func(r *models.Record) { r.Fields["<b>"] = "42" }, "undeclared_field", "fields"},
		"value too long":            {func(r *models.Record) { r.Fields["note"] = long }, "too_long", "fields.note"},
		"bad UTF-8":                 {func(r *models.Record) { r.Fields["note"] = "a\xff" }, "bad_utf8", "fields.note"},
		"control character":         {func(r *models.Record) { r.Fields["note"] = "a\x00b" }, "control_character", "fields.note"},
		"last 4 of 5":               {payment("last4", "12345"), "bad_last4", "fields.last4"},
		"last 4 of letters":         {payment("last4", "12a4"), "bad_last4", "fields.last4"},
		"last 4 in Arabic":          {payment("last4", "١٢٣٤"), "bad_last4", "fields.last4"},
		"last 4 is a card":          {payment("last4", "4111111111111111"), "card_data", "fields.last4"},
		"IBAN mistyped":             {payment("iban", "DE89370400440532013001"), "bad_iban", "fields.iban"},
		"IBAN too short":            {payment("iban", "DE893704"), "bad_iban", "fields.iban"},
		"IBAN of nonsense":          {payment("iban", "…"), "bad_iban", "fields.iban"},
	} {
		t.Run(name, func(t *testing.T) {
			w := withCustomer(t)
			r := invoice("i1", map[string]string{"number": "R-1"})
			c.change(&r)
			err := w.PutRecord(t.Context(), r)
			wantInvalid(t, err, c.code, c.field)
			if len(w.memory.records) != 1 {
				t.Error("something was written")
			}
		})
	}
}

func payment(field, value string) func(*models.Record) {
	return func(r *models.Record) {
		r.Category = "payment_method"
		r.Fields = map[string]string{field: value}
	}
}

func TestIBANsAreReducedOnTheWayIn(t *testing.T) {
	for sent, kept := range map[string]string{
		"DE89370400440532013000":            "DE…3000",
		"de89 3704 0044 0532 0130 00":       "DE…3000",
		"GB82 WEST 1234 5698 7654 32":       "GB…5432",
		"FR14 2004 1010 0505 0001 3M02 606": "FR…2606",
		"DE…4312":                           "DE…4312",
		"DE...4312":                         "DE…4312",
		"DE** **** **** 4312":               "DE…4312",
		"DE 4312":                           "DE…4312",
		"":                                  "",
	} {
		t.Run(sent, func(t *testing.T) {
			w := withCustomer(t)
			r := invoice("p1", nil)
			payment("iban", sent)(&r)
			put(t, w, r)
			got, err := w.Record(t.Context(), "cus_1001", "payment_method", "p1")
			if err != nil || got.Fields["iban"] != kept {
				t.Errorf("kept %q, %v; want %q", got.Fields["iban"], err, kept)
			}
		})
	}
}

func TestRecordWithoutAnyFieldIsKept(t *testing.T) {
	w := withCustomer(t)
	r := invoice(models.ProfileID, map[string]string{})
	r.Category = "identity"
	put(t, w, r)
	if got, err := w.Record(t.Context(), "cus_1001", "identity", models.ProfileID); err != nil || len(got.Fields) != 0 {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestRecordOfAnUnknownCustomer(t *testing.T) {
	w := newWorld(t)
	if err := w.PutRecord(t.Context(), invoice("i1", map[string]string{})); !errors.Is(err, models.ErrUnknownCustomer) {
		t.Error(err)
	}
}

func TestStoreFaultsAreNotSwallowed(t *testing.T) {
	w := withCustomer(t)
	w.memory.fail = models.Fail(models.Unavailable, "store_away")
	ctx := t.Context()
	for name, call := range map[string]func() error{
		"put customer": func() error {
			return w.PutCustomer(ctx, billing.Profile{Customer: models.Customer{Ref: "a"}, Name: "A"})
		},
		"put record": func() error { return w.PutRecord(ctx, invoice("i1", map[string]string{})) },
		"delete":     func() error { return w.DeleteRecords(ctx, "cus_1001", "invoices", "i1") },
		"page": func() error {
			_, err := w.Page(ctx, billing.Query{Customer: "cus_1001", Category: "invoices"})
			return err
		},
		"held": func() error { _, err := w.Held(ctx, "cus_1001"); return err },
		"import": func() error {
			_, err := w.Import(ctx, strings.NewReader(`{"type":"customer","ref":"cus_9"}`), billing.ImportOptions{})
			return err
		},
	} {
		if err := call(); models.KindOf(err) != models.Unavailable {
			t.Errorf("%s: %v; want unavailable", name, err)
		}
	}
}

func TestDeleting(t *testing.T) {
	for name, c := range map[string]struct {
		category, id string
		left         map[string]int64
	}{
		"one":        {"invoices", "i1", map[string]int64{"identity": 1, "invoices": 2500, "usage_detail": 1}},
		"not there":  {"invoices", "i9999", map[string]int64{"identity": 1, "invoices": 2501, "usage_detail": 1}},
		"a category": {"invoices", "", map[string]int64{"identity": 1, "usage_detail": 1}},
		"all":        {"", "", map[string]int64{}},
	} {
		t.Run(name, func(t *testing.T) {
			w := withCustomer(t)
			for i := range 2501 {
				put(t, w, invoice(fmt.Sprint("i", i), map[string]string{}))
			}
			u := invoice("u1", map[string]string{})
			u.Category = "usage_detail"
			put(t, w, u)
			if err := w.DeleteRecords(t.Context(), "cus_1001", c.category, c.id); err != nil {
				t.Fatal(err)
			}
			holdings, err := w.Held(t.Context(), "cus_1001")
			if err != nil {
				t.Fatal(err)
			}
			for _, h := range holdings {
				if h.Records != c.left[h.Category.Key] {
					t.Errorf("%s: %d left; want %d", h.Category.Key, h.Records, c.left[h.Category.Key])
				}
			}
		})
	}
}

func TestDeleteNeedsACategoryForAnID(t *testing.T) {
	w := withCustomer(t)
	wantInvalid(t, w.DeleteRecords(t.Context(), "cus_1001", "", "i1"), "id_without_category", "id")
	wantInvalid(t, w.DeleteRecords(t.Context(), "cus_1001", "shoes", ""), "undeclared_category", "category")
}

func TestProfileIsKeptAsRecords(t *testing.T) {
	w := newWorld(t)
	p := billing.Profile{
		Customer: models.Customer{Ref: "cus_1", Locale: "de", Jurisdiction: "US-CA"},
		Name:     "Łukasz Nowak", CustomerNumber: "4111111111111111", Email: "l@example.test", Phone: "555-0101", Address: "Weg 1\nOrt",
	}
	if err := w.PutCustomer(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	got, err := w.Customer(t.Context(), "cus_1")
	p.UpdatedAt = now
	if err != nil || got != p {
		t.Errorf("got %+v, %v", got, err)
	}
	r, err := w.Record(t.Context(), "cus_1", "contact", models.ProfileID)
	if err != nil || r.Fields["email"] != "l@example.test" || len(r.Fields) != 3 {
		t.Errorf("contact is %+v, %v", r, err)
	}
	if page, err := w.PageCustomers(t.Context(), "", 10); err != nil || len(page) != 1 || page[0] != p {
		t.Errorf("list is %+v, %v", page, err)
	}
}

func TestMembersLeftOutOfAProfileAreNoLongerHeld(t *testing.T) {
	w := newWorld(t)
	full := billing.Profile{Customer: models.Customer{Ref: "cus_1"}, Name: "A", Email: "a@example.test"}
	if err := w.PutCustomer(t.Context(), full); err != nil {
		t.Fatal(err)
	}
	full.Email = ""
	if err := w.PutCustomer(t.Context(), full); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Record(t.Context(), "cus_1", "contact", models.ProfileID); !errors.Is(err, billing.ErrUnknownRecord) {
		t.Errorf("contact is still held: %v", err)
	}
}

func TestInvalidProfilesAreRefusedByName(t *testing.T) {
	for name, c := range map[string]struct {
		p           billing.Profile
		code, field string
	}{
		"no ref":          {billing.Profile{}, "required", "ref"},
		"locale":          {billing.Profile{Customer: models.Customer{Ref: "a", Locale: "not a tag"}}, "bad_locale", "locale"},
		"jurisdiction":    {billing.Profile{Customer: models.Customer{Ref: "a", Jurisdiction: "Germany"}}, "bad_jurisdiction", "jurisdiction"},
		"no such country": {billing.Profile{Customer: models.Customer{Ref: "a", Jurisdiction: "XQ"}}, "bad_jurisdiction", "jurisdiction"},
		"e-mail":          {billing.Profile{Customer: models.Customer{Ref: "a"}, Email: "nobody"}, "bad_email", "email"},
		"e-mail list":     {billing.Profile{Customer: models.Customer{Ref: "a"}, Email: "a@example.test,b@example.test"}, "bad_email", "email"},
		"card in name":    {billing.Profile{Customer: models.Customer{Ref: "a"}, Name: "Jo 4111 1111 1111 1111"}, "card_data", "name"},
		"card in e-mail":  {billing.Profile{Customer: models.Customer{Ref: "a"}, Email: "4111111111111111@example.test"}, "card_data", "email"},
		"control in name": {billing.Profile{Customer: models.Customer{Ref: "a"}, Name: "a\x1bb"}, "control_character", "name"},
		"name too long":   {billing.Profile{Customer: models.Customer{Ref: "a"}, Name: strings.Repeat("a", 10_001)}, "too_long", "name"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			wantInvalid(t, w.PutCustomer(t.Context(), c.p), c.code, c.field)
			if w.memory.writes > 0 {
				t.Error("something was written")
			}
		})
	}
}

func TestDestroyedKeyLeavesNothingToRead(t *testing.T) {
	w := withCustomer(t)
	put(t, w, invoice("i1", map[string]string{}))
	clear(w.ring.keys)
	if p, err := w.Customer(t.Context(), "cus_1001"); err != nil || p.Name != "" {
		t.Errorf("profile %+v, %v", p, err)
	}
	if page, err := w.Page(t.Context(), billing.Query{Customer: "cus_1001", Category: "invoices"}); err != nil || len(page.Records) != 0 {
		t.Errorf("page %+v, %v", page, err)
	}
	if _, err := w.Record(t.Context(), "cus_1001", "invoices", "i1"); models.KindOf(err) != models.Gone {
		t.Errorf("record: %v; want gone", err)
	}
}

func TestDocuments(t *testing.T) {
	w := withCustomer(t)
	put(t, w, invoice("i1", map[string]string{}))
	document(t, w, "i1", "bill.pdf", []byte("%PDF-1.7 one"))
	document(t, w, "i1", "bill.pdf", []byte("%PDF-1.7 two"))
	document(t, w, "i1", "annex.pdf", []byte("%PDF-1.7 three"))
	d, err := w.Document(t.Context(), "cus_1001", "invoices", "i1", "bill.pdf")
	if err != nil || string(d.Content) != "%PDF-1.7 two" || d.MediaType != "application/pdf" {
		t.Errorf("got %+v, %v", d, err)
	}
	r, err := w.Record(t.Context(), "cus_1001", "invoices", "i1")
	if err != nil || fmt.Sprint(r.Documents) != "[annex.pdf bill.pdf]" {
		t.Errorf("documents of the record: %v, %v", r.Documents, err)
	}
	if _, err := w.Document(t.Context(), "cus_1001", "invoices", "i1", "other.pdf"); !errors.Is(err, billing.ErrUnknownDocument) {
		t.Error(err)
	}
}

func TestInvalidDocumentsAreRefusedByName(t *testing.T) {
	for name, c := range map[string]struct {
		change      func(*models.Document)
		code, field string
	}{
		"no name":          {func(d *models.Document) { d.Name = "" }, "required", "name"},
		"path":             {func(d *models.Document) { d.Name = "../bill.pdf" }, "bad_file_name", "name"},
		"backslash":        {func(d *models.Document) { d.Name = `a\b` }, "bad_file_name", "name"},
		"hidden":           {func(d *models.Document) { d.Name = ".bill" }, "bad_file_name", "name"},
		"dots":             {func(d *models.Document) { d.Name = ".." }, "bad_file_name", "name"},
		"line break":       {func(d *models.Document) { d.Name = "a\nb" }, "control_character", "name"},
		"bad UTF-8":        {func(d *models.Document) { d.Name = "a\xff" }, "bad_utf8", "name"},
		"long name":        {func(d *models.Document) { d.Name = strings.Repeat("a", 129) }, "too_long", "name"},
		"card in name":     {func(d *models.Document) { d.Name = "4111111111111111.pdf" }, "card_data", "name"},
		"media type":       {func(d *models.Document) { d.MediaType = "pdf" }, "bad_media_type", "media_type"},
		"empty":            {func(d *models.Document) { d.Content = nil }, "required", "content"},
		"too large":        {func(d *models.Document) { d.Content = make([]byte, models.MaxDocument+1) }, "document_too_large", "content"},
		"no documents":     {func(d *models.Document) { d.Category = "identity" }, "documents_not_declared", "category"},
		"no category":      {func(d *models.Document) { d.Category = "shoes" }, "undeclared_category", "category"},
		"unknown record":   {func(d *models.Document) { d.Record = "i2" }, "unknown_record", ""},
		"unknown customer": {func(d *models.Document) { d.Customer = "cus_2" }, "unknown_customer", "customer"},
	} {
		t.Run(name, func(t *testing.T) {
			w := withCustomer(t)
			put(t, w, invoice("i1", map[string]string{}))
			d := models.Document{
				Customer: "cus_1001", Category: "invoices", Record: "i1",
				Name: "bill.pdf", MediaType: "application/pdf", Content: []byte("%PDF"),
			}
			c.change(&d)
			wantInvalid(t, w.PutDocument(t.Context(), d), c.code, c.field)
			if len(w.memory.documents) > 0 {
				t.Error("something was written")
			}
		})
	}
}

func put(tb testing.TB, w *world, records ...models.Record) {
	tb.Helper()
	for _, r := range records {
		if err := w.PutRecord(context.Background(), r); err != nil {
			tb.Fatal(err)
		}
	}
}

func document(tb testing.TB, w *world, record, name string, content []byte) {
	tb.Helper()
	err := w.PutDocument(context.Background(), models.Document{
		Customer: "cus_1001", Category: "invoices", Record: record,
		Name: name, MediaType: "application/pdf; x=y", Content: content,
	})
	if err != nil {
		tb.Fatal(err)
	}
}
