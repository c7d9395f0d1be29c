package signin_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"candor/models/auth"
	"candor/models/signin"
	"candor/models/store"
)

func TestACodeLetsInOnce(t *testing.T) {
	r := newRig(t)
	secret := r.ask(t, " Anna@EXAMPLE.test ")
	code := r.code(t)
	if to := r.shown.Last()[0].To; to != "anna@example.test" {
		t.Errorf("the mail went to %q", to)
	}
	entered, people, err := r.EnterCode(t.Context(), secret, code)
	if err != nil || people != nil || entered.Session.Customer != "cus_1" || entered.Session.Method != auth.MethodCode || entered.Secret == "" {
		t.Fatalf("%+v, %v, %v", entered, people, err)
	}
	_, _, err = r.EnterCode(t.Context(), secret, code)
	want(t, err, signin.ErrCodeOver)
}

// A code is typed as people type: with a gap or none, or in the digits of their script.
func TestACodeIsReadAsPeopleWriteIt(t *testing.T) {
	arabic := strings.NewReplacer("0", "٠", "1", "١", "2", "٢", "3", "٣", "4", "٤", "5", "٥", "6", "٦", "7", "٧", "8", "٨", "9", "٩")
	for name, write := range map[string]func(string) string{
		"as sent":         func(c string) string { return c },
		"without gap":     func(c string) string { return strings.ReplaceAll(c, " ", "") },
		"with hyphen":     func(c string) string { return strings.ReplaceAll(c, " ", "-") },
		"pasted":          func(c string) string { return "\u200e " + c + "\n" },
		"in Arabic":       arabic.Replace,
		"every digit off": func(c string) string { return strings.Join(strings.Split(c, ""), " ") },
	} {
		r := newRig(t)
		secret := r.ask(t, "anna@example.test")
		if _, _, err := r.EnterCode(t.Context(), secret, write(r.code(t))); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Five wrong codes, and the right one is of no use any more. What cannot be a code costs no try.
func TestACodeIsGuessedAtFiveTimes(t *testing.T) {
	r := newRig(t)
	secret := r.ask(t, "anna@example.test")
	code := r.code(t)
	for _, typing := range []string{"", "1234", "abcdefgh", code + "1", "１２３x"} {
		_, _, err := r.EnterCode(t.Context(), secret, typing)
		want(t, err, signin.ErrCodeWrong)
	}
	for range 4 {
		_, _, err := r.EnterCode(t.Context(), secret, other(code))
		want(t, err, signin.ErrCodeWrong)
	}
	_, _, err := r.EnterCode(t.Context(), secret, other(code))
	want(t, err, signin.ErrCodeOver)
	_, _, err = r.EnterCode(t.Context(), secret, code)
	want(t, err, signin.ErrCodeOver)
}

// Guessing at the same moment gives no more tries than guessing one after the other, and the right code lets in one.
// Of any number of guesses at once five are looked at, and then the right code is of no use either.
func TestACodeIsGuessedAtInParallel(t *testing.T) {
	r := newRig(t)
	secret := r.ask(t, "anna@example.test")
	code := r.code(t)
	var answered atomic.Int32
	var group sync.WaitGroup
	for range 40 {
		group.Go(func() {
			if _, _, err := r.EnterCode(t.Context(), secret, other(code)); errors.Is(err, signin.ErrCodeWrong) {
				answered.Add(1)
			}
		})
	}
	group.Wait()
	if got := answered.Load(); got == 0 || got > 5 {
		t.Errorf("%d guesses were looked at", got)
	}
	_, _, err := r.EnterCode(t.Context(), secret, code)
	want(t, err, signin.ErrCodeOver)
}

func TestACodeRunsOut(t *testing.T) {
	r := newRig(t)
	secret := r.ask(t, "anna@example.test")
	r.pass(signin.CodeLifetime)
	_, _, err := r.EnterCode(t.Context(), secret, r.code(t))
	want(t, err, signin.ErrCodeOver)
}

// The code of one browser is of no use in another.
func TestACodeIsBoundToItsBrowser(t *testing.T) {
	r := newRig(t)
	r.ask(t, "anna@example.test")
	code := r.code(t)
	another := r.ask(t, "anna@example.test")
	_, _, err := r.EnterCode(t.Context(), another, code)
	want(t, err, signin.ErrCodeWrong)
	for _, secret := range []string{"", "x", strings.Repeat("A", 43)} {
		_, _, err = r.EnterCode(t.Context(), secret, code)
		want(t, err, signin.ErrCodeOver)
	}
}

// An address that is not on file is answered as one that is; no mail is sent.
func TestAnUnknownAddressIsAnsweredAlike(t *testing.T) {
	r := newRig(t)
	secret := r.ask(t, "nobody@example.test")
	if sent := r.shown.Last(); len(sent) > 0 {
		t.Fatalf("sent %+v", sent)
	}
	for range 4 {
		_, _, err := r.EnterCode(t.Context(), secret, "12345678")
		want(t, err, signin.ErrCodeWrong)
	}
	_, _, err := r.EnterCode(t.Context(), secret, "12345678")
	want(t, err, signin.ErrCodeOver)
}

func TestCodesAreLimited(t *testing.T) {
	r := newRig(t)
	for _, address := range []string{"anna@example.test", "nobody@example.test"} { // alike, on file or not
		for i := range 6 {
			_, err := r.AskCode(t.Context(), address, asking(fmt.Sprintf("198.51.%d.0/24", i)))
			if i < 5 && err != nil {
				t.Fatal(err)
			}
			if i == 5 {
				want(t, err, signin.ErrTooMany)
			}
		}
	}
	for i := range 31 {
		_, err := r.AskCode(t.Context(), fmt.Sprintf("a%d@example.test", i), asking("203.0.113.0/24"))
		if i == 30 {
			want(t, err, signin.ErrTooMany)
		} else if err != nil {
			t.Fatal(err)
		}
	}
	r.pass(15 * time.Minute)
	if _, err := r.AskCode(t.Context(), "anna@example.test", asking("203.0.113.0/24")); err != nil {
		t.Error(err)
	}
}

func TestAddresses(t *testing.T) {
	var k signin.Keys
	for _, same := range [][2]string{
		{"Anna@Example.test", " anna@example.TEST"},
		{"anna@bücher.example", "anna@xn--bcher-kva.example"},
		{"anna@BÜCHER.example", "anna@bücher.example."},
		{"zoe\u0308@example.test", "zo\u00eb@example.test"},
	} {
		if a, b := k.Email(same[0]), k.Email(same[1]); a != b || a == "" {
			t.Errorf("%q and %q are two", same[0], same[1])
		}
	}
	if k.Email("anna@example.test") == k.Email("anna+1@example.test") {
		t.Error("two addresses are one")
	}
	for _, bad := range []string{"", "anna", "@example.test", "anna@", "a@b@c.test", "anna@exa mple.test", "anna@example.test\r\nBcc: x@y.z", "a,b@example.test", "<a@b.test>", "a@" + strings.Repeat("b", 260)} {
		if k.Email(bad) != "" {
			t.Errorf("%q is an address", bad)
		}
	}
}

// In a household the person who has shown that they read the mail chooses who they are.
func TestAHouseholdChooses(t *testing.T) {
	r := newRig(t)
	r.customer(t, "cus_2", "Jonas Lindqvist", "ANNA@example.test")
	secret := r.ask(t, "anna@example.test")
	if sent := len(r.shown.Last()); sent != 1 {
		t.Errorf("%d mails were sent", sent)
	}
	_, pending, err := r.EnterCode(t.Context(), secret, r.code(t))
	if err != nil || pending == nil {
		t.Fatalf("%v, %v", pending, err)
	}
	people := must[[]signin.Person](t)(r.People(t.Context(), pending.Secret))
	if len(people) != 2 || people[1].Name != "J… L…" || people[1].Number != "…s_2" || strings.Contains(fmt.Sprint(people), "Jonas") {
		t.Errorf("%+v", people)
	}
	_, err = r.EnterAs(t.Context(), pending.Secret, "cus_1")
	want(t, err, signin.ErrNotOffered)
	_, err = r.EnterAs(t.Context(), secret, people[1].Choice)
	want(t, err, signin.ErrCodeOver)
	entered := must[signin.Entered](t)(r.EnterAs(t.Context(), pending.Secret, people[1].Choice))
	if entered.Session.Customer != "cus_2" {
		t.Errorf("%+v", entered)
	}
	_, err = r.EnterAs(t.Context(), pending.Secret, people[1].Choice)
	want(t, err, signin.ErrCodeOver)
}

// An index that is behind lets nobody in by an address that was theirs once.
func TestAnOldAddressLetsNobodyIn(t *testing.T) {
	r := newRig(t)
	secret := r.ask(t, "anna@example.test")
	code := r.code(t)
	p := r.people["cus_1"]
	p.Email = "" // erased, and the index does not know yet
	r.people["cus_1"] = p
	_, _, err := r.EnterCode(t.Context(), secret, code)
	want(t, err, signin.ErrCodeOver)
	if left := must[[]string](t)(r.store.CustomersOfEmail(t.Context(), r.keys.Email("anna@example.test"), 10)); len(left) > 0 {
		t.Errorf("the index still has %v", left)
	}
}

func TestForget(t *testing.T) {
	r := newRig(t)
	secret := r.ask(t, "anna@example.test")
	entered, _, err := r.EnterCode(t.Context(), secret, r.code(t))
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Forget(t.Context(), "cus_1"); err != nil {
		t.Fatal(err)
	}
	if left := must[[]string](t)(r.store.CustomersOfEmail(t.Context(), r.keys.Email("anna@example.test"), 10)); len(left) > 0 {
		t.Errorf("the index still has %v", left)
	}
	if _, err = r.auth.Session(t.Context(), entered.Secret); err != nil { // to see what becomes of what they asked
		t.Error(err)
	}
}

// What the store holds of all this gives away neither address nor code.
func TestNothingIsKeptThatTells(t *testing.T) {
	r := newRig(t)
	if _, err := r.AskCode(t.Context(), "anna@example.test", asking("198.51.100.0/24")); err != nil {
		t.Fatal(err)
	}
	due := must[[]store.Mail](t)(r.store.DueMails(t.Context(), r.time(), 10))
	if len(due) != 1 || strings.Contains(fmt.Sprintf("%+v", due), "anna") || codePattern.MatchString(fmt.Sprintf("%+v", due)) {
		t.Errorf("%+v", due)
	}
}

// Before a download, whoever signed in a while ago shows that it is still them.
func TestConfirmation(t *testing.T) {
	r := newRig(t)
	secret, session, err := r.auth.SignIn(t.Context(), "cus_1", "", auth.MethodLink)
	if err != nil {
		t.Fatal(err)
	}
	if r.MustProve(session) {
		t.Error("who has just come in is asked again")
	}
	r.pass(15*time.Minute + time.Second)
	if !r.MustProve(session) {
		t.Error("who came in a while ago is not asked")
	}
	if shown := must[string](t)(r.Address(t.Context(), session)); shown != "a…@example.test" {
		t.Errorf("the page shows %q", shown)
	}
	a := asking("198.51.100.0/24")
	a.Target = "/download?category=invoices"
	pending := must[signin.Pending](t)(r.AskConfirmation(t.Context(), session, a))
	r.deliver(t)
	_, _, err = r.EnterCode(t.Context(), pending.Secret, other(r.code(t)))
	want(t, err, signin.ErrCodeWrong)
	entered, people, err := r.EnterCode(t.Context(), pending.Secret, r.code(t))
	if err != nil || people != nil || entered.Secret != "" || entered.Target != a.Target {
		t.Fatalf("%+v, %v, %v", entered, people, err)
	}
	if now, err := r.auth.Session(t.Context(), secret); err != nil || r.MustProve(now) {
		t.Errorf("after the code: %+v, %v", now, err)
	}
	r.people["cus_1"] = r.people["cus_2"] // no address on file
	_, err = r.AskConfirmation(t.Context(), session, a)
	want(t, err, signin.ErrNoAddress)
}
