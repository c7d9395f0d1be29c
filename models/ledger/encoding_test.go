package ledger

import (
	"encoding/json"
	"testing"
	"time"
)

func TestTimeHasOneEncoding(t *testing.T) {
	at := time.Date(2026, 1, 1, 1, 0, 0, 120_999_999, time.FixedZone("CET", 3600))
	if got := FormatTime(at); got != "2026-01-01T00:00:00.120Z" {
		t.Fatalf("got %s", got)
	}
	for _, good := range []string{"2026-01-01T00:00:00.000Z", "2024-02-29T23:59:59.999Z", "0000-01-01T00:00:00.000Z"} {
		if got, err := ParseTime(good); err != nil || FormatTime(got) != good {
			t.Errorf("%s: %v, %v", good, got, err)
		}
	}
	for _, bad := range []string{
		"", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00.12Z", "2026-01-01T00:00:00.1200Z", "2026-01-01T00:00:00,120Z",
		"2026-01-01T00:00:00.120z", "2026-01-01t00:00:00.120Z", "2026-01-01T00:00:00.120+00:00", "2025-02-29T00:00:00.000Z",
		"2026-01-01T24:00:00.000Z", "2026-01-01T00:00:60.000Z", "2026-13-01T00:00:00.000Z", " 2026-01-01T00:00:00.00Z",
	} {
		if _, err := ParseTime(bad); err == nil {
			t.Errorf("%q was read as a time", bad)
		}
	}
}

func TestStringsAreEscapedAsRFC8785Says(t *testing.T) {
	const text = "a\"b\\c/d\b\t\n\f\r\x00\x1f\x7f<>&é\u2028\u2029€😀\\u2028"
	const want = `"a\"b\\c/d\b\t\n\f\r\u0000\u001f` + "\x7f<>&é\u2028\u2029€😀" + `\\u2028"`
	if got := string(appendString(nil, text)); got != want {
		t.Errorf("by hand %s, want %s", got, want)
	}
	got, err := marshal(text)
	if err != nil || string(got) != want {
		t.Errorf("by encoding/json %s, want %s (%v)", got, want, err)
	}
	var back string
	if err := json.Unmarshal(got, &back); err != nil || back != text {
		t.Errorf("reads back as %q, %v", back, err)
	}
}

func TestBase64HasOneEncoding(t *testing.T) {
	for _, good := range []string{"", "AA", "AAA", "AAAA", "_-8"} {
		if _, err := decode64(rawURL, good); err != nil {
			t.Errorf("%q: %v", good, err)
		}
	}
	for _, bad := range []string{"A", "AB", "AAB", "AA==", "AAAA\n", "AA\nAA", "\nAA", "AA\r", "+/8", "AA A", "A\x00A"} {
		if _, err := decode64(rawURL, bad); err == nil {
			t.Errorf("%q was decoded", bad)
		}
	}
}

func TestOrigin(t *testing.T) {
	for _, good := range []string{"privacy.example.com/log", "127.0.0.1:8080/log", "a"} {
		if err := ValidOrigin(good); err != nil {
			t.Errorf("%q: %v", good, err)
		}
	}
	long := make([]byte, maxOriginSize+1)
	for i := range long {
		long[i] = 'a'
	}
	for _, bad := range []string{"", "https://a/log", "a/", "a b", "a\nb", `a"b`, `a\b`, "a+b", "é", "a\x7f", string(long)} {
		if ValidOrigin(bad) == nil {
			t.Errorf("%q is accepted as an origin", bad)
		}
	}
}
