package notice_test

import (
	"bytes"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"candor/models/notice"
)

// A published text that was changed where it is kept is found when it is read, and said loudly; the other versions and
// notices are read and are in force as ever, and what the version does to consents does not depend on its words.
func TestAChangedTextIsFoundWhenItIsRead(t *testing.T) {
	r := newRig(t)
	log := r.sequencer()
	writer := r.service(r.Data, log)
	for _, n := range []notice.Notice{
		r.version("privacy", 1, "We count."), r.version("privacy", 2, "We count more."), r.version("sharing", 1, "We share."),
	} {
		check(t, writer.Publish(t.Context(), n))
	}
	kept, err := r.Data.Publications(t.Context(), "notice")
	check(t, err)
	kept = slices.Clone(kept)
	for i, p := range kept {
		if p.Key == "privacy" && p.Version == 2 {
			kept[i].Content = bytes.Replace(p.Content, []byte("We count more."), []byte("We sell it all"), 1)
		}
	}
	var said bytes.Buffer
	reader, err := notice.New(t.Context(), &watched{stored: r.Data, gives: kept}, log, r.Time, slog.New(slog.NewTextHandler(&said, nil)))
	check(t, err)
	for key, intact := range map[string]bool{"privacy": false, "sharing": true} {
		if n := must[notice.Notice](t)(reader.Current(key)); n.Intact() != intact {
			t.Errorf("%s, version %d: intact is %v", key, n.Version, n.Intact())
		}
	}
	if n := must[notice.Notice](t)(reader.Version("privacy", 1)); !n.Intact() {
		t.Error("the version before is damaged too")
	}
	check(t, reader.Refresh(t.Context()))
	got := said.String()
	if strings.Count(got, "level=ERROR") != 1 || !strings.Contains(got, "notice=privacy version=2 language=de") && !strings.Contains(got, "notice=privacy version=2 language=en") {
		t.Errorf("logged is %q", got)
	}
}
