package storetest

import (
	"testing"

	"candor/models/store"
)

func attestation(seq uint64, staff string) store.Attestation {
	return store.Attestation{
		Seq: seq, Staff: staff, Requirement: "privacy '\"", Version: 2, Locale: "ar", SHA256: "ab", State: "failed", Score: 66, At: noon,
	}
}

func testAttestations(t *testing.T, open Opener[store.Data]) {
	ctx := t.Context()
	s := fresh(t, open)
	same(t, give(s.AttestationsApplied(ctx))(t), 0)
	same(t, len(give(s.AttestationsOf(ctx, "a"))(t)), 0)
	must(t, s.PutAttestations(ctx, 0, nil))

	one, two, other := attestation(3, "a"), attestation(12, "a"), attestation(7, "b")
	must(t, s.PutAttestations(ctx, 0, []store.Attestation{two}))
	same(t, give(s.AttestationsApplied(ctx))(t), 0)
	again := two
	again.State = "passed"
	must(t, s.PutAttestations(ctx, 13, []store.Attestation{one, other, again})) // as whoever follows the log: what is there stays
	same(t, give(s.AttestationsApplied(ctx))(t), 13)
	must(t, s.PutAttestations(ctx, 9, nil))
	same(t, give(s.AttestationsApplied(ctx))(t), 13)

	same(t, give(s.AttestationsOf(ctx, "a"))(t), []store.Attestation{one, two})
	same(t, give(s.AttestationsOf(ctx, "b"))(t), []store.Attestation{other})
	same(t, give(s.PageAttestations(ctx, 0, 2))(t), []store.Attestation{one, other})
	same(t, give(s.PageAttestations(ctx, 7, 2))(t), []store.Attestation{two})
	same(t, len(give(s.PageAttestations(ctx, 12, 2))(t)), 0)
	same(t, len(give(s.PageAttestations(ctx, 0, 0))(t)), 0)

	for _, err := range race(8, func(i int) error {
		return s.PutAttestations(ctx, uint64(20+i), []store.Attestation{attestation(19, "c")})
	}) {
		must(t, err)
	}
	same(t, give(s.AttestationsApplied(ctx))(t), 27)
	same(t, len(give(s.AttestationsOf(ctx, "c"))(t)), 1)

	must(t, s.ResetAttestations(ctx))
	same(t, give(s.AttestationsApplied(ctx))(t), 0)
	same(t, len(give(s.PageAttestations(ctx, 0, 9))(t)), 0)
	must(t, s.PutAttestations(ctx, 4, []store.Attestation{one}))
	same(t, give(s.AttestationsOf(ctx, "a"))(t), []store.Attestation{one})
}

func testReminders(t *testing.T, open Opener[store.Data]) {
	ctx := t.Context()
	s := fresh(t, open)
	same(t, give(s.Reminded(ctx, "a"))(t), false)
	oneWinner(t, race(8, func(int) error { return s.MarkReminder(ctx, "a", noon) }), store.ErrExists)
	must(t, s.MarkReminder(ctx, "b", days(2)))
	same(t, give(s.Reminded(ctx, "a"))(t), true)
	must(t, s.ForgetReminders(ctx, days(1)))
	same(t, give(s.Reminded(ctx, "a"))(t), false)
	must(t, s.MarkReminder(ctx, "a", days(3)))
	want(t, s.MarkReminder(ctx, "b", days(3)), store.ErrExists)
}
