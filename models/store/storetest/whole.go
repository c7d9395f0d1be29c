package storetest

import (
	"context"
	"testing"
	"time"

	"candor/models"
	"candor/models/store"
)

// testReopened writes something of every role, closes the store, and finds it all in the one it opens.
func testReopened(t *testing.T, open Opener[store.Data]) {
	ctx := t.Context()
	place := t.TempDir()
	s := open(t, place)
	customer, rec := models.Customer{Ref: "cus_1", Locale: "fr", UpdatedAt: noon}, record("cus_1", "invoices", "1", noon)
	document := store.Document{RecordKey: key(rec), Name: "bill.pdf", MediaType: "application/pdf", Size: 1, Sealed: awkward}
	session, link := store.Session{Hash: "h", Customer: "cus_1", ExpiresAt: noon}, store.Link{ID: "l", Hash: "h", ExpiresAt: noon}
	publication := store.Publication{Kind: "notice", Key: "privacy", Version: 1, PublishedAt: noon, Content: []byte("{}")}
	client, download := store.Client{ID: "c", Scopes: []string{"records"}, CreatedAt: noon}, archive("a", "cus_1", "ready", noon)

	must(t, s.Append(ctx, entries(0, 5)))
	must(t, s.SaveStandings(ctx, 5, []models.Standing{standing("cus_1", 4, models.Given)}))
	must(t, s.PutCustomers(ctx, []models.Customer{customer}))
	must(t, s.PutRecords(ctx, []store.Record{rec}))
	must(t, s.PutDocuments(ctx, []store.Document{document}))
	must(t, s.Publish(ctx, publication))
	must(t, s.AddRevision(ctx, revision("notice", "privacy", 2, 1)))
	must(t, s.KeepWording(ctx, wording("a")))
	must(t, s.CreateSession(ctx, session))
	must(t, s.CreateLink(ctx, link))
	must(t, s.UseLink(ctx, "h", noon))
	challenge := store.Challenge{ID: "ch", Kind: "email", Tries: 5, CreatedAt: noon, ExpiresAt: noon.Add(time.Minute)}
	mail, account := store.Mail{ID: "m", DueAt: noon, ExpiresAt: noon}, store.Identity{Key: "i", Customer: "cus_1", CreatedAt: noon}
	must(t, s.PutEmails(ctx, []store.EmailKey{{Customer: "cus_1", Key: "e"}}))
	same(t, give(s.BindIdentity(ctx, account))(t), account)
	must(t, s.CreateChallenge(ctx, challenge))
	same(t, give(s.Count(ctx, "n", noon, noon.Add(time.Minute)))(t), 1)
	must(t, s.PutMail(ctx, mail))
	must(t, s.PutClient(ctx, client))
	must(t, s.UseAssertion(ctx, "a", noon))
	must(t, s.CreateArchive(ctx, download))
	must(t, s.PutChunk(ctx, "a", 0, awkward))
	named := give(s.ClaimWrite(ctx, store.NamedWrite{ID: "w", Fingerprint: "f", Holder: "h", ClaimedUntil: noon, ExpiresAt: noon}, noon))(t)
	must(t, s.AnswerWrite(ctx, "w", "h", awkward))
	must(t, s.CreateRequest(ctx, request("r", "cus_1", 1)))
	must(t, s.CreateTasks(ctx, []store.Task{task("t", "c", 4)}))
	must(t, s.CreateLookUp(ctx, lookUp("l", "m", 0)))
	must(t, s.PutObjects(ctx, []store.ConnectorObject{object("in_1", "c", 3)}))
	must(t, s.MarkEvent(ctx, outside, "evt_1", noon))
	must(t, s.PutConnectorState(ctx, outside, "backfill", awkward))
	must(t, s.CreateEndpoint(ctx, endpoint("e")))
	must(t, s.SaveEndpointProgress(ctx, store.EndpointProgress{Endpoint: "e", Cursor: 7, Revision: 1}, 0, []store.Delivery{delivery("e", 7)}))
	must(t, s.PutAttestations(ctx, 5, []store.Attestation{attestation(4, "staff_1")}))
	must(t, s.MarkReminder(ctx, "rem", noon))
	must(t, s.CreateMember(ctx, member("m")))
	must(t, s.CreatePasskey(ctx, passkey("p", "m", 0)))
	must(t, s.CreateEnrolment(ctx, store.Enrolment{Hash: "h", Member: "m", CreatedAt: noon, ExpiresAt: noon}))
	must(t, s.UseEnrolment(ctx, "h", noon))
	must(t, s.Ping(ctx))
	must(t, s.Close())

	s = open(t, place)
	defer func() { must(t, s.Close()) }()
	must(t, s.Ping(ctx))
	same(t, give(s.Read(ctx, 0, 10))(t), entries(0, 5))
	want(t, s.Append(ctx, entries(4, 1)), store.ErrTaken)
	must(t, s.Append(ctx, entries(5, 1)))
	same(t, give(s.Standing(ctx, "cus_1"))(t), standing("cus_1", 4, models.Given))
	same(t, give(s.Applied(ctx))(t), 5)
	same(t, give(s.Customer(ctx, "cus_1"))(t), customer)
	same(t, give(s.CountCustomers(ctx))(t), 1)
	same(t, give(s.Record(ctx, key(rec)))(t), rec)
	same(t, give(s.Tallies(ctx, "cus_1"))(t), map[string]models.Tally{"invoices": {Records: 1, Newest: noon}})
	same(t, give(s.Document(ctx, document.RecordKey, document.Name))(t), document)
	same(t, give(s.Publications(ctx, "notice"))(t), []store.Publication{publication})
	same(t, give(s.NewestRevisions(ctx, "notice", ""))(t), []store.Revision{revision("notice", "privacy", 2, 1)})
	same(t, give(s.Wording(ctx, wording("a").SHA256))(t), wording("a"))
	same(t, give(s.Session(ctx, "h", noon.AddDate(-1, 0, 0)))(t), session)
	want(t, s.UseLink(ctx, "h", noon), store.ErrExists)
	same(t, give(s.CustomersOfEmail(ctx, "e", 10))(t), []string{"cus_1"})
	same(t, give(s.BindIdentity(ctx, store.Identity{Key: "i", Customer: "cus_2"}))(t), account)
	same(t, give(s.Challenge(ctx, "ch", noon))(t), challenge)
	same(t, give(s.Count(ctx, "n", noon, noon))(t), 2)
	same(t, give(s.DueMails(ctx, noon, 10))(t), []store.Mail{mail})
	same(t, give(s.Client(ctx, "c"))(t), client)
	want(t, s.UseAssertion(ctx, "a", noon), store.ErrExists)
	same(t, give(s.Archive(ctx, "a"))(t), download)
	same(t, give(s.Chunk(ctx, "a", 0))(t), awkward)
	there, err := s.ClaimWrite(ctx, named, noon.Add(-1))
	want(t, err, store.ErrExists)
	same(t, there.Answer, awkward)
	same(t, give(s.Request(ctx, "r"))(t), request("r", "cus_1", 1))
	same(t, give(s.Task(ctx, "t", "c"))(t), task("t", "c", 4))
	same(t, give(s.LookUp(ctx, "l"))(t), lookUp("l", "m", 0))
	same(t, give(s.ConnectorObject(ctx, outside, "in_1"))(t), object("in_1", "c", 3))
	same(t, give(s.NextTurn(ctx, outside))(t), 4)
	same(t, give(s.EventMarked(ctx, outside, "evt_1"))(t), true)
	same(t, give(s.ConnectorState(ctx, outside, "backfill"))(t), awkward)
	same(t, give(s.Member(ctx, "m"))(t), member("m"))
	same(t, give(s.Passkey(ctx, "p"))(t), passkey("p", "m", 0))
	want(t, s.UseEnrolment(ctx, "h", noon), store.ErrExists)
	same(t, give(s.Endpoint(ctx, "e"))(t), endpoint("e"))
	same(t, give(s.EndpointProgress(ctx, "e"))(t), store.EndpointProgress{Endpoint: "e", Cursor: 7, Revision: 1})
	same(t, give(s.Delivery(ctx, "e", 7))(t), delivery("e", 7))
	same(t, give(s.AttestationsOf(ctx, "staff_1"))(t), []store.Attestation{attestation(4, "staff_1")})
	same(t, give(s.AttestationsApplied(ctx))(t), 5)
	want(t, s.MarkReminder(ctx, "rem", noon), store.ErrExists)
}

// testContext: who has stopped waiting is told so, and has changed nothing.
func testContext(t *testing.T, open Opener[store.Data]) {
	s := fresh(t, open)
	over, cancel := context.WithCancel(t.Context())
	cancel()
	unavailable(t, s.Append(over, entries(0, 1)))
	unavailable(t, s.PutCustomers(over, []models.Customer{{Ref: "cus_1"}}))
	_, err := s.Size(over)
	unavailable(t, err)
	same(t, give(s.Size(t.Context()))(t), 0)
	same(t, give(s.CountCustomers(t.Context()))(t), 0)
}

// testClosed: a store that has been closed cannot be reached.
func testClosed(t *testing.T, open Opener[store.Data]) {
	ctx := t.Context()
	s := open(t, t.TempDir())
	must(t, s.Append(ctx, entries(0, 1)))
	same(t, give(s.Size(ctx))(t), 1)
	must(t, s.Close())
	unavailable(t, s.Ping(ctx))
	unavailable(t, s.Append(ctx, entries(1, 1)))
	_, err := s.Size(ctx)
	unavailable(t, err)
	_, err = s.Read(ctx, 0, 1)
	unavailable(t, err)
}
